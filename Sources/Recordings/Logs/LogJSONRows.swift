internal import FlashSale

/// Reads lines of JSON, one object in each, or the spans in lines of OTLP.
///
/// A column is a path of names with points between them; a name may have points itself. Nothing is built: the values that are wanted
/// are found as the line is passed over.
struct LogJSONRows: Sendable {
    /// Bytes that a line may have.
    let limit: Int
    /// Whether lines hold `resourceSpans`, whose spans are the rows.
    private let holdsSpans: Bool
    private let paths: [[UInt8]]
    /// The line in which the row that was read last starts, from 1.
    private(set) var line = 0
    private var lineEnd = 0
    private var rowStart = 0
    /// Where the spans of the line start that were not read yet, the next one last.
    private var spans: [Int] = []
    /// Which paths may go on in the object at hand, and from where.
    private var candidates: [(slot: Int, offset: Int)] = []

    private static let depthLimit = 64

    /// Where the row that was read last is among the bytes from which it was read.
    var lastRow: Range<Int> { rowStart..<max(rowStart, lineEnd) }

    init(_ columns: [String], holdsSpans: Bool, limit: Int) {
        paths = columns.map { Array($0.utf8) }
        self.holdsSpans = holdsSpans
        self.limit = limit
    }

    /// Reads the next row into `cells` and moves `offset` behind its line once all of its rows were read.
    ///
    /// - Returns: false where there is no whole line at `offset`.
    mutating func next(
        _ bytes: UnsafeRawBufferPointer, at offset: inout Int, isLast: Bool, _ cells: inout LogCells
    ) throws(CSVDamage) -> Bool {
        while true {
            if let span = spans.popLast() {
                try row(bytes, from: span, to: lineEnd, &cells)
                if spans.isEmpty { offset = min(bytes.count, lineEnd + 1) }
                return true
            }
            guard let range = try nextLine(bytes, at: &offset, isLast: isLast) else { return false }
            guard holdsSpans else {
                let end = try row(bytes, from: range.lowerBound, to: range.upperBound, &cells)
                var scanner = LogJSONCursor(bytes, at: end, end: range.upperBound)
                scanner.skipBlanks()
                guard scanner.isAtEnd else { throw damage("wanted one object in a line, found something behind it") }
                offset = min(bytes.count, lineEnd + 1)
                return true
            }
            try collectSpans(bytes, range)
            if spans.isEmpty { offset = min(bytes.count, lineEnd + 1) }
        }
    }

