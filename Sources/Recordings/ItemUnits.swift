package import FlashSale

/// What was in stock of each item: a CSV file with the columns `item` (or what the history calls it), `units`, and `remaining`
/// where it is known.
package enum ItemUnits {
    package struct Stock: Sendable, Equatable {
        package var units: Int
        /// What was left at the end; nil where it is not known.
        package var remaining: Int?

        package init(units: Int, remaining: Int? = nil) {
            self.units = units
            self.remaining = remaining
        }
    }

    private enum Slot {
        static let units = 0
        static let remaining = 1
    }

    private static let columns = [
        CSVColumn(
            name: "units", content: .natural(1...Int64(Scenario.Bounds.units.upperBound)), mayBeEmpty: false,
            advice: "give the units of stock when the doors opened"),
        CSVColumn(
            name: "remaining", content: .signed(CSVColumn.largestId), mayBeEmpty: true,
            advice: "give the units that were left at the end"),
    ]

    /// - Parameter itemColumn: what the history calls the column of items.
    /// - Throws: ``RunError`` if it cannot be read, is damaged, or names an item twice.
    package static func read(_ path: String, itemColumn: String) throws(RunError) -> [String: Stock] {
        // A pipe cannot be read again to look for the other name.
        var rows = CSVRows(
            columns: columns, needed: .all([Slot.units]),
            goods: itemColumn == "item" ? .named("item") : .either(itemColumn, "item"))
        var goods = GoodsCells()
        goods.areKept = true
        var stocks: [String: Stock] = [:]
        try FilePieces.each(of: path, size: 4 << 20) { piece, isLast throws(RunError) in
            do throws(CSVDamage) {
                var offset = 0
                while try rows.next(piece, at: &offset, isLast: isLast) {
                    try goods.take(piece, rows.goodsCell, line: rows.line, column: rows.goodsName ?? itemColumn)
                    let name = goods.names[Int(goods.rows[goods.rows.count - 1])]
                    // A row is not read without its units.
                    let stock = Stock(
                        units: Int(rows.row[Slot.units] ?? 0), remaining: rows.row[Slot.remaining].map { Int($0) })
                    guard stocks.updateValue(stock, forKey: name) == nil else {
                        throw CSVDamage(
                            line: rows.line, column: rows.goodsName ?? itemColumn,
                            "wanted each item once, found \(CSVExcerpt.quoted(name.utf8)) again; take one of them out")
                    }
                }
                return offset
            } catch {
                throw RunError(.usage, "\(path), \(error)")
            }
        }
        return stocks
    }
}
