internal import FlashSale
internal import Glibc

/// A journal without its free records, in the same format: full segments unchanged, then all other records in the order
/// of invocation.
struct JournalContents {
    private let bytes: UnsafeRawBufferPointer
    /// Byte offsets of full segments.
    private var full: [Int] = []
    /// Byte offsets of records in segments that are not full, in the order of invocation.
    private var single: [Int] = []
    /// Where entries of names are.
    private var entries: [Range<Int>] = []

    /// - Parameter bytes: a header and whole segments that no thread writes to any more, aligned to 8 bytes. - Returns:
    ///   nil if a record is missing in the middle of a segment, since readers have to see that.
    init?(_ bytes: UnsafeRawBufferPointer, of kind: JournalHeader.Kind = .attempts) {
        guard let base = bytes.baseAddress else { return nil }
        self.bytes = bytes
        guard kind == .attempts else {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[JournalRecord.headerSize...])
            guard let places = try? NamesFile.entries(in: rest) else { return nil }
            entries = places.map {
                $0.entry.lowerBound + JournalRecord.headerSize..<$0.entry.upperBound + JournalRecord.headerSize
            }
            return
        }
        for segment in stride(from: JournalRecord.headerSize, to: bytes.count, by: JournalRecord.segmentSize) {
            let end = segment + JournalRecord.segmentSize
            guard RecordView(base + end - JournalRecord.size).isFree else {
                full.append(segment)
                continue
            }
            var free = false
            for offset in stride(from: segment, to: end, by: JournalRecord.size) {
                if RecordView(base + offset).isFree {
                    free = true
                } else if free {
                    return nil
                } else {
                    single.append(offset)
                }
            }
        }
        single.sort { left, right in
            let (left, right) = (RecordView(base + left), RecordView(base + right))
            return (left.invokedNanoseconds, left.id) < (right.invokedNanoseconds, right.id)
        }
    }

    /// In bytes, header included.
    var size: Int {
        JournalRecord.headerSize + full.count * JournalRecord.segmentSize + single.count * JournalRecord.size
            + entries.reduce(0) { $0 + $1.count }
    }

    /// Writes it to an empty file; false if that failed.
    func write(to descriptor: Int32) -> Bool {
        guard Self.write(UnsafeRawBufferPointer(rebasing: bytes[..<JournalRecord.headerSize]), to: descriptor) else {
            return false
        }
        for segment in full {
            let whole = UnsafeRawBufferPointer(rebasing: bytes[segment..<segment + JournalRecord.segmentSize])
            guard Self.write(whole, to: descriptor) else { return false }
        }
        var rest: [UInt8] = []
        rest.reserveCapacity(single.count * JournalRecord.size)
        for record in single { rest += bytes[record..<record + JournalRecord.size] }
        for entry in entries { rest += bytes[entry] }
        return rest.withUnsafeBytes { Self.write($0, to: descriptor) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
            guard count > 0 || (count < 0 && errno == EINTR) else { return false }
            written += max(0, count)
        }
        return true
    }
}
