internal import FlashSale

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
        withUnsafeTemporaryAllocation(byteCount: 21, alignment: 1) { buffer in
            if isNegative { buffer[0] = UInt8(ascii: "-") }
            let start = isNegative ? 1 : 0
            let end = start + buffer.storeDigits(of: magnitude, at: start)
            append(UnsafeRawBufferPointer(rebasing: buffer[..<end]))
        }
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Stores the decimal digits of a number, 20 at most, and returns how many they are.
    ///
    /// They are written from the last to the first, two at a time, into the place that they need.
    @inline(__always)
    func storeDigits(of number: UInt64, at start: Int) -> Int {
        var digits = 1
        var high = number
        while high >= 10_000 {
            high /= 10_000
            digits += 4
        }
        digits += high >= 1000 ? 3 : high >= 100 ? 2 : high >= 10 ? 1 : 0
        var rest = number
        var place = start + digits
        let zero = UInt8(ascii: "0")
        while rest >= 10 {
            let pair = UInt8(truncatingIfNeeded: rest % 100)
            rest /= 100
            place -= 2
            self[place] = zero + pair / 10
            self[place + 1] = zero + pair % 10
        }
        if place > start { self[start] = zero + UInt8(truncatingIfNeeded: rest) }
        return digits
    }
}

/// A sink that keeps everything, for tests and for what goes to standard output.
package struct MemorySink: ByteSink {
    package internal(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func append(_ bytes: UnsafeRawBufferPointer) { self.bytes.append(contentsOf: bytes) }

    /// The bytes as UTF-8.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Keeps only the size and the digest of what is appended.
struct DigestSink: ByteSink {
    private(set) var count = 0
    private var digest = Digest()
    /// Bytes that do not fill a piece yet.
    private var rest: [UInt8] = []

    init() { rest.reserveCapacity(Digest.pieceSize) }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        count += bytes.count
        var bytes = bytes[...]
        while !bytes.isEmpty {
            let taken = bytes.prefix(Digest.pieceSize - rest.count)
            rest.append(contentsOf: taken)
            bytes = bytes.dropFirst(taken.count)
            guard rest.count == Digest.pieceSize else { continue }
            rest.withUnsafeBytes { digest.update($0) }
            rest.removeAll(keepingCapacity: true)
        }
    }

    /// Of everything that was appended.
    func fileDigest(_ file: String) -> FileDigest {
        var digest = digest
        rest.withUnsafeBytes { digest.update($0) }
        return FileDigest(file: file, bytes: count, digest: digest)
    }
}
