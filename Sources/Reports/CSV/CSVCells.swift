/// RFC 4180: lines end with CR LF, and a cell is quoted where it holds a comma, a quote or a line break.
extension ByteSink where Self: ~Copyable {
    mutating func append(row cells: [String]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { appendComma() }
            append(cell: cell)
        }
        appendLineEnd()
    }

    mutating func append(cell text: String) {
        let needsQuotes = text.utf8.contains { byte in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: "\r"), UInt8(ascii: "\n"): true
            default: false
            }
        }
        guard needsQuotes else {
            append(text)
            return
        }
        append(byte: UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") { append(byte: byte) }
            append(byte: byte)
        }
        append(byte: UInt8(ascii: "\""))
    }

    /// Appends a comma and the number: every cell of a row but the first.
    mutating func append(next number: Int) {
        appendComma()
        append(decimal: number)
    }

    /// Appends a comma and the number, or nothing after the comma.
    mutating func append(next number: Int?) {
        appendComma()
        if let number { append(decimal: number) }
    }

    /// Appends a comma and the number, or nothing after the comma.
    mutating func append(next number: UInt64?) {
        appendComma()
        if let number { append(decimal: number) }
    }

    /// Appends a comma and the text, quoted where that is needed.
    mutating func append(next text: String) {
        appendComma()
        append(cell: text)
    }

    mutating func appendComma() { append(byte: UInt8(ascii: ",")) }

    mutating func appendLineEnd() { append("\r\n") }
}
