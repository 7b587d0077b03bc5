internal import FlashSale
internal import Stores
internal import Strategies

/// Turns the rows of another store into orders.
extension LedgerReading {
    /// - Parameter place: where the file asks for them, for messages.
    /// - Throws: ``RunError`` with 64 if the table lacks a column that the file says.
    mutating func read(_ table: StoreTable, place: String) throws(RunError) {
        if case .count = rule.holds {
            guard let count = table.number, count >= 0 else {
                throw RunError(
                    .usage, "\(place): a number of orders was wanted; found \(table.rowCount.counted("row"))")
            }
            ledger.countOnly = count
            return
        }
        let columns = try columns(of: table, place: place)
        for row in 0..<table.rowCount {
            // A unit that has nobody yet is no order.
            if rule.unitsAreKeys, (table.cell(row, columns[1].index) ?? []).isEmpty { continue }
            var order = Ledger.Order()
            let isReadable = columns.allSatisfy { column in
                guard let cell = table.cell(row, column.index) else { return column.pattern.pieces == [.any] }
                return column.pattern.read(cell, into: &order) || cell.isEmpty && column.pattern.pieces == [.any]
            }
            if !isReadable, Self.isOfAnother(row, table, columns) { continue }
            keep(order, ifReadable: isReadable, text: isReadable ? "" : Self.text(of: row, in: table))
        }
    }

    private struct Column {
        var index: Int
        var pattern: LedgerPattern
        /// The same of any item; nil where orders do not say of which they are.
        var ofAny: LedgerPattern?
    }

    /// Whether a row is an order of another item.
    private static func isOfAnother(_ row: Int, _ table: StoreTable, _ columns: [Column]) -> Bool {
        var order = Ledger.Order()
        return columns.allSatisfy { column in
            guard let pattern = column.ofAny, let cell = table.cell(row, column.index) else { return false }
            return pattern.read(cell, into: &order)
        }
    }

    private func columns(of table: StoreTable, place: String) throws(RunError) -> [Column] {
        let names = table.columns.joined(separator: ", ")
        guard case .columns = rule.holds else {
            // An empty table of a program may have no columns at all.
            guard table.columnCount == members.count || table.rowCount == 0 else {
                throw RunError(
                    .usage,
                    "\(place): holds: tells of \(members.count.counted("column")), and the answer has "
                        + "\(table.columnCount)\(names.isEmpty ? "" : " (\(ForeignText.shown(names)))")")
            }
            return members.enumerated().map {
                Column(index: $0.offset, pattern: $0.element, ofAny: membersOfAny?[$0.offset])
            }
        }
        var columns: [Column] = []
        for (number, field) in fields.enumerated() where table.rowCount > 0 || !table.columns.isEmpty {
            guard let index = table.columns.firstIndex(where: { $0.lowercased() == field.name.lowercased() }) else {
                throw RunError(
                    .usage,
                    "\(place): fields: wants a column \(field.name), which the answer does not have; it has "
                        + (names.isEmpty ? "no names" : ForeignText.shown(names)))
            }
            columns.append(Column(index: index, pattern: field.pattern, ofAny: fieldsOfAny?[number].pattern))
        }
        return columns
    }

    private static func text(of row: Int, in table: StoreTable) -> String {
        (0..<table.columnCount).map { column in
            table.cell(row, column).map { String(decoding: $0, as: UTF8.self) } ?? "NULL"
        }.joined(separator: " ")
    }
}
