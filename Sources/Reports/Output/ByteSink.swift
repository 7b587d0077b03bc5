/// Where a report's bytes go: a file, or memory in tests.
///
/// Appending never fails, so that a format is a plain function from values to bytes; a sink that can fail keeps its
/// first error, ignores what comes after it, and throws it when it is closed.
package protocol ByteSink: ~Copyable {
    /// Takes a copy of `bytes`.
    mutating func append(_ bytes: UnsafeRawBufferPointer)
}

extension ByteSink where Self: ~Copyable {
    package mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// Appends `text` as UTF-8.
    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    package mutating func append(byte: UInt8) {
        withUnsafeBytes(of: byte) { append($0) }
    }

    /// Appends `number` in decimal digits, without any allocation.
    package mutating func append(decimal number: Int) {
        appendDecimal(magnitude: UInt64(number.magnitude), isNegative: number < 0)
    }

    /// Appends `number` in decimal digits, without any allocation.
    package mutating func append(decimal number: UInt64) {
        appendDecimal(magnitude: number, isNegative: false)
    }

    private mutating func appendDecimal(magnitude: UInt64, isNegative: Bool) {
        // A sign and the 20 digits of the largest number.
        withUnsafeTemporaryAllocation(byteCount: 21, alignment: 1) { digits in
            var start = digits.count
            var rest = magnitude
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if isNegative {
                start -= 1
                digits[start] = UInt8(ascii: "-")
            }
            append(UnsafeRawBufferPointer(rebasing: digits[start...]))
        }
    }
}
