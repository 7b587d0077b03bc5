internal import Synchronization

/// The format of the file beside a worker's journal that holds the names of the units that its attempts were sold: a
/// ``JournalHeader`` of ``JournalRecord/headerSize`` bytes, then entries, little-endian, aligned to 8 bytes.
///
/// An entry has the bytes of its names (4), four that are 0, the attempt's id (8), and the names (``UnitNameList``). It is
/// written before the attempt's record is completed, its first word last with release ordering, so that whoever reads the
/// files after the writer died finds the names of every attempt that is completed. A record says that there are some.
///
/// Where the first word is 0, nothing follows in that segment. A worker that comes to its end cuts its file to the entries.
package enum NamesFile {
    /// Bytes before the names.
    package static var headSize: Int { 16 }
    /// Bytes that the names of one attempt may have, with their lengths: an entry fits into a segment.
    package static var largestList: Int { JournalRecord.segmentSize - headSize }

    /// Bytes that an entry takes.
    package static func size(ofNames count: Int) -> Int { (headSize + count + 7) / 8 * 8 }

    /// - Parameters:
    ///   - names: a ``UnitNameList``, at most ``largestList`` bytes.
    ///   - place: bytes that are 0, as many as ``size(ofNames:)`` says, aligned to 8.
    package static func store(
        _ names: UnsafeRawBufferPointer, ofAttempt id: Int, to place: UnsafeMutableRawPointer
    ) {
        place.storeBytes(of: Int64(id), toByteOffset: 8, as: Int64.self)
        if let start = names.baseAddress { (place + headSize).copyMemory(from: start, byteCount: names.count) }
        place.assumingMemoryBound(to: Atomic<UInt32>.self).pointee.store(UInt32(names.count), ordering: .releasing)
    }

    /// Where an entry is, from the end of the header on.
    package struct Place: Sendable {
        package var attempt: Int
        package var names: Range<Int>

        /// The whole entry.
        package var entry: Range<Int> {
            let start = names.lowerBound - NamesFile.headSize
            return start..<start + NamesFile.size(ofNames: names.count)
        }
    }

    /// Finds the entries.
    ///
    /// - Parameter bytes: what follows the header, aligned to 8 bytes.
    /// - Throws: ``JournalDamage`` for what no writer of ours leaves behind.
    package static func entries(in bytes: UnsafeRawBufferPointer) throws(JournalDamage) -> [Place] {
        var places: [Place] = []
        var offset = 0
        while offset + headSize <= bytes.count {
            let count = Int(bytes.load(fromByteOffset: offset, as: UInt32.self))
            guard count > 0 else {
                offset = (offset / JournalRecord.segmentSize + 1) * JournalRecord.segmentSize
                continue
            }
            let start = offset + headSize
            let id = Int(bytes.load(fromByteOffset: offset + 8, as: Int64.self))
            guard count <= largestList, start + count <= bytes.count, id > 0,
                UnitNameList(UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])) != nil
            else {
                throw JournalDamage("no names can be read at byte \(JournalRecord.headerSize + offset)")
            }
            places.append(Place(attempt: id, names: start..<start + count))
            offset += size(ofNames: count)
        }
        return places
    }
}
