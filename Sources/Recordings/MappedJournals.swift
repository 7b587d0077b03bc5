package import FlashSale
internal import Glibc
internal import Host

/// The journals of a run, mapped one behind the other, so that their records are one history that nobody copied.
package struct MappedJournals {
    /// Every sound record, without those of journals that are not as they were written.
    package private(set) var history = History([])
    /// What is wrong with the files, in words for the user.
    package private(set) var problems: [String] = []
    /// What each file is like that could be read.
    package private(set) var digests: [FileDigest] = []

    /// Maps what can be read.
    ///
    /// - Parameters:
    ///   - journals: the path of each and the name by which the user knows it.
    ///   - names: the files with the names of units, each with its worker; none where no names were recorded.
    ///   - written: what they were like when they were written; nil if that is not known.
    package init(
        _ journals: [(path: String, name: String)], names: [(worker: Int, path: String, name: String)] = [],
        written: RunRecord.Digests? = nil
    ) {
        var files: [OpenJournal] = []
        for journal in journals {
            do throws(JournalDamage) {
                files.append(try OpenJournal(journal.path, journal.name))
            } catch {
                let size = written?[journal.name].map { "; the run wrote \($0.bytes.counted("byte")) there" } ?? ""
                problems.append("the journal \(journal.name) \(error.reason)\(size)")
            }
        }
        let size = files.reduce(0) { $0 + $1.mappedSize }
        guard size > 0, size / JournalRecord.size <= History.slotLimit else {
            if size > 0 { problems.append("the journals are too large: \(size) bytes") }
            return
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
            start != MAP_FAILED
        else {
            problems.append("the journals cannot be mapped: \(String(cString: strerror(errno)))")
            return
        }
        // Unmapped whatever happens below.
        let memory = RecordMemory(UnsafeRawBufferPointer(start: start, count: size)) { bytes in
            munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
        }
        var mapped: [Mapped] = []
        var offset = 0
        for file in files {
            let place = start + offset
            offset += file.mappedSize
            if file.map(to: place) {
                mapped.append(Mapped(file: file, place: place))
            } else {
                problems.append("the journal \(file.name) cannot be mapped: \(String(cString: strerror(errno)))")
            }
        }
        Self.look(at: &mapped)
        digests = mapped.map(\.fileDigest)
        var count = 0
        for journal in mapped { count += take(journal, written) }
        history = History(memory, count: count)
        guard !names.isEmpty else { return }
        let units = MappedNames(names, of: history, written: written)
        problems += units.problems
        digests += units.digests
        history = History(memory, count: count, names: units.names)
    }

    /// Takes the records of one journal into the history, unless they are not what was written.
    ///
    /// - Returns: how many they are.
    private mutating func take(_ journal: Mapped, _ written: RunRecord.Digests?) -> Int {
        let file = journal.file
        if let written, let problem = journal.fileDigest.problem(written) {
            problems.append("the journal \(problem), so that it is left out")
            note(journal)
            let isGone =
                mmap(
                    journal.place, file.mappedSize, PROT_READ,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == journal.place
            return isGone ? 0 : journal.scan.count
        }
        let unusable = journal.scan.unusable.map { $0 * JournalRecord.size }
        // A private mapping never changes the file.
        if !unusable.isEmpty, mprotect(journal.place, file.mappedSize, PROT_READ | PROT_WRITE) == 0 {
            for offset in unusable {
                (journal.place + offset).storeBytes(of: JournalRecord.State.free, as: UInt32.self)
            }
        }
        note(journal)
        return journal.scan.count
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
