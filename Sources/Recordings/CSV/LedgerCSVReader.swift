package import FlashSale

/// Reads `ledger.csv`, as ``FlashSale`` or any other system writes it, in pieces: RFC 4180 with a header, UTF-8, lines
/// that end with LF or CR LF.
///
/// One of the columns `attempt`, `purchase` and `buyer` has to be there, `quantity` and `unit` may be, and the rest is ignored. An
/// empty cell is something that the ledger does not tell.
package struct LedgerCSVReader: Sendable {
    /// The columns that a file has, of those that are known.
    package struct Columns: OptionSet, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) { self.rawValue = rawValue }

        private init(_ slot: Int) { rawValue = 1 << UInt32(slot) }

        package static let attempt = Columns(Slot.attempt)
        package static let purchase = Columns(Slot.purchase)
        package static let buyer = Columns(Slot.buyer)
        package static let quantity = Columns(Slot.quantity)
        package static let unit = Columns(Slot.unit)
    }

    /// Bytes that a row may have, with its line end. A piece has to be longer, or a row might never be whole.
    package static let rowLimit = CSVSplitRow.limit

    /// Places in ``columns``.
    private enum Slot {
        static let attempt = 0
        static let purchase = 1
        static let buyer = 2
        static let quantity = 3
        static let unit = 4
    }

    private static let columns: [CSVColumn] =
        ["attempt", "purchase", "buyer"].map { name in
            CSVColumn(
                name: name, content: .natural(1...CSVColumn.largestId), mayBeEmpty: true,
                advice: "give the \(name)'s id as in attempts.csv")
        } + [
            CSVColumn(
                name: "quantity", content: .natural(1...Int64(Int32.max)), mayBeEmpty: true,
                advice: "give the units that were ordered"),
            CSVColumn(
                name: "unit", content: .text, mayBeEmpty: true, advice: "give the name of the unit that was ordered"),
        ]

    private var rows: CSVRows
    /// What was ordered, where that is asked for.
    package private(set) var goods = GoodsCells()

    /// - Parameter itemColumn: the column that separates goods; nil where nobody asks.
    package init(itemColumn: String? = nil) {
        rows = CSVRows(
            columns: Self.columns, needed: .any([Slot.attempt, Slot.purchase, Slot.buyer]),
            goods: itemColumn.map { .named($0) } ?? .none)
        goods.areKept = itemColumn != nil
    }

    /// The known columns that the file has. None before the header was read.
    package var columns: Columns { Columns(rawValue: rows.given) }

    /// Takes the orders from a piece of the file.
    ///
    /// - Parameters:
    ///   - piece: what follows the bytes that were taken before; longer than ``rowLimit`` unless the file is shorter.
    ///   - isLast: whether the file ends with these bytes.
    ///   - take: called for each order, with the line in which its row starts. What it throws ends the reading.
    /// - Returns: how many bytes were taken: whole rows only, and all of them where `isLast`. The others have to come
    ///   again, at the start of the next piece.
    /// - Throws: ``CSVDamage`` for the first row that cannot be read; those before it were taken. Feed nothing more then.
    package mutating func feed(
        _ piece: UnsafeRawBufferPointer, isLast: Bool,
        take: (_ order: Ledger.Order, _ line: Int) throws(CSVDamage) -> Void
    ) throws(CSVDamage) -> Int {
        var offset = 0
        while try rows.next(piece, at: &offset, isLast: isLast) {
            if let column = rows.goodsName {
                try goods.take(piece, rows.goodsCell, line: rows.line, column: column)
            }
            try take(order(piece), rows.line)
        }
        return offset
    }

    /// Every order of a whole file.
    ///
    /// - Throws: ``CSVDamage`` for the first row that cannot be read.
    package static func orders(in file: UnsafeRawBufferPointer) throws(CSVDamage) -> [Ledger.Order] {
        var reader = LedgerCSVReader()
        var orders: [Ledger.Order] = []
        _ = try reader.feed(file, isLast: true) { (order, _) throws(CSVDamage) in orders.append(order) }
        return orders
    }

    /// The order in the row that was read last.
    private func order(_ piece: UnsafeRawBufferPointer) -> Ledger.Order {
        let row = rows.row
        return Ledger.Order(
            attempt: row[Slot.attempt].map(Int.init), purchase: row[Slot.purchase].map(Int.init),
            buyer: row[Slot.buyer].map(Int.init), quantity: row[Slot.quantity].map(Int.init),
            unit: row.text(Slot.unit, in: piece))
    }
}
