/// The first bytes of a journal: what it is, and whose.
package struct JournalHeader: Sendable, Equatable {
    /// "STRSJRNL" in ASCII.
    static let magic: UInt64 = 0x4C4E_524A_5352_5453
    /// The format that ``JournalRecord`` describes.
    static let version: UInt32 = 1

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

extension JournalRecord {
    /// Every attempt in a journal's bytes, in the order of the file.
    ///
    /// - Throws: ``JournalDamage`` naming the byte offset of what cannot be read.
    package static func attempts(in bytes: UnsafeRawBufferPointer) throws(JournalDamage) -> [Attempt] {
        let worker = try JournalHeader(bytes).worker
        guard (bytes.count - headerSize).isMultiple(of: size) else {
            throw JournalDamage("its \(bytes.count) bytes end in the middle of a record")
        }
        var attempts: [Attempt] = []
        for offset in stride(from: headerSize, to: bytes.count, by: size) {
            do {
                if let attempt = try attempt(at: bytes.baseAddress! + offset, worker: worker) {
                    attempts.append(attempt)
                }
            } catch {
                throw JournalDamage("\(error.reason) (byte \(offset))")
            }
        }
        return attempts
    }
}
