/// Rows out of what `mysql --xml` prints: `<row>`, and in it `<field name="x">text</field>`, or `<field name="x" xsi:nil="true" />`.
package struct XMLTable {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// - Returns: nil for anything else, and for several tables.
    package static func read(_ text: [UInt8]) -> StoreTable? {
        text.withUnsafeBytes { bytes in
            var reader = XMLTable(bytes)
            return reader.table()
        }
    }

    private mutating func table() -> StoreTable? {
        // A statement without rows prints nothing.
        if bytes.isEmpty { return StoreTable() }
        guard pass(to: "<resultset") != nil, pass(to: ">") != nil else { return nil }
        var table: StoreTable?
        while let tag = nextTag() {
            if isTag(tag, "row") {
                if table == nil {
                    let start = offset
                    guard let names = names() else { return nil }
                    table = StoreTable(columns: names)
                    offset = start
                }
                guard appendRow(to: &table!) else { return nil }
            } else {
                // Nothing but blanks stands behind the only table.
                let isWhole = isTag(tag, "/resultset") && bytes[offset...].allSatisfy(Self.isBlank)
                return isWhole ? table ?? StoreTable() : nil
            }
        }
        return nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool { [32, 9, 10, 13].contains(byte) }

    private func isTag(_ tag: Range<Int>, _ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[tag].elementsEqual($0) }
    }

    /// Passes the blanks and the tag that stand here, and says what is between its signs.
    private mutating func nextTag() -> Range<Int>? {
        while offset < bytes.count, Self.isBlank(bytes[offset]) { offset += 1 }
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "<") else { return nil }
        offset += 1
        return pass(to: ">")
    }

    private mutating func names() -> [String]? {
        var names: [String] = []
        while let tag = nextTag(), !isTag(tag, "/row") {
            // The name is escaped, so that no > and no " ends it.
            let parts = bytes[tag].split(separator: UInt8(ascii: "\""), maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0].elementsEqual("field name=".utf8) else { return nil }
            var table = StoreTable(columnCount: 1)
            append(parts[1].startIndex..<parts[1].endIndex, to: &table)
            names.append(table.cell(0, 0).map { String(decoding: $0, as: UTF8.self) } ?? "")
            guard isNull(tag) || pass(to: "</field>") != nil else { return nil }
        }
        return names
    }

    private func isNull(_ tag: Range<Int>) -> Bool {
        let end = "xsi:nil=\"true\" /".utf8
        return bytes[tag].suffix(end.count).elementsEqual(end)
    }

    /// Passes the fields of a row; false where there are more or fewer than the first row has.
    private mutating func appendRow(to table: inout StoreTable) -> Bool {
        var count = 0
        while let tag = nextTag() {
            if isTag(tag, "/row") { return count == table.columnCount }
            count += 1
            if isNull(tag) {
                table.appendNull()
            } else {
                guard let value = pass(to: "</field>") else { return false }
                append(value, to: &table)
            }
        }
        return false
    }

    /// Passes everything up to a text, and the text; nil where it does not come.
    private mutating func pass(to text: StaticString) -> Range<Int>? {
        text.withUTF8Buffer { text in
            let start = offset
            var index = offset
            while index + text.count <= bytes.count {
                if bytes[index] == text[0], bytes[index..<index + text.count].elementsEqual(text) {
                    offset = index + text.count
                    return start..<index
                }
                index += 1
            }
            return nil
        }
    }

    /// Appends a text with the four escapes resolved that the client writes.
    private func append(_ written: Range<Int>, to table: inout StoreTable) {
        var start = written.lowerBound
        while let sign = bytes[start..<written.upperBound].firstIndex(of: UInt8(ascii: "&")) {
            let escape = Self.escapes.first { bytes[sign..<written.upperBound].starts(with: $0.name) }
            table.extend(bytes[start..<sign])
            table.extend(CollectionOfOne(escape?.sign ?? bytes[sign]))
            start = sign + (escape?.name.count ?? 1)
        }
        table.extend(bytes[start..<written.upperBound])
        table.endCell()
    }

    private static let escapes: [(name: [UInt8], sign: UInt8)] = [
        (Array("&amp;".utf8), UInt8(ascii: "&")), (Array("&lt;".utf8), UInt8(ascii: "<")),
        (Array("&gt;".utf8), UInt8(ascii: ">")), (Array("&quot;".utf8), UInt8(ascii: "\"")),
    ]
}
