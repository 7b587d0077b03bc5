package import FlashSale

/// Cells of a column of items that have the lines of a cart, as `attempts.csv` has them: `7:2:98 12:1:40`.
package enum CartCells {
    /// Whether each row has such a cell, the units of which are those that its attempt wanted: then no cell is the name of an item.
    package static func are(_ goods: GoodsCells, in history: History) -> Bool {
        guard !goods.rows.isEmpty else { return false }
        let units = goods.names.map(units)
        return zip(history.records, goods.rows).allSatisfy { row, item in
            units[Int(item)] == history[row.position].quantity
        }
    }

    /// The units of all lines; nil where a text is no cart.
    private static func units(_ cell: String) -> Int? {
        var sum = 0
        for line in cell.split(separator: " ", omittingEmptySubsequences: false) {
            let parts = line.split(separator: ":", omittingEmptySubsequences: false)
            guard (2...3).contains(parts.count), !parts[0].isEmpty, let units = Int(parts[1]), units > 0,
                parts.count == 2 || Int(parts[2]) != nil
            else { return nil }
            let next = sum.addingReportingOverflow(units)
            guard !next.overflow else { return nil }
            sum = next.partialValue
        }
        return sum
    }
}
