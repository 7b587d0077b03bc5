internal import FlashSale

/// Reads the rows of a CSV file (RFC 4180) of which some columns are known, from pieces of any size.
///
/// A row is read in one pass without any allocation. Where that fails, the row is looked at again, slowly, to say why.
struct CSVRows: Sendable {
    private enum Stage {
        case start
        case header
        case rows
    }

    let columns: [CSVColumn]
    private let needed: CSVNeed
    private let words: CSVWords
    private let goods: GoodsColumn
    private var stage = Stage.start
    private(set) var header: CSVHeader?
    private(set) var fields: [CSVField] = []
    /// The line at which the next row starts.
    private var nextLine = 1
    /// The first of the empty lines before here: they are allowed at the end only.
    private var blankLine: Int?

    /// The values of the row that was read last.
    private(set) var row = CSVRow()
    /// The line in which that row starts, from 1.
    private(set) var line = 1

    /// The name of the column whose cells are in ``goodsCell``; nil where there is none.
    private(set) var goodsName: String?
    /// Where the row's cell of the column of goods is among the bytes of the piece, with its quotes.
    private(set) var goodsCell = 0..<0

    /// A bit for each of `columns` that the file has; 0 before its header was read.
    var given: UInt32 { header?.given ?? 0 }

    /// - Parameters:
    ///   - columns: those that are known, at most ``CSVRow/slots``. At most one holds words.
    ///   - needed: those of them that a file has to have.
    ///   - goods: which further column is looked at, if any.
    init(columns: [CSVColumn], needed: CSVNeed, goods: GoodsColumn = .none) {
        self.goods = goods
        precondition(columns.count <= CSVRow.slots)
        self.columns = columns
        self.needed = needed
        words = CSVWords(
            columns.flatMap { column -> [String] in if case .word(let words) = column.content { words } else { [] } })
    }

    /// Reads the row at `offset` and moves `offset` behind it.
    ///
    /// - Parameter isLast: whether the file ends with these bytes.
    /// - Returns: false where there is no whole row at `offset`. It has then been moved behind what is no row, and the
    ///   bytes from there on belong to the start of the next piece.
    /// - Throws: ``CSVDamage``. Nothing more can be read then.
    mutating func next(_ bytes: UnsafeRawBufferPointer, at offset: inout Int, isLast: Bool) throws(CSVDamage) -> Bool {
        if stage != .rows {
            guard try readHeader(bytes, at: &offset, isLast: isLast) else { return false }
        }
        while offset < bytes.count {
            var cursor = CSVCursor(bytes, at: offset, isLast: isLast)
            let first = bytes[offset]
            if first == CSVSyntax.lineFeed || first == CSVSyntax.carriageReturn {
                if cursor.delimiter() == .rowEnd {
                    blankLine = blankLine ?? nextLine
                    nextLine += 1
                    offset = cursor.offset
                    continue
                }
                guard isLast || offset + 1 < bytes.count else { return false }
            }
            if let blankLine { throw emptyLine(blankLine) }
            line = nextLine
            let problem = scan(&cursor)
            guard problem == nil, cursor.offset - offset <= CSVSplitRow.limit else {
                try refuse(problem, of: bytes, at: offset, isLast: isLast)
                return false
            }
            nextLine += 1 + cursor.innerLines
            offset = cursor.offset
            return true
        }
        return false
    }

    /// Reads one row into `row`.
    ///
    /// - Returns: nil, or the index of the cell that cannot be read; perhaps it is only not here yet.
    @inline(__always)
    private mutating func scan(_ cursor: inout CSVCursor) -> Int? {
        row.clear()
        let fields = fields
        let last = fields.count - 1
        for (index, field) in fields.enumerated() {
            let isRead =
                switch field.kind {
                case .ignored: cursor.passText()
                case .number: number(&cursor, field)
                case .word: word(&cursor, field)
                case .text: text(&cursor, field)
                case .goods: goods(&cursor)
                }
            guard isRead, cursor.delimiter() == (index == last ? .rowEnd : .comma) else { return index }
        }
        return nil
    }

    @inline(__always)
    private mutating func number(_ cursor: inout CSVCursor, _ field: CSVField) -> Bool {
        let isQuoted = cursor.passQuote()
        let isNegative = field.isSigned && cursor.passMinus()
        let (value, count) = cursor.digits()
        if isQuoted, !cursor.passQuote() { return false }
        guard count > 0 else { return field.mayBeEmpty && !isNegative }
        // Nineteen digits always fit.
        guard count <= 19, value >= field.smallest, value <= field.largest else { return false }
        row.set(field.slot, isNegative ? -Int64(value) : Int64(value))
        return true
    }

    private mutating func goods(_ cursor: inout CSVCursor) -> Bool {
        let start = cursor.offset
        guard cursor.passText() else { return false }
        goodsCell = start..<cursor.offset
        return true
    }