    /// The next line that is not empty.
    private mutating func nextLine(
        _ bytes: UnsafeRawBufferPointer, at offset: inout Int, isLast: Bool
    ) throws(CSVDamage) -> Range<Int>? {
        while offset < bytes.count {
            let end = bytes[offset...].firstIndex(of: CSVSyntax.lineFeed)
            guard end != nil || isLast || bytes.count - offset >= limit else { return nil }
            guard let end = end ?? (isLast ? bytes.count : nil), end - offset < limit else {
                line += 1
                throw damage(
                    "wanted a line of at most \(limit) bytes, found no end of this one; one object a line is wanted")
            }
            line += 1
            lineEnd = end
            if bytes[offset..<end].contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) { return offset..<end }
            offset = min(bytes.count, end + 1)
        }
        return nil
    }

    private func damage(_ reason: String) -> CSVDamage { CSVDamage(line: line, reason) }

    private func noObject() -> CSVDamage {
        damage(
            "wanted a JSON object, found something else or only a part of one; one object a line is wanted (jq -c does it)"
        )
    }

    @discardableResult
    private mutating func row(
        _ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int, _ cells: inout LogCells
    ) throws(CSVDamage) -> Int {
        cells.clear()
        rowStart = start
        candidates.removeAll(keepingCapacity: true)
        for slot in paths.indices { candidates.append((slot, 0)) }
        var cursor = LogJSONCursor(bytes, at: start, end: end)
        try object(&cursor, 0..<candidates.count, 0, &cells)
        return cursor.offset
    }

    private mutating func object(
        _ cursor: inout LogJSONCursor, _ frame: Range<Int>, _ depth: Int, _ cells: inout LogCells
    ) throws(CSVDamage) {
        cursor.skipBlanks()
        guard cursor.pass("{") else { throw noObject() }
        cursor.skipBlanks()
        if cursor.pass("}") { return }
        guard depth < Self.depthLimit else {
            throw damage("wanted at most \(Self.depthLimit) objects within each other")
        }
        while true {
            cursor.skipBlanks()
            guard let key = cursor.text() else { throw noObject() }
            cursor.skipBlanks()
            guard cursor.pass(":") else { throw noObject() }
            cursor.skipBlanks()
            try value(&cursor, of: key, frame, depth, &cells)
            cursor.skipBlanks()
            if cursor.pass(",") { continue }
            guard cursor.pass("}") else { throw noObject() }
            return
        }
    }

    private mutating func value(
        _ cursor: inout LogJSONCursor, of key: LogJSONCursor.Text, _ frame: Range<Int>, _ depth: Int,
        _ cells: inout LogCells
    ) throws(CSVDamage) {
        let name = cursor.bytes(key.range)
        let before = candidates.count
        let isObject = cursor.isAt("{")
        let areAttributes = holdsSpans && cursor.isAt("[") && name.elementsEqual("attributes".utf8)
        var slot: Int?
        for index in frame {
            let (candidate, offset) = candidates[index]
            let path = paths[candidate]
            guard path.count - offset >= name.count, path[offset..<offset + name.count].elementsEqual(name) else {
                continue
            }
            if path.count - offset == name.count {
                slot = candidate
            } else if isObject || areAttributes, path[offset + name.count] == UInt8(ascii: ".") {
                candidates.append((candidate, offset + name.count + 1))
            }
        }
        if let slot {
            guard !isObject, !cursor.isAt("[") else {
                throw CSVDamage(
                    line: line, column: String(decoding: paths[slot], as: UTF8.self),
                    "wanted a text or a number, found \(isObject ? "an object; name a field of it" : "a list; name a field with one value")"
                )
            }
            guard cursor.scalar(slot, &cells) else { throw noObject() }
        } else if candidates.count > before {
            if isObject {
                try object(&cursor, before..<candidates.count, depth + 1, &cells)
            } else {
                try attributes(&cursor, before..<candidates.count, &cells)
            }
            candidates.removeSubrange(before...)
        } else {
            guard cursor.skipValue() else { throw noObject() }
        }
    }

    // MARK: OTLP

    /// `[{"key":"http.response.status_code","value":{"intValue":"200"}}]`
    private mutating func attributes(
        _ cursor: inout LogJSONCursor, _ frame: Range<Int>, _ cells: inout LogCells
    ) throws(CSVDamage) {
        try list(&cursor) { (rows, cursor) throws(CSVDamage) in
            var key: LogJSONCursor.Text?
            var value: Int?
            try rows.fields(&cursor) { (rows, name, cursor) throws(CSVDamage) in
                if name.elementsEqual("key".utf8) {
                    guard let text = cursor.text() else { throw rows.noObject() }
                    key = text
                    return
                }
                if name.elementsEqual("value".utf8) { value = cursor.offset }
                guard cursor.skipValue() else { throw rows.noObject() }
            }
            guard let key, let value else { return }
            let name = cursor.bytes(key.range)
            for index in frame {
                let (slot, offset) = rows.candidates[index]
                guard rows.paths[slot][offset...].elementsEqual(name) else { continue }
                var inner = cursor.at(value)
                guard inner.isAt("{") else { throw rows.noObject() }
                try rows.fields(&inner) { (rows, _, cursor) throws(CSVDamage) in
                    guard !cursor.isAt("{"), !cursor.isAt("[") else {
                        guard cursor.skipValue() else { throw rows.noObject() }
                        return
                    }
                    guard cursor.scalar(slot, &cells) else { throw rows.noObject() }
                }
            }
        }
    }

    private mutating func collectSpans(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(CSVDamage) {
        var found: [Int] = []
        var cursor = LogJSONCursor(bytes, at: range.lowerBound, end: range.upperBound)
        try descend(&cursor, ["resourceSpans", "scopeSpans", "spans"], &found)
        spans = found.reversed()
    }

    private mutating func descend(
        _ cursor: inout LogJSONCursor, _ names: [String], _ found: inout [Int]
    ) throws(CSVDamage) {
        try fields(&cursor) { (rows, name, cursor) throws(CSVDamage) in
            let isWanted =
                name.elementsEqual(names[0].utf8)
                || (names[0] == "scopeSpans" && name.elementsEqual("instrumentationLibrarySpans".utf8))
            guard isWanted, cursor.isAt("[") else {
                guard cursor.skipValue() else { throw rows.noObject() }
                return
            }
            try rows.list(&cursor) { (rows, cursor) throws(CSVDamage) in
                if names.count == 1 {
                    found.append(cursor.offset)
                    guard cursor.skipValue() else { throw rows.noObject() }
                } else {
                    try rows.descend(&cursor, Array(names.dropFirst()), &found)
                }
            }
        }
    }

    /// - Parameter take: stands at the start of an element, and passes it.
    private mutating func list(
        _ cursor: inout LogJSONCursor,
        _ take: (_ rows: inout Self, _ cursor: inout LogJSONCursor) throws(CSVDamage) -> Void
    ) throws(CSVDamage) {
        guard cursor.pass("[") else { throw noObject() }
        cursor.skipBlanks()
        if cursor.pass("]") { return }
        while true {
            cursor.skipBlanks()
            try take(&self, &cursor)
            cursor.skipBlanks()
            if cursor.pass(",") { continue }
            guard cursor.pass("]") else { throw noObject() }
            return
        }
    }

    /// - Parameter take: stands at the start of a field's value, and passes it.
    private mutating func fields(
        _ cursor: inout LogJSONCursor,
        _ take: (_ rows: inout Self, _ name: UnsafeRawBufferPointer, _ cursor: inout LogJSONCursor) throws(CSVDamage) ->
            Void
    ) throws(CSVDamage) {
        cursor.skipBlanks()
        guard cursor.pass("{") else { throw noObject() }
        cursor.skipBlanks()
        if cursor.pass("}") { return }
        while true {
            cursor.skipBlanks()
            guard let key = cursor.text() else { throw noObject() }
            cursor.skipBlanks()
            guard cursor.pass(":") else { throw noObject() }
            cursor.skipBlanks()
            try take(&self, cursor.bytes(key.range), &cursor)
            cursor.skipBlanks()
            if cursor.pass(",") { continue }
            guard cursor.pass("}") else { throw noObject() }
            return
        }
    }
}
