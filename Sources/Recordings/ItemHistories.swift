package import FlashSale

/// The attempts of each item of a history that has several.
package enum ItemHistories {
    /// One history for each item of `goods`, in their order. They share one temporary file.
    ///
    /// - Throws: ``RunError`` where that file cannot be made.
    package static func split(_ history: History, by goods: GoodsCells) throws(RunError) -> [History] {
        var starts = Array(repeating: 0, count: goods.names.count + 1)
        for item in goods.rows { starts[Int(item) + 1] += 1 }
        for item in goods.names.indices { starts[item + 1] += starts[item] }
        guard starts.last ?? 0 > 0 else { return [] }
        // The rows of one item after those of the one before, in their order.
        var places = starts
        var order = Array(repeating: History.Position(0), count: goods.rows.count)
        for (row, item) in goods.rows.enumerated() {
            order[places[Int(item)]] = History.Position(row)
            places[Int(item)] += 1
        }
        var spool = try RecordSpool()
        for position in order { try spool.append(history[position]) }
        return try spool.histories(starts)
    }
}
