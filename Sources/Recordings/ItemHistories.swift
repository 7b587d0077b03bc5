package import FlashSale

/// The attempts of each item of a history that has several.
package enum ItemHistories {
    /// One history for each item, in their order. They share one temporary file.
    ///
    /// - Parameters:
    ///   - count: of items.
    ///   - place: which of them an attempt is for, from 0.
    /// - Throws: ``RunError`` where that file cannot be made.
    package static func split(
        _ history: History, into count: Int, by place: (RecordView) -> Int
    ) throws(RunError) -> [History] {
        var items: [UInt16] = []
        items.reserveCapacity(history.count)
        for (_, record) in history.records { items.append(UInt16(truncatingIfNeeded: place(record))) }
        var starts = Array(repeating: 0, count: count + 1)
        for item in items { starts[Int(item) + 1] += 1 }
        for item in 0..<count { starts[item + 1] += starts[item] }
        guard starts[count] > 0 else { return Array(repeating: History([]), count: count) }
        var places = starts
        var order = Array(repeating: History.Position(0), count: items.count)
        for (row, (position, _)) in history.records.enumerated() {
            let item = Int(items[row])
            order[places[item]] = position
            places[item] += 1
        }
        var spool = try RecordSpool()
        for position in order { try spool.append(history[position]) }
        return try spool.histories(starts, clocks: history.clocks)
    }

    /// One history for each item, in their order, where purchases have carts: see ``CartParts``. They share one temporary file.
    ///
    /// - Throws: ``RunError`` where that file cannot be made.
    package static func split(_ history: History, carts picker: CartPicker) throws(RunError) -> [History] {
        let parts = CartParts(history, picker)
        guard parts.count > 0 else { return Array(repeating: History([]), count: picker.count) }
        return try RecordSpool().histories(parts.starts, clocks: history.clocks) { parts.write(to: $0) }
    }

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
