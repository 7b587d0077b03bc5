internal import FlashSale

/// Reads the rows of somebody's CSV file: cells with commas, semicolons or tabs between them, with or without quotation marks and
/// blanks around them.
struct LogCSVRows: Sendable {
    /// Bytes that a row may have, with its line end.
    static var limit: Int { CSVSplitRow.limit }

    let separator: UInt8
    /// What the header says, without blanks around it.
    let names: [String]
    /// Of each cell of a row its slot, or -1.
    private var slots: [Int] = []
    /// The line in which the row that was read last starts, from 1.
    private(set) var line = 1
    private var nextLine = 1

    /// Reads the header.
    ///
    /// - Parameters:
    ///   - bytes: the start of the file, behind a byte order mark; a whole line at least.
    ///   - headers: of files without one, by their number of cells.
    ///   - offset: is moved behind what was read.
    init(_ bytes: UnsafeRawBufferPointer, at offset: inout Int, headers: [Int: [String]] = [:]) throws(CSVDamage) {
        let end = bytes[offset...].firstIndex(of: CSVSyntax.lineFeed) ?? bytes.count
        separator = Self.separator(in: bytes[offset..<end])
        let (cells, next, lines) = try Self.split(bytes, at: offset, separator)
        if let names = headers[cells.count] {
            self.names = names
            return
        }
        names = cells
        offset = next
        nextLine = 1 + lines
    }

    /// - Parameter columns: those that are wanted, by their slots; each is a name of the header.
    mutating func want(_ columns: [String]) { slots = names.map { columns.firstIndex(of: $0) ?? -1 } }

    /// The one that stands most often in the first line, outside of quotation marks.
    private static func separator(in line: Slice<UnsafeRawBufferPointer>) -> UInt8 {
        var counts = [UInt8(ascii: ","): 0, UInt8(ascii: ";"): 0, UInt8(ascii: "\t"): 0]
        var isQuoted = false
        for byte in line {
            if byte == CSVSyntax.quote { isQuoted.toggle() }
            if !isQuoted { counts[byte]? += 1 }
        }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? CSVSyntax.comma
    }

