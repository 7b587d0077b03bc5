package import FlashSale

/// `ledger.csv`: the orders that the sale wrote in Redis.
package enum LedgerCSV {
    /// A contract with `stress verify` and with other programs.
    package static let columns = ["attempt", "purchase", "buyer"]

    /// Writes the header and the orders in their order. What the ledger does not hold is empty.
    package static func write<Sink: ByteSink & ~Copyable>(_ ledger: Ledger, to sink: inout Sink) {
        sink.append(row: columns)
        for order in ledger.orders {
            if let attempt = order.attempt { sink.append(decimal: attempt) }
            sink.append(next: order.purchase)
            sink.append(next: order.buyer)
            sink.appendLineEnd()
        }
    }
}
