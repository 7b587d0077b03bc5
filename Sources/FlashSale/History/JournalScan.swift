/// What a look at every record of a journal finds, before anything is made of them.
package struct JournalScan: Sendable, Equatable {
    /// Attempts that are recorded and sound.
    package private(set) var count = 0
    /// What no writer of ours leaves behind, with the byte of the file where it is. Records that are not sound are among
    /// it; the others can be used.
    package private(set) var damages: [JournalDamage] = []
    /// Beyond ``damages``.
    package private(set) var furtherDamages = 0
    /// Slots of records that must not be used, ascending.
    package private(set) var unusable: [Int] = []

    /// How many damages are told.
    package static let damageLimit = 5

    /// - Parameters:
    ///   - records: what follows the header. A last record that is cut off is a damage, and its slot is unusable.
    ///   - worker: as the header names it.
    package init(_ records: UnsafeRawBufferPointer, worker: Int) {
        let slots = records.count / JournalRecord.size
        guard let base = records.baseAddress else { return }
        var freeSlot: Int?
        var latest: UInt64 = 0
        for slot in 0..<slots {
            if slot % JournalRecord.recordsPerSegment == 0 {
                freeSlot = nil
                latest = 0
            }
            let record = RecordView(base + slot * JournalRecord.size)
            if record.isFree {
                freeSlot = freeSlot ?? slot
                continue
            }
            if let damage = record.damage {
                note(damage, slot)
                unusable.append(slot)
                continue
            }
            count += 1
            if record.worker != worker { note("a record is of worker \(record.worker), not \(worker)", slot) }
            if let free = freeSlot {
                note("records are missing before this one", free)
                freeSlot = nil
            }
            if record.invokedNanoseconds < latest { note("a record is older than the one before it", slot) }
            latest = record.invokedNanoseconds
        }
        if !records.count.isMultiple(of: JournalRecord.size) {
            note("the file ends in the middle of a record", slots)
            unusable.append(slots)
        }
    }

    private mutating func note(_ reason: String, _ slot: Int) {
        guard damages.count < Self.damageLimit else {
            furtherDamages += 1
            return
        }
        damages.append(JournalDamage("\(reason) (byte \(JournalRecord.headerSize + slot * JournalRecord.size))"))
    }
}

extension JournalRecord {
    /// Every attempt in a journal's bytes, in the order of the file.
    ///
    /// - Parameter bytes: aligned to 8 bytes.
    /// - Throws: ``JournalDamage`` naming the byte offset of what cannot be read.
    package static func attempts(in bytes: UnsafeRawBufferPointer) throws(JournalDamage) -> [Attempt] {
        let header = try JournalHeader(bytes)
        let records = UnsafeRawBufferPointer(rebasing: bytes[headerSize...])
        let scan = JournalScan(records, worker: header.worker)
        if let damage = scan.damages.first { throw damage }
        return stride(from: 0, to: records.count, by: size).compactMap { offset in
            let record = RecordView(records.baseAddress! + offset)
            return record.isFree ? nil : record.attempt
        }
    }
}
