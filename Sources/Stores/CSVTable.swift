/// Rows out of CSV (RFC 4180), as database clients and programs print it.
package struct CSVTable {
    /// Where the first line is not like the others.
    package enum Header {
        /// The first line has the names of the columns.
        case always
        /// It has them where a line has more than one cell.
        case ofSeveralColumns
    }

    package enum Problem: Error, Equatable {
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
    private init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// - Parameter null: what a cell without quotes holds that is NULL; nil where there is none.
    package static func read(_ text: [UInt8], header: Header, null: [UInt8]? = nil) throws(Problem) -> StoreTable {
        try text.withUnsafeBufferPointer { (text) throws(Problem) -> StoreTable in
            var reader = CSVTable(UnsafeRawBufferPointer(text))
            return try reader.table(header, null)
        }
    }

    /// Where a cell is, without its quotes.
    private struct Cell {
        var range: Range<Int>
        var isQuoted = false
        /// Whether a quote in it is written twice.
        var hasQuotes = false
    }

    private mutating func table(_ header: Header, _ null: [UInt8]?) throws(Problem) -> StoreTable {
        // A mark that some programs put before UTF-8.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
        guard offset < bytes.count else { return StoreTable() }
        var first: [Cell] = []
        repeat { first.append(try cell()) } while try passesComma()
        var table: StoreTable
        if header == .ofSeveralColumns, first.count == 1 {
            table = StoreTable(columnCount: 1)
            append(first[0], to: &table, null)
        } else {
            let names = first.map { name(of: $0) }
            if header == .ofSeveralColumns {
                for name in names where name.isEmpty || StoreTable.number(Array(name.utf8)[...]) != nil {
                    throw .header(name)
                }
            }
            table = StoreTable(columns: names)
        }
        while offset < bytes.count {
            let start = line
            var count = 0
            repeat {
                append(try cell(), to: &table, null)
                count += 1
            } while try passesComma()
            guard count == table.columnCount else {
                throw .ragged(line: start, cells: count, wanted: table.columnCount)
            }
        }
        return table
    }

    private func name(of cell: Cell) -> String {
        var table = StoreTable(columnCount: 1)
        append(cell, to: &table, nil)
        return table.cell(0, 0).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private func append(_ cell: Cell, to table: inout StoreTable, _ null: [UInt8]?) {
        let written = bytes[cell.range]
        if !cell.isQuoted, let null, written.elementsEqual(null) { return table.appendNull() }
        guard cell.hasQuotes else { return table.append(written) }
        // The second of two quotes is left out.
        var start = cell.range.lowerBound
        while let quote = bytes[start..<cell.range.upperBound].firstIndex(of: UInt8(ascii: "\"")) {
            table.extend(bytes[start...quote])
            start = quote + 2
        }
        table.extend(bytes[start..<cell.range.upperBound])
        table.endCell()
    }

    /// Passes what follows a cell, and says whether another one of its row does.
    private mutating func passesComma() throws(Problem) -> Bool {
        guard offset < bytes.count else { return false }
        switch bytes[offset] {
        case UInt8(ascii: ","):
            offset += 1
            return true
        case 10: offset += 1
        case 13 where offset + 1 == bytes.count || bytes[offset + 1] == 10: offset = min(offset + 2, bytes.count)
        default: throw .quotes(line: line)
        }
        line += 1
        return false
    }

    private mutating func cell() throws(Problem) -> Cell {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { return plainCell() }
        let first = line
        offset += 1
        var cell = Cell(range: offset..<offset, isQuoted: true)
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            if byte == UInt8(ascii: "\"") {
                guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
                    cell.range = cell.range.lowerBound..<offset - 1
                    return cell
                }
                cell.hasQuotes = true
                offset += 1
            } else if byte == 10 {
                line += 1
            }
        }
        throw .quotes(line: first)
    }

    private mutating func plainCell() -> Cell {
        let start = offset
        while offset < bytes.count, bytes[offset] != UInt8(ascii: ","), bytes[offset] != 10 { offset += 1 }
        // A carriage return belongs to the line's end, and to the cell where it stands alone.
        if offset > start, bytes[offset - 1] == 13, offset == bytes.count || bytes[offset] == 10 { offset -= 1 }
        return Cell(range: start..<offset)
    }
}
