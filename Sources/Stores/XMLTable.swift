/// Rows out of what `mysql --xml` prints: `<row>`, and in it `<field name="x">text</field>`, or `<field name="x" xsi:nil="true" />`.
struct XMLTable {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// - Returns: nil for anything else, and for several tables.
    static func read(_ text: [UInt8]) -> StoreTable? {
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
        while let sign = nextTag() {
            switch sign {
            case "<row>":
                guard let row = row() else { return nil }
                if table == nil { table = StoreTable(columns: row.map(\.name)) }
                guard row.count == table?.columnCount else { return nil }
                for cell in row {
                    if let value = cell.value { table?.append(value) } else { table?.appendNull() }
                }
            case "</resultset>":
                // Nothing but blanks stands behind the only table.
                return bytes[offset...].allSatisfy { [32, 9, 10, 13].contains($0) } ? table ?? StoreTable() : nil
            default: return nil
            }
        }
        return nil
    }

    /// Passes the blanks and the tag that stand here.
    private mutating func nextTag() -> String? {
        while offset < bytes.count, [32, 9, 10, 13].contains(bytes[offset]) { offset += 1 }
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "<"), let tag = pass(to: ">") else { return nil }
        return String(decoding: bytes[tag], as: UTF8.self) + ">"
    }

    private mutating func row() -> [(name: String, value: [UInt8]?)]? {
        var cells: [(name: String, value: [UInt8]?)] = []
        while let tag = nextTag() {
            if tag == "</row>" { return cells }
            // The name is escaped, so that no > and no " ends it.
            guard tag.hasPrefix("<field name=\""), let end = tag.dropFirst(13).firstIndex(of: "\"") else { return nil }
            let name = String(decoding: Self.unescaped(tag.dropFirst(13)[..<end].utf8), as: UTF8.self)
            if tag.hasSuffix("xsi:nil=\"true\" />") {
                cells.append((name, nil))
            } else {
                guard let value = pass(to: "</field>") else { return nil }
                cells.append((name, Self.unescaped(bytes[value])))
            }
        }
        return nil
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

    /// Resolves the four escapes that the client writes.
    private static func unescaped(_ written: some Collection<UInt8>) -> [UInt8] {
        let written = Array(written)
        guard written.contains(UInt8(ascii: "&")) else { return written }
        var text: [UInt8] = []
        var index = 0
        while index < written.count {
            let escape = Self.escapes.first { written[index...].starts(with: $0.name) }
            text.append(escape?.sign ?? written[index])
            index += escape?.name.count ?? 1
        }
        return text
    }

    private static let escapes: [(name: [UInt8], sign: UInt8)] = [
        (Array("&amp;".utf8), UInt8(ascii: "&")), (Array("&lt;".utf8), UInt8(ascii: "<")),
        (Array("&gt;".utf8), UInt8(ascii: ">")), (Array("&quot;".utf8), UInt8(ascii: "\"")),
    ]
}
