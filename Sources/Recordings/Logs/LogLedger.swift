package import FlashSale

/// Reads the orders that belong to somebody's log: their ids are those of the log, whatever they are.
package enum LogLedger {
    /// Columns are called as ours are, or as in the log.
    ///
    /// - Throws: ``RunError``: 65 where a row does not say what it should, 64 where it has no column that names attempts, purchases
    ///   or buyers.
    package static func read(
        _ path: String, itemColumn: String? = nil, log: inout LogFacts, columns: AttemptsCSVReader.Columns
    ) throws(RunError) -> LedgerFile.Contents {
        // Not shared meanwhile, or the first new text would copy all that are known.
        var ids = TextIDs()
        swap(&ids, &log.ids)
        var reader = LogOrders(path, itemColumn: itemColumn, names: log.columns, ids)
        defer { log.ids = reader.ids }
        try FilePieces.each(of: path, size: CSVSplitRow.limit + 4 << 20) { (piece, isLast) throws(RunError) in
            try reader.feed(piece, isLast: isLast)
        }
        return try contents(of: reader, path, columns)
    }

    /// Reads orders that are in memory.
    package static func orders(
        in bytes: UnsafeRawBufferPointer, of path: String, log: inout LogFacts, columns: AttemptsCSVReader.Columns
    ) throws(RunError) -> LedgerFile.Contents {
        var ids = TextIDs()
        swap(&ids, &log.ids)
        var reader = LogOrders(path, itemColumn: nil, names: log.columns, ids)
        defer { log.ids = reader.ids }
        _ = try reader.feed(bytes, isLast: true)
        return try contents(of: reader, path, columns)
    }

    private static func contents(
        of reader: borrowing LogOrders, _ path: String, _ columns: AttemptsCSVReader.Columns
    ) throws(RunError) -> LedgerFile.Contents {
        var contents = reader.contents
        guard columns.contains(.attempt) else {
            for index in contents.orders.indices {
                contents.orders[index].attempt = nil
                guard contents.orders[index].purchase == nil, contents.orders[index].buyer == nil else { continue }
                throw RunError(
                    .usage,
                    "\(path), order \(index + 1), names an attempt at most, but the history does not tell what its attempts are called; map it (--map attempt=COLUMN), or give the orders' purchases or buyers"
                )
            }
            return contents
        }
        return contents
    }
}

/// Reads orders in pieces.
private struct LogOrders: ~Copyable {
    private static let fields: [LogField] = [.attempt, .purchase, .buyer, .quantity, .unit]

    private let path: String
    private let itemColumn: String?
    private let names: [LogField: String]
    private var rows: LogRows?
    private var columns: [String] = []
    private var slots: [Int?] = []
    private var goods = GoodsCells()
    private var cells = LogCells(slots: 16, rowLimit: CSVSplitRow.limit)
    private var orders: [Ledger.Order] = []
    var ids: TextIDs

    init(_ path: String, itemColumn: String?, names: [LogField: String], _ ids: consuming TextIDs) {
        self.path = path
        self.itemColumn = itemColumn
        self.names = names
        self.ids = ids
        goods.areKept = itemColumn != nil
    }

    var contents: LedgerFile.Contents {
        var known: LedgerCSVReader.Columns = []
        let all: [LedgerCSVReader.Columns] = [.attempt, .purchase, .buyer, .quantity, .unit]
        for (slot, column) in zip(slots, all) where slot != nil { known.insert(column) }
        return LedgerFile.Contents(orders: orders, columns: known, goods: goods)
    }

    mutating func feed(_ piece: UnsafeRawBufferPointer, isLast: Bool) throws(RunError) -> Int {
        var offset = 0
        if rows == nil {
            guard isLast || piece.count >= ForeignFormat.bytesNeeded else { return 0 }
            rows = try LogRows(piece, at: &offset, tool: nil, path: path)
            try bind()
        }
        do throws(CSVDamage) {
            while try rows?.next(piece, at: &offset, isLast: isLast, &cells) ?? false {
                let line = rows?.line ?? 0
                if let itemColumn {
                    let cell = cells[slots.count]
                    try goods.take(cell, 0..<cell.count, line: line, column: itemColumn)
                }
                orders.append(
                    Ledger.Order(
                        attempt: id(0), purchase: id(1), buyer: id(2), quantity: try quantity(line),
                        unit: cell(4).map { UnitText.decoded($0) }))
            }
        } catch {
            throw RunError(.badData, "\(path), \(error)")
        }
        if ids.isFull { throw TextIDs.tooLong(path) }
        return offset
    }

    private mutating func bind() throws(RunError) {
        let header = rows?.names
        func find(_ name: String) -> String? {
            guard let header else { return name }
            return header.first { $0 == name } ?? header.first { $0.lowercased() == name.lowercased() }
        }
        for (index, field) in Self.fields.enumerated() {
            // Lines of JSON have whatever they have: the log's own names come first there.
            let own = names[field]
            let column = header == nil ? own ?? field.word : find(field.word) ?? own.flatMap(find)
            slots.append(column == nil ? nil : index)
            columns.append(column ?? "")
        }
        guard slots.prefix(3).contains(where: { $0 != nil }) else {
            let wanted = [LogField.attempt, .purchase, .buyer].map {
                names[$0].map { " (or \($0))" }.map { "\($0)" } ?? ""
            }
            throw RunError(
                .usage,
                "\(path) has no column attempt\(wanted[0]), purchase\(wanted[1]) or buyer\(wanted[2]), only \(UnitText.shown((header ?? []).joined(separator: ", "))); rename the one that says whose an order is"
            )
        }
        if let itemColumn {
            guard let column = find(itemColumn) else {
                throw LogPlan.missing("--item-column", itemColumn, [itemColumn], among: header ?? [], path)
            }
            columns.append(column)
        }
        rows?.want(columns, tool: nil)
    }

    private func cell(_ index: Int) -> UnsafeRawBufferPointer? {
        guard slots[index] != nil, !cells[index].isEmpty else { return nil }
        return cells[index]
    }

    private mutating func id(_ index: Int) -> Int? {
        guard let cell = cell(index) else { return nil }
        return ids.id(cell)
    }

    private func quantity(_ line: Int) throws(CSVDamage) -> Int? {
        guard let cell = cell(3) else { return nil }
        guard let value = Int(String(decoding: cell, as: UTF8.self)), (1...Int(Int32.max)).contains(value) else {
            throw CSVDamage(
                line: line, column: columns[3],
                "wanted a whole number from 1 to \(Int32.max), or nothing, found \(CSVExcerpt.quoted(cell))")
        }
        return value
    }
}
