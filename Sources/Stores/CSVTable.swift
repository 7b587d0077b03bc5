/// Rows out of CSV (RFC 4180), as database clients and programs print it.
struct CSVTable {
    /// Where the first line is not like the others.
    enum Header {
        /// The first line has the names of the columns.
        case always
        /// It has them where a line has more than one cell.
        case ofSeveralColumns
    }

    enum Problem: Error, Equatable {
        /// A line has another number of cells than the first one.
        case ragged(line: Int, cells: Int, wanted: Int)
        /// A quoted cell does not end, or something stands behind its end.
        case quotes(line: Int)
        /// The first line has a cell that is no name: a number, or nothing.
        case header(String)
    }

    private let bytes: UnsafeRawBufferPointer
    private var offset = 0
    private var line = 1
    /// The cells of a row, with their quotes resolved.
    private var cells: [[UInt8]] = []
    private var isQuoted: [Bool] = []

    private init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// - Parameter null: what a cell without quotes holds that is NULL; nil where there is none.
    static func read(_ text: [UInt8], header: Header, null: [UInt8]? = nil) throws(Problem) -> StoreTable {
        try text.withUnsafeBufferPointer { (text) throws(Problem) -> StoreTable in
            var reader = CSVTable(UnsafeRawBufferPointer(text))
            return try reader.table(header, null)
        }
    }

    private mutating func table(_ header: Header, _ null: [UInt8]?) throws(Problem) -> StoreTable {
        // A mark that some programs put before UTF-8.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
        guard try row() else { return StoreTable() }
        var table: StoreTable
        switch header {
        case .ofSeveralColumns where cells.count == 1:
            table = StoreTable(columnCount: 1)
            append(to: &table, null)
        case .ofSeveralColumns:
            for cell in cells where cell.isEmpty || StoreTable.number(cell[...]) != nil {
                throw .header(String(decoding: cell, as: UTF8.self))
            }
            table = StoreTable(columns: cells.map { String(decoding: $0, as: UTF8.self) })
        case .always: table = StoreTable(columns: cells.map { String(decoding: $0, as: UTF8.self) })
        }
        var first = line
        while try row() {
            guard cells.count == table.columnCount else {
                throw .ragged(line: first, cells: cells.count, wanted: table.columnCount)
            }
            append(to: &table, null)
            first = line
        }
        return table
    }

    private func append(to table: inout StoreTable, _ null: [UInt8]?) {
        for (cell, isQuoted) in zip(cells, isQuoted) {
            if !isQuoted, cell == null { table.appendNull() } else { table.append(cell) }
        }
    }

    /// Reads the next row; false where there is none. An empty line is a row with one empty cell, except at the end.
    private mutating func row() throws(Problem) -> Bool {
        guard offset < bytes.count else { return false }
        cells.removeAll(keepingCapacity: true)
        isQuoted.removeAll(keepingCapacity: true)
        while true {
            let quoted = offset < bytes.count && bytes[offset] == UInt8(ascii: "\"")
            cells.append(quoted ? try quotedCell() : plainCell())
            isQuoted.append(quoted)
            guard offset < bytes.count else { return true }
            switch bytes[offset] {
            case UInt8(ascii: ","): offset += 1
            case 10:
                offset += 1
                line += 1
                return true
            case 13 where offset + 1 == bytes.count || bytes[offset + 1] == 10:
                offset = min(offset + 2, bytes.count)
                line += 1
                return true
            default: throw .quotes(line: line)
            }
        }
    }

    private mutating func plainCell() -> [UInt8] {
        let start = offset
        while offset < bytes.count, bytes[offset] != UInt8(ascii: ","), bytes[offset] != 10 { offset += 1 }
        // A carriage return belongs to the line's end, and to the cell where it stands alone.
        if offset > start, bytes[offset - 1] == 13, offset == bytes.count || bytes[offset] == 10 { offset -= 1 }
        return Array(bytes[start..<offset])
    }

    private mutating func quotedCell() throws(Problem) -> [UInt8] {
        let first = line
        var text: [UInt8] = []
        offset += 1
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            if byte == UInt8(ascii: "\"") {
                guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { return text }
                offset += 1
            } else if byte == 10 {
                line += 1
            }
            text.append(byte)
        }
        throw .quotes(line: first)
    }
}
