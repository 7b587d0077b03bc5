package import FlashSale

/// `ledger.csv`: the orders that the sale wrote to Redis.
package enum LedgerCSV {
    /// `stress verify` and other programs read them by name.
    package static let columns = ["attempt", "purchase", "buyer"]

    /// Writes the header and the orders in their order. What the ledger does not hold is empty. A column
    /// `quantity` is added where any order tells its units.
    package static func write<Sink: ByteSink & ~Copyable>(_ ledger: Ledger, to sink: inout Sink) {
        let tellsQuantity = ledger.orders.contains { $0.quantity != nil }
        sink.append(row: tellsQuantity ? columns + ["quantity"] : columns)
        for order in ledger.orders {
            if let attempt = order.attempt { sink.append(decimal: attempt) }
            sink.append(next: order.purchase)
            sink.append(next: order.buyer)
            if tellsQuantity { sink.append(next: order.quantity) }
            sink.appendLineEnd()
        }
    }
}
