internal import FlashSale

/// The names of units that workers wrote beside their journals, read into memory.
struct MappedNames {
    /// A file of names: whose it is, its path, and the name by which the user knows it.
    typealias File = (worker: Int, path: String, name: String)

    /// The names, by the slots of the history; nil where no attempt has any.
    private(set) var names: UnitNames?
    /// What is wrong with the files, in words for the user.
    private(set) var problems: [String] = []
    /// What each file is like that could be read.
    private(set) var digests: [FileDigest] = []

    /// The attempt that an entry, or a record, is of.
    private struct Key: Comparable {
        var worker: Int
        var attempt: Int
        /// The number of the entry, or the record's slot.
        var index: UInt32

        static func < (left: Key, right: Key) -> Bool {
            (left.worker, left.attempt, left.index) < (right.worker, right.attempt, right.index)
        }
    }

    /// - Parameters:
    ///   - history: whose records say which of them have names.
    ///   - written: what the files were like when they were written; nil if that is not known.
    ///   - bounds: of what the run can have written; nil for files that it has just written.
    init(_ files: [File], of history: History, written: RunRecord.Digests?, bounds: RecordingBounds? = nil) {
        var builder = UnitNames.Builder()
        var entries: [Key] = []
        var unread: Set<Int> = []
        for file in files {
            do throws(JournalDamage) {
                try read(file, written, bounds, into: &builder, &entries)
            } catch {
                unread.insert(file.worker)
                problems.append("the names of units in \(file.name): \(error.reason)")
            }
        }
        var records: [Key] = []
        for (position, record) in history.records where record.hasUnit {
            records.append(Key(worker: record.worker, attempt: record.id, index: position))
        }
        guard !records.isEmpty else { return }
        entries.sort()
        records.sort()
        var slots = [UInt32](repeating: 0, count: history.slots)
        var entry = 0
        var missing: (count: Int, first: Int) = (0, 0)
        for record in records {
            while entry < entries.count,
                (entries[entry].worker, entries[entry].attempt) < (record.worker, record.attempt)
            { entry += 1 }
            if entry < entries.count, entries[entry].worker == record.worker, entries[entry].attempt == record.attempt {
                slots[Int(record.index)] = entries[entry].index + 1
                entry += 1
            } else if !unread.contains(record.worker) {
                if missing.count == 0 { missing.first = record.attempt }
                missing.count += 1
            }
        }
        if missing.count > 0 {
            problems.append(
                "the names of the units of \(missing.count.counted("attempt")) are missing, the first of them those of attempt \(missing.first)"
            )
        }
        names = builder.names(slots)
    }

    private mutating func read(
        _ file: File, _ written: RunRecord.Digests?, _ bounds: RecordingBounds?,
        into builder: inout UnitNames.Builder, _ entries: inout [Key]
    ) throws(JournalDamage) {
        let open: OpenJournal
        do throws(JournalDamage) {
            open = try OpenJournal(file.path, file.name, of: .names)
        } catch {
            let size = written?[file.name].map { "; the run wrote \($0.bytes.counted("byte")) there" } ?? ""
            throw JournalDamage("the file \(error.reason)\(size)")
        }
        if let problem = bounds?.problem(open, of: .names, written) { throw JournalDamage(problem) }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(0, open.recordsSize), alignment: 8)
        defer { memory.deallocate() }
        if let start = memory.baseAddress {
            for piece in 0...memory.count / OpenJournal.pieceSize {
                do throws(JournalDamage) {
                    try open.read(piece: piece, to: start)
                } catch {
                    throw JournalDamage("the file \(error.reason)")
                }
            }
        }
        let bytes = UnsafeRawBufferPointer(memory)
        var digest = open.headerDigest
        digest.update(bytes)
        let own = FileDigest(file: file.name, bytes: open.size, digest: digest)
        digests.append(own)
        if let written, let problem = own.problem(written) { throw JournalDamage("\(problem), so that it is left out") }
        guard open.worker == file.worker else {
            throw JournalDamage("they are those of worker \(open.worker)")
        }
        for place in try NamesFile.entries(in: bytes) {
            let list = UnitNameList(UnsafeRawBufferPointer(rebasing: bytes[place.names]))!
            entries.append(Key(worker: file.worker, attempt: place.attempt, index: UInt32(builder.add(list))))
        }
    }
}
