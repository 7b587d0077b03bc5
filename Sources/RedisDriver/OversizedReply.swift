internal import CHiredis
internal import FlashSale

/// A reply that is larger than its reader lets a reply be.
package struct OversizedReply: Equatable, Sendable, CustomStringConvertible {
    /// What is known of its size, since nobody reads it to its end.
    package enum Size: Equatable, Sendable {
        /// It has announced an array of so many elements, which alone are too many.
        case elements(Int)
        /// It has announced a text of so many bytes.
        case bytes(Int)
        /// It has announced nothing, and did not end.
        case untold
    }

    package var size: Size
    /// In bytes of RESP.
    package var limit: Int

    package init(_ size: Size, limit: Int) {
        self.size = size
        self.limit = limit
    }

    /// `an array of 2,000,000 elements, larger than the 1 MiB that a reply may have`.
    package var description: String {
        switch size {
        case .elements(let count):
            "an array of \(count.counted("element")), larger than the \(Self.words(limit)) that a reply may have"
        case .bytes(let count):
            "a text of \(count.counted("byte")), larger than the \(Self.words(limit)) that a reply may have"
        case .untold: "more than the \(Self.words(limit)) that a reply may have"
        }
    }

    private static func words(_ bytes: Int) -> String {
        for (unit, name) in [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]
        where bytes > 0 && bytes.isMultiple(of: unit) {
            return "\((bytes / unit).grouped) \(name)"
        }
        return bytes.counted("byte")
    }
}

// MARK: - While it is read

extension OversizedReply {
    /// The least that an element of an array has: `+`, and the end of its line.
    private static var leastElementBytes: Int { 3 }

    /// Whether a reply that is not whole can end within the limit, as far as its parser has come.
    ///
    /// A size that it has announced counts at once: nothing of it need arrive.
    ///
    /// - Parameter taken: bytes of it that were parsed.
    static func announced(
        in reader: UnsafeMutablePointer<redisReader>, taken: Int, limit: Int
    ) -> OversizedReply? {
        let unread = reader.pointee.len - reader.pointee.pos
        let index = Int(reader.pointee.ridx)
        guard index >= 0 else { return nil }
        let (missing, largest, isText) = withUnsafeBytes(of: &reader.pointee.rstack) { bytes in
            let tasks = bytes.bindMemory(to: redisReadTask.self)
            var missing = 0
            var largest = 0
            for level in 0..<index {
                // The element that is being read counts below.
                missing += Int(tasks[level].elements) - Int(tasks[level + 1].idx) - 1
                largest = max(largest, Int(tasks[level].elements))
            }
            return (missing, largest, tasks[index].type == REDIS_REPLY_STRING)
        }
        let least = taken + max(0, missing) * leastElementBytes
        // The element that is being read ends with a line at least.
        if least + 2 > limit {
            return OversizedReply(largest * leastElementBytes > limit ? .elements(largest) : .untold, limit: limit)
        }
        if isText, let (header, count) = announcedText(reader, unread) {
            if count > limit { return OversizedReply(.bytes(count), limit: limit) }
            if least + header + count + 2 > limit {
                return OversizedReply(index == 0 ? .bytes(count) : .untold, limit: limit)
            }
        }
        return least + unread > limit ? OversizedReply(.untold, limit: limit) : nil
    }

    /// The length of a text that is being read, and the bytes of the line that says it, which begins after its `$`; nil where the
    /// line is not there yet, or says nothing that can be read.
    private static func announcedText(
        _ reader: UnsafeMutablePointer<redisReader>, _ unread: Int
    ) -> (header: Int, count: Int)? {
        guard let buffer = reader.pointee.buf else { return nil }
        let line = UnsafeRawBufferPointer(start: buffer + reader.pointee.pos, count: unread)
        var count = 0
        // No length that is a length has more digits.
        for (index, byte) in line.prefix(20).enumerated() {
            if byte == UInt8(ascii: "\r") { return index > 0 ? (index + 2, count) : nil }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (ten, overflows) = count.multipliedReportingOverflow(by: 10)
            let (next, overflowsToo) = ten.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            guard !overflows, !overflowsToo else { return nil }
            count = next
        }
        return nil
    }
}
