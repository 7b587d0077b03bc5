/// The first bytes of a journal: what it is, and whose.
package struct JournalHeader: Sendable, Equatable {
    /// "STRSJRNL" in ASCII.
    static let magic: UInt64 = 0x4C4E_524A_5352_5453
    /// The format that ``JournalRecord`` describes.
    static let version: UInt32 = 2

    /// The index of the worker that wrote it, from 0.
    package var worker: Int

    package init(worker: Int) { self.worker = worker }

    /// Writes the header to the start of a journal, which holds at least ``JournalRecord/headerSize`` bytes.
    package func store(to start: UnsafeMutableRawPointer) {
        start.storeBytes(of: Self.magic, as: UInt64.self)
        start.storeBytes(of: Self.version, toByteOffset: 8, as: UInt32.self)
        start.storeBytes(of: UInt32(JournalRecord.size), toByteOffset: 12, as: UInt32.self)
        start.storeBytes(of: UInt32(worker), toByteOffset: 16, as: UInt32.self)
    }

    /// Reads the header of a journal.
    ///
    /// - Throws: ``JournalDamage`` if the bytes are too few or not a journal's.
    package init(_ bytes: UnsafeRawBufferPointer) throws(JournalDamage) {
        guard bytes.count >= JournalRecord.headerSize else {
            throw JournalDamage("it has \(bytes.count) bytes; the header alone has \(JournalRecord.headerSize)")
        }
        guard bytes.load(as: UInt64.self) == Self.magic else { throw JournalDamage("it is not a journal") }
        let version = bytes.load(fromByteOffset: 8, as: UInt32.self)
        let size = bytes.load(fromByteOffset: 12, as: UInt32.self)
        guard version == Self.version, size == JournalRecord.size else {
            throw JournalDamage(
                "it has format \(version) with records of \(size) bytes, which this program cannot read")
        }
        worker = Int(bytes.load(fromByteOffset: 16, as: UInt32.self))
    }
}
