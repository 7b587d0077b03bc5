package import FlashSale

/// `items.csv`: what came of each of several items.
package enum ItemsCSV {
    package static let columns =
        [
            "item", "verdict", "units", "restocked", "remaining", "sold_to_buyers", "in_doubt", "ledger_orders",
            "attempts",
        ]
        + Outcome.columns.map { $0.word.replacing("-", with: "_") } + ["held_at_end"]

    /// Writes the header and the items in their order. What could not be read is empty, and `restocked` is where nothing was.
    package static func write<Sink: ByteSink & ~Copyable>(_ items: [RunRecord.Item], to sink: inout Sink) {
        sink.append(row: columns)
        for item in items {
            sink.append(cell: item.item)
            sink.append(next: item.verdict.word)
            sink.append(next: item.sale.units)
            sink.append(next: item.sale.restocked)
            sink.append(next: item.sale.remaining)
            sink.append(next: item.sale.soldToBuyers)
            sink.append(next: item.sale.inDoubt)
            sink.append(next: item.sale.ledgerOrders)
            sink.append(next: item.totals.attempts)
            for outcome in Outcome.columns { sink.append(next: item.totals[outcome]) }
            sink.append(next: item.sale.held)
            sink.appendLineEnd()
        }
    }
}