    private static func split(
        _ bytes: UnsafeRawBufferPointer, at start: Int, _ separator: UInt8
    ) throws(CSVDamage) -> ([String], Int, Int) {
        var cells: [String] = []
        var cell: [UInt8] = []
        var isQuoted = false
        var lines = 0
        var offset = start
        loop: while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case CSVSyntax.quote where isQuoted && offset < bytes.count && bytes[offset] == CSVSyntax.quote:
                cell.append(byte)
                offset += 1
            case CSVSyntax.quote: isQuoted.toggle()
            case CSVSyntax.lineFeed where !isQuoted:
                lines += 1
                break loop
            case separator where !isQuoted:
                cells.append(String(decoding: cell, as: UTF8.self))
                cell = []
            default:
                if byte == CSVSyntax.lineFeed { lines += 1 }
                cell.append(byte)
            }
            guard offset - start <= limit else {
                throw CSVDamage(line: 1, "wanted a header of at most \(limit) bytes, found no end of this one")
            }
        }
        cells.append(String(decoding: cell, as: UTF8.self))
        return (cells.map { String(LogWords.trimmed($0[...])) }, offset, lines)
    }

    /// Reads the row at `offset` into `cells` and moves `offset` behind it. Empty lines are passed over.
    ///
    /// - Returns: false where there is no whole row at `offset`.
    mutating func next(
        _ bytes: UnsafeRawBufferPointer, at offset: inout Int, isLast: Bool, _ cells: inout LogCells
    ) throws(CSVDamage) -> Bool {
        while offset < bytes.count {
            line = nextLine
            guard let row = try scan(bytes, from: offset, isLast: isLast, &cells) else {
                guard bytes.count - offset < Self.limit else {
                    throw CSVDamage(
                        line: line,
                        "wanted a row of at most \(Self.limit) bytes, found no end of this one; it may hold a quotation mark that is never closed"
                    )
                }
                return false
            }
            offset = row.end
            nextLine += row.lines
            if row.count == 1, row.isEmpty, names.count > 1 { continue }
            guard row.count == names.count else { throw wrongCount(row.count) }
            return true
        }
        return false
    }

    private struct Row {
        var end: Int
        var count: Int
        var lines: Int
        var isEmpty: Bool
    }

    /// Nil where its end is not here yet.
    @inline(__always)
    private func scan(
        _ bytes: UnsafeRawBufferPointer, from start: Int, isLast: Bool, _ cells: inout LogCells
    ) throws(CSVDamage) -> Row? {
        let base = bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
        let end = bytes.count
        let separator = separator
        var row = Row(end: start, count: 0, lines: 1, isEmpty: true)
        var offset = start
        cells.clear()
        while true {
            let slot = row.count < slots.count ? slots[row.count] : -1
            while offset < end, base[offset] == UInt8(ascii: " ") { offset &+= 1 }
            if offset < end, base[offset] == CSVSyntax.quote {
                row.isEmpty = false
                guard try quoted(base, &offset, end, isLast, slot, &row.lines, &cells) else { return nil }
            } else {
                let cell = offset
                offset = Self.cellEnd(base, offset, end, separator)
                if offset == end, !isLast { return nil }
                var last = offset
                if last > cell, base[last &- 1] == CSVSyntax.carriageReturn, offset == end || base[offset] != separator
                {
                    last &-= 1
                }
                if last > cell { row.isEmpty = false }
                if slot >= 0 { cells.set(slot, base + cell, last &- cell) }
            }
            row.count &+= 1
            if offset == end {
                guard isLast else { return nil }
                row.end = end
                return row
            }
            let byte = base[offset]
            offset &+= 1
            if byte == CSVSyntax.lineFeed {
                row.end = offset
                return row
            }
        }
    }

    /// The first separator or line feed, or the end; eight bytes at a time.
    @inline(__always)
    private static func cellEnd(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ separator: UInt8) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let (separators, lineFeeds) = (ones &* UInt64(separator), ones &* UInt64(CSVSyntax.lineFeed))
        var offset = start
        while offset &+ 8 <= end {
            let bytes = UInt64(littleEndian: UnsafeRawPointer(base + offset).loadUnaligned(as: UInt64.self))
            let (one, other) = (bytes ^ separators, bytes ^ lineFeeds)
            // The lowest bit that is set is that of the first byte that is zero.
            let found = (((one &- ones) & ~one) | ((other &- ones) & ~other)) & (0x80 &* ones)
            if found != 0 { return offset &+ found.trailingZeroBitCount >> 3 }
            offset &+= 8
        }
        while offset < end, base[offset] != separator, base[offset] != CSVSyntax.lineFeed { offset &+= 1 }
        return offset
    }

    /// Passes a cell in quotation marks, and what blanks follow it.
    ///
    /// - Returns: false where its end is not here yet.
    private func quoted(
        _ base: UnsafePointer<UInt8>, _ offset: inout Int, _ end: Int, _ isLast: Bool, _ slot: Int, _ lines: inout Int,
        _ cells: inout LogCells
    ) throws(CSVDamage) -> Bool {
        offset &+= 1
        let start = offset
        let mark = cells.mark
        var isDoubled = false
        while true {
            while offset < end, base[offset] != CSVSyntax.quote {
                if base[offset] == CSVSyntax.lineFeed { lines &+= 1 }
                if isDoubled { cells.append(base[offset]) }
                offset &+= 1
            }
            guard offset < end else {
                guard isLast else { return false }
                throw CSVDamage(
                    line: line,
                    "wanted a closing quotation mark, found the end of the file; close it, or write the file again if it was cut off"
                )
            }
            guard offset &+ 1 < end, base[offset &+ 1] == CSVSyntax.quote else { break }
            if !isDoubled {
                isDoubled = true
                for index in start..<offset { cells.append(base[index]) }
            }
            cells.append(CSVSyntax.quote)
            offset &+= 2
        }
        if offset &+ 1 == end, !isLast { return false }
        if slot >= 0 {
            if isDoubled { cells.set(slot, scratchFrom: mark) } else { cells.set(slot, base + start, offset &- start) }
        }
        offset &+= 1
        while offset < end, base[offset] == UInt8(ascii: " ") || base[offset] == CSVSyntax.carriageReturn {
            offset &+= 1
        }
        if offset == end { return isLast }
        guard base[offset] == separator || base[offset] == CSVSyntax.lineFeed else {
            throw CSVDamage(
                line: line,
                "wanted \(Self.name(of: separator)) or the line's end after the closing quotation mark, found "
                    + "\(CSVExcerpt.quoted(CollectionOfOne(base[offset]))); write a quotation mark within a quoted cell twice"
            )
        }
        return true
    }

    static func name(of separator: UInt8) -> String {
        switch separator {
        case UInt8(ascii: ";"): "a semicolon"
        case UInt8(ascii: "\t"): "a tab"
        default: "a comma"
        }
    }

    private func wrongCount(_ count: Int) -> CSVDamage {
        let mark = Self.name(of: separator)
        return CSVDamage(
            line: line,
            "wanted a row of \(names.count.counted("cell")) as in the first one, found \(count); "
                + (count < names.count
                    ? "write \(mark) for each cell that is empty"
                    : "put a cell that holds \(mark) into quotation marks"))
    }
}