    @inline(__always)
    private mutating func text(_ cursor: inout CSVCursor, _ field: CSVField) -> Bool {
        let start = cursor.offset
        let isQuoted = cursor.isAtQuote
        guard cursor.passText() else { return false }
        let range = isQuoted ? start + 1..<cursor.offset - 1 : start..<cursor.offset
        guard !range.isEmpty else { return field.mayBeEmpty }
        // A longer row is refused afterwards.
        guard range.count <= CSVSplitRow.limit else { return true }
        row.set(field.slot, text: range, isQuoted: isQuoted)
        return true
    }

    @inline(__always)
    private mutating func word(_ cursor: inout CSVCursor, _ field: CSVField) -> Bool {
        let isQuoted = cursor.passQuote()
        let (key, count) = cursor.word()
        if isQuoted, !cursor.passQuote() { return false }
        guard count > 0 else { return field.mayBeEmpty }
        guard let index = words.index(of: key, count: count) else { return false }
        row.set(field.slot, Int64(index))
        return true
    }
}

// MARK: The start of a file

extension CSVRows {
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// A header with all that is known.
    private var example: String { columns.lazy.filter { !$0.isOurs }.map(\.name).joined(separator: ",") }

    /// - Returns: whether the header has been read.
    private mutating func readHeader(_ bytes: UnsafeRawBufferPointer, at offset: inout Int, isLast: Bool)
        throws(CSVDamage) -> Bool
    {
        if stage == .start {
            guard isLast || bytes.count - offset >= ForeignFormat.bytesNeeded else { return false }
            let start = bytes[offset...]
            if let sentence = ForeignFormat.sentence(start) {
                throw CSVDamage(line: 1, "wanted CSV, found a file that seems to be \(sentence)")
            }
            if start.starts(with: Self.byteOrderMark) { offset += Self.byteOrderMark.count }
            stage = .header
        }
        guard offset < bytes.count else {
            guard isLast else { return false }
            throw CSVDamage(
                line: 1, "wanted a header such as \(example), found an empty file; give the file that was meant")
        }
        switch CSVSplitRow.of(bytes, from: offset, isLast: isLast) {
        case .unfinished: return false
        case .damaged(_, let reason): throw CSVDamage(line: 1, reason)
        case .whole(let splitRow):
            guard !splitRow.isEmptyLine else {
                throw CSVDamage(
                    line: 1, "wanted a header such as \(example), found an empty line; put the header there")
            }
            let header = try CSVHeader(splitRow.cells.map { $0.text(in: bytes) }, columns: columns, needed: needed)
            self.header = header
            fields = header.fields
            if let index = try goods.index(in: header.names, known: columns.map(\.name)) {
                fields[index].kind = .goods
                goodsName = header.names[index]
            }
            nextLine += bytes[offset..<splitRow.end].count(where: { $0 == CSVSyntax.lineFeed })
            offset = splitRow.end
            stage = .rows
            return true
        }
    }
}

extension CSVRows {
    /// The damage in one cell of the row that was read last.
    ///
    /// - Parameter column: an index among `columns`.
    func damage(_ column: Int, _ reason: String) -> CSVDamage {
        CSVDamage(line: line, column: columns[column].name, reason)
    }

    func emptyLine(_ line: Int) -> CSVDamage {
        CSVDamage(
            line: line,
            "wanted a row of \(fields.count.counted("cell")), found an empty line before other lines; take it out")
    }

    /// Says why the row at `offset` cannot be read; returns where its end is not here yet.
    ///
    /// - Parameter cell: the index of the first cell that cannot be read; nil where only the row is too long.
    func refuse(_ cell: Int?, of bytes: UnsafeRawBufferPointer, at offset: Int, isLast: Bool) throws(CSVDamage) {
        switch CSVSplitRow.of(bytes, from: offset, isLast: isLast) {
        case .unfinished: return
        case .damaged(let cell, let reason): throw CSVDamage(line: line, column: cell.flatMap(name), reason)
        case .whole(let splitRow):
            guard splitRow.cells.count == fields.count else { throw wrongCount(splitRow) }
            guard let cell, let column = columns.first(where: { $0.name == header?.names[cell] }) else {
                preconditionFailure("a row that can be read was refused")
            }
            throw CSVDamage(
                line: line, column: column.name,
                column.refusal(of: splitRow.cells[cell].text(in: bytes)))
        }
    }

    /// What the header calls a cell, unless it calls it nothing or the row has more cells.
    private func name(_ cell: Int) -> String? {
        guard let names = header?.names, names.indices.contains(cell), !names[cell].isEmpty else { return nil }
        return names[cell]
    }

    private func wrongCount(_ splitRow: CSVSplitRow) -> CSVDamage {
        let (count, wanted) = (splitRow.cells.count, fields.count)
        let start = "wanted a row of \(wanted.counted("cell")) as in the header, found \(count)"
        if count < wanted, !splitRow.hasLineEnd {
            return CSVDamage(
                line: line, "\(start) and then the end; the file seems to be cut off, so write it again")
        }
        return CSVDamage(
            line: line,
            count < wanted
                ? "\(start); write a comma for each cell that is empty"
                : "\(start); put a cell that holds a comma into quotes")
    }
}
