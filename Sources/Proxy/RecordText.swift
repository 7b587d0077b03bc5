/// Texts of others in one cell of a CSV file: printable, without blanks, and short.
enum RecordText {
    /// Bytes of an argument that are shown, and of a key.
    static let argumentBytes = 64
    static let keyBytes = 128
    /// Bytes of all arguments together, about.
    static let allBytes = 200

    /// Appends bytes as they are, but for what is not printable, a blank, a comma, a quote or a backslash: `\x` and two digits.
    static func append(_ bytes: UnsafeRawBufferPointer, cutAt most: Int, to text: inout ByteQueue) {
        for byte in bytes.prefix(most) { append(byte, to: &text) }
        if bytes.count > most { appendMark(to: &text) }
    }

    static func append(_ byte: UInt8, to text: inout ByteQueue, keepsBlanks: Bool = false) {
        let isPlain =
            (33..<127).contains(byte) && byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"")
            && byte != UInt8(ascii: "\\")
        if isPlain || (keepsBlanks && byte == 32) { return text.append(byte) }
        text.append(UInt8(ascii: "\\"))
        text.append(UInt8(ascii: "x"))
        text.append(digit(byte >> 4))
        text.append(digit(byte & 15))
    }

    /// The sign that something was cut off: an ellipsis.
    static func appendMark(to text: inout ByteQueue) {
        for byte in "…".utf8 { text.append(byte) }
    }

    static func append(_ number: some BinaryInteger, to text: inout ByteQueue) {
        var rest = UInt64(number)
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var place = 20
            repeat {
                place -= 1
                digits[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            text.append(UnsafeRawBufferPointer(rebasing: digits[place...]))
        }
    }

    static func append(_ literal: StaticString, to text: inout ByteQueue) {
        text.append(UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
