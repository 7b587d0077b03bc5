package import FlashSale
internal import Glibc
internal import Host
internal import Synchronization

/// The journals of a run, in memory one behind the other, so that their records are one history.
package struct MappedJournals {
    /// Every sound record, without those of journals that are not as they were written.
    package private(set) var history = History([])
    /// What is wrong with the files, in words for the user.
    package private(set) var problems: [String] = []
    /// What each file is like that could be read.
    package private(set) var digests: [FileDigest] = []

    /// Reads what can be read.
    ///
    /// - Parameters:
    ///   - journals: the path of each and the name by which the user knows it.
    ///   - names: the files with the names of units, each with its worker; none where no names were recorded.
    ///   - written: what they were like when they were written; nil if that is not known.
    ///   - bounds: of what the run can have written; nil for files that it has just written.
    ///   - clocks: of the machines on which workers were; the times of these are told in the coordinator's clock, here and nowhere else. nil
    ///     where all of them were on the coordinator's own.
    package init(
        _ journals: [(path: String, name: String)], names: [(worker: Int, path: String, name: String)] = [],
        written: RunRecord.Digests? = nil, bounds: RecordingBounds? = nil, clocks: WorkerClocks? = nil
    ) {
        var files: [OpenJournal] = []
        for journal in journals {
            do throws(JournalDamage) {
                let file = try OpenJournal(journal.path, journal.name)
                if let problem = bounds?.problem(file, of: .attempts, written) {
                    problems.append("the journal \(problem)")
                } else {
                    files.append(file)
                }
            } catch {
                let size = written?[journal.name].map { "; the run wrote \($0.bytes.counted("byte")) there" } ?? ""
                problems.append("the journal \(journal.name) \(error.reason)\(size)")
            }
        }
        let size = files.reduce(0) { $0 + $1.reservedSize }
        let memorySize = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        guard size > 0, size / JournalRecord.size <= History.slotLimit, size <= memorySize else {
            if size > 0 {
                problems.append(
                    "the journals are too large: \(size) bytes, where this machine has \(memorySize) bytes of memory")
            }
            return
        }
        guard
            let start = mmap(
                nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
            start != MAP_FAILED
        else {
            problems.append("the journals cannot be read into memory: \(String(cString: strerror(errno)))")
            return
        }
        // Millions of small pages would take longer than what is read into them.
        _ = madvise(start, size, MADV_HUGEPAGE)
        // Unmapped whatever happens below.
        let memory = RecordMemory(UnsafeRawBufferPointer(start: start, count: size)) { bytes in
            munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
        }
        var mapped: [Mapped] = []
        var offset = 0
        for file in files {
            mapped.append(Mapped(file: file, place: start + offset))
            offset += file.reservedSize
        }
        for problem in Self.read(mapped) {
            problems.append("the journal \(problem.journal.file.name) \(problem.reason), so that it is left out")
            clear(problem.journal)
            mapped.removeAll { $0.place == problem.journal.place }
        }
        Self.look(at: &mapped)
        digests = mapped.map(\.fileDigest)
        var count = 0
        for journal in mapped { count += take(journal, written) }
        // The files stay as their workers wrote them.
        if let clocks { JournalRecord.tell(UnsafeMutableRawBufferPointer(start: start, count: size), by: clocks) }
        history = History(memory, count: count, clocks: clocks)
        guard !names.isEmpty else { return }
        let units = MappedNames(names, of: history, written: written, bounds: bounds)
        problems += units.problems
        digests += units.digests
        history = History(memory, count: count, names: units.names, clocks: clocks)
    }

    /// Takes the records of one journal into the history, unless they are not what was written.
    ///
    /// - Returns: how many they are.
    private mutating func take(_ journal: Mapped, _ written: RunRecord.Digests?) -> Int {
        if let written, let problem = journal.fileDigest.problem(written) {
            problems.append("the journal \(problem), so that it is left out")
            note(journal)
            clear(journal)
            return 0
        }
        for slot in journal.scan.unusable {
            (journal.place + slot * JournalRecord.size).storeBytes(of: JournalRecord.State.free, as: UInt32.self)
        }
        note(journal)
        return journal.scan.count
    }

    /// Leaves only records that were never used.
    private func clear(_ journal: Mapped) {
        memset(journal.place, 0, journal.file.reservedSize)
    }

    /// Reports damage that our own writer cannot have caused.
    private mutating func note(_ journal: Mapped) {
        let file = journal.file
        problems += journal.scan.damages.map { "the journal \(file.name) is damaged: \($0.reason)" }
        if journal.scan.furtherDamages > 0 {
            problems.append("the journal \(file.name) has \(journal.scan.furtherDamages.counted("more fault"))")
        }
    }

    /// A journal in its place.
    private struct Mapped {
        let file: OpenJournal
        let place: UnsafeMutableRawPointer
        var scan = JournalScan(UnsafeRawBufferPointer(start: nil, count: 0), worker: 0)
        var digest = Digest()

        var fileDigest: FileDigest { FileDigest(file: file.name, bytes: file.size, digest: digest) }
    }

    /// Reads every byte, on all cores.
    ///
    /// - Returns: the journals that could not be read, each with why.
    private static func read(_ journals: [Mapped]) -> [(journal: Mapped, reason: String)] {
        let pieces = journals.indices.flatMap { journal in
            (0...journals[journal].file.recordsSize / OpenJournal.pieceSize).map { (journal: journal, number: $0) }
        }
        // Each call has a place of its own.
        nonisolated(unsafe) let shared = journals
        let reasons = Mutex<[Int: String]>([:])
        SharedWork.perform(pieces.count) { index in
            let (journal, number) = pieces[index]
            do throws(JournalDamage) {
                try shared[journal].file.read(piece: number, to: shared[journal].place)
            } catch {
                reasons.withLock { $0[journal] = error.reason }
            }
        }
        return reasons.withLock { $0 }.sorted { $0.key < $1.key }.map { (journals[$0.key], $0.value) }
    }

    /// Looks at every byte of every journal twice, on all cores: whether it is a record, and whether it is the one that was
    /// written.
    private static func look(at journals: inout [Mapped]) {
        journals.withUnsafeMutableBufferPointer { journals in
            // Each call has a field of its own. Scans and digests start together, so that two cores share one journal.
            nonisolated(unsafe) let journals = journals
            SharedWork.perform(journals.count * 2) { index in
                let file = journals[index / 2].file
                let place = UnsafeRawPointer(journals[index / 2].place)
                if index.isMultiple(of: 2) {
                    journals[index / 2].scan = JournalScan(
                        UnsafeRawBufferPointer(start: place, count: file.recordsSize), worker: file.worker)
                } else {
                    var digest = file.headerDigest
                    digest.update(
                        UnsafeRawBufferPointer(start: place, count: file.recordsSize))
                    journals[index / 2].digest = digest
                }
            }
        }
    }
}
