import Stores

/// Prints tables as databases, services and programs do.
enum TableText {
    /// Every cell; nil for NULL.
    static func rows(_ table: StoreTable) -> [[[UInt8]?]] {
        (0..<table.rowCount).map { row in
            (0..<table.columnCount).map { column in table.cell(row, column).map { Array($0) } }
        }
    }

    /// - Parameter null: what stands for NULL.
    static func csv(_ names: [String], _ rows: [[[UInt8]?]], null: [UInt8]) -> [UInt8] {
        func quoted(_ cell: [UInt8]) -> [UInt8] {
            [UInt8(ascii: "\"")] + cell.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] } + [UInt8(ascii: "\"")]
        }
        let lines = [names.map { quoted(Array($0.utf8)) }] + rows.map { row in row.map { $0.map(quoted) ?? null } }
        return Array(lines.map { Array($0.joined(separator: [UInt8(ascii: ",")])) + [13, 10] }.joined())
    }

    static func xml(_ names: [String], _ rows: [[[UInt8]?]]) -> [UInt8] {
        func escaped(_ text: [UInt8]) -> [UInt8] {
            text.flatMap { byte -> [UInt8] in
                switch byte {
                case UInt8(ascii: "&"): Array("&amp;".utf8)
                case UInt8(ascii: "<"): Array("&lt;".utf8)
                case UInt8(ascii: ">"): Array("&gt;".utf8)
                case UInt8(ascii: "\""): Array("&quot;".utf8)
                default: [byte]
                }
            }
        }
        var text = Array("<?xml version=\"1.0\"?>\n\n<resultset statement=\"SELECT 1\">".utf8)
        for row in rows {
            text += Array("\n  <row>\n".utf8)
            for (name, cell) in zip(names, row) {
                text += Array("\t<field name=\"".utf8) + escaped(Array(name.utf8)) + [UInt8(ascii: "\"")]
                if let cell {
                    text += [UInt8(ascii: ">")] + escaped(cell) + Array("</field>\n".utf8)
                } else {
                    text += Array(" xsi:nil=\"true\" />\n".utf8)
                }
            }
            text += Array("  </row>\n".utf8)
        }
        return text + Array("</resultset>\n".utf8)
    }

    /// An array of arrays, without names.
    static func json(_ rows: [[[UInt8]?]]) -> [UInt8] {
        func quoted(_ cell: [UInt8]) -> [UInt8] {
            [UInt8(ascii: "\"")]
                + cell.flatMap { byte -> [UInt8] in
                    guard byte >= 32, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else {
                        let digits = String(byte, radix: 16)
                        return Array("\\u\(digits.count < 2 ? "000" : "00")\(digits)".utf8)
                    }
                    return [byte]
                } + [UInt8(ascii: "\"")]
        }
        let lines = rows.map { row in
            [UInt8(ascii: "[")]
                + Array(row.map { $0.map(quoted) ?? Array("null".utf8) }.joined(separator: [UInt8(ascii: ",")]))
                + [UInt8(ascii: "]")]
        }
        return [UInt8(ascii: "[")] + Array(lines.joined(separator: [UInt8(ascii: ",")])) + [UInt8(ascii: "]")]
    }
}
