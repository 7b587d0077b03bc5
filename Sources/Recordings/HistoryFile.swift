package import FlashSale
internal import Glibc

/// Reads a history that another system recorded.
///
/// The attempts become records in a temporary file without a name, which is mapped: ten million need no memory of their
/// own, and nothing stays behind whatever happens.
package enum HistoryFile {
    /// What the file tells beside the attempts.
    package struct Contents {
        package var history: History
        package var columns: AttemptsCSVReader.Columns
        /// A column that seems to separate goods and was not asked for; nil where there is none, or only one item in it.
        package var goodsColumn: String?
        /// Of what each attempt is, where that was asked for.
        package var goods: GoodsCells
        /// Whether attempts that met did so by more than what the clocks of several machines leave open.
        package var metForCertain = true
        /// What is known only of a log that was not written as ours are; nil for one that was.
        package var log: LogFacts?
    }

    /// Bytes that are read at a time; more than a row can have.
    private static var pieceSize: Int { 4 << 20 }

    /// - Parameter itemColumn: the column that separates goods; nil only notices one that seems to.
    /// - Throws: ``RunError`` if it cannot be read, is damaged, or does not fit into the temporary folder.
    package static func read(_ path: String, itemColumn: String? = nil) throws(RunError) -> Contents {
        var damage: CSVDamage?
        return try read(path, itemColumn: itemColumn, damage: &damage)
    }

    /// - Parameter damage: is set where a row or the header of the file is at fault.
    static func read(
        _ path: String, itemColumn: String?, damage: inout CSVDamage?
    ) throws(RunError) -> Contents {
        var reader = AttemptsCSVReader(itemColumn: itemColumn)
        var records = try RecordSpool()
        try FilePieces.each(of: path, size: pieceSize) { piece, isLast throws(RunError) in
            var failure: RunError?
            let taken: Int
            do throws(CSVDamage) {
                taken = try reader.feed(piece, isLast: isLast) { (attempt, _) throws(CSVDamage) in
                    if failure == nil {
                        do throws(RunError) { try records.append(attempt) } catch { failure = error }
                    }
                }
            } catch {
                damage = error
                throw RunError(.usage, "\(path), \(error)")
            }
            if let failure { throw failure }
            return taken
        }
        return Contents(
            history: try records.history(), columns: reader.columns,
            goodsColumn: itemColumn == nil ? reader.goodsColumn : nil, goods: reader.goods,
            metForCertain: reader.metForCertain)
    }
}

/// Records on their way into a temporary file.
struct RecordSpool: ~Copyable {
    private let descriptor: Int32
    private let buffer: UnsafeMutableRawBufferPointer
    private var used = 0
    private var count = 0
    private var names = UnitNames.Builder()
    /// Of each attempt, one more than the number of its entry among the names, or 0; shorter where no name follows.
    private var entries: [UInt32] = []

    init() throws(RunError) {
        var folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        if folder.isEmpty { folder = "/tmp" }
        descriptor = Self.unnamedFile(in: folder)
        guard descriptor >= 0 else { throw Self.problem(folder) }
        buffer = .allocate(byteCount: 1 << 20, alignment: JournalRecord.size)
    }

    deinit {
        close(descriptor)
        buffer.deallocate()
    }

    /// A file that never has a name, so that none stays behind whenever we are killed; where the file system has no such
    /// files, one whose name is taken away at once.
    ///
    /// - Returns: its descriptor, or -1 with errno.
    private static func unnamedFile(in folder: String) -> Int32 {
        // O_TMPFILE, which Swift does not see.
        let unnamed = open(folder, 0o20000000 | O_DIRECTORY | O_RDWR | O_CLOEXEC, 0o600)
        if unnamed >= 0 { return unnamed }
        var template = Array("\(folder)/stress-history-XXXXXX".utf8CString)
        let named = mkstemp(&template)
        guard named >= 0 else { return -1 }
        _ = fcntl(named, F_SETFD, FD_CLOEXEC)
        unlink(template)
        return named
    }

    @inline(__always)
    mutating func append(_ attempt: Attempt) throws(RunError) {
        if used == buffer.count { try flush() }
        let record = buffer.baseAddress.unsafelyUnwrapped + used
        JournalRecord.store(attempt, to: record)
        used += JournalRecord.size
        if let unit = attempt.unit { name(unit) }
        count += 1
    }

    /// The attempt that is appended was sold a unit with a name.
    @inline(never)
    private mutating func name(_ unit: String) {
        while entries.count < count { entries.append(0) }
        entries.append(UInt32(names.add(unit) + 1))
    }

    /// Everything that was appended.
    ///
    /// - Parameter adjust: may change the records.
    consuming func history(
        _ adjust: ((_ records: UnsafeMutableRawBufferPointer) -> Void)? = nil
    ) throws(RunError) -> History {
        guard count > 0 else { return History([]) }
        let (count, entries, names) = (count, entries, names)
        return History(try memory(adjust), count: count, names: entries.isEmpty ? nil : names.names(entries))
    }

    /// Everything that was appended, at least one record, in parts.
    ///
    /// - Parameters:
    ///   - starts: where each part begins, and the end of the last.
    ///   - clocks: whose the times were; nil where all are of one.
    consuming func histories(_ starts: [Int], clocks: WorkerClocks? = nil) throws(RunError) -> [History] {
        let names = names
        var entries = entries
        if !entries.isEmpty { entries += Array(repeating: 0, count: count - entries.count) }
        return Self.histories(try memory(), starts, clocks: clocks) { start, end in
            entries.isEmpty ? nil : names.names(Array(entries[start..<end]))
        }
    }

    /// Records that are not appended, but written to their places, in parts.
    ///
    /// - Parameters:
    ///   - starts: where each part begins, and the end of the last: at least one record.
    ///   - fill: writes all of them.
    consuming func histories(
        _ starts: [Int], clocks: WorkerClocks?, fill: @escaping (UnsafeMutableRawPointer) -> Void
    ) throws(RunError) -> [History] {
        count = starts[starts.count - 1]
        try checkCount()
        // Before it is mapped: where there is no room then, the process ends.
        let problem = posix_fallocate(descriptor, 0, count * JournalRecord.size)
        guard problem == 0 else {
            errno = problem
            throw Self.problem("the temporary folder")
        }
        return Self.histories(try memory { fill($0.baseAddress.unsafelyUnwrapped) }, starts, clocks: clocks) { _, _ in
            nil
        }
    }

    private static func histories(
        _ memory: RecordMemory, _ starts: [Int], clocks: WorkerClocks?, names: (Int, Int) -> UnitNames?
    ) -> [History] {
        zip(starts, starts.dropFirst()).map { start, end in
            guard start < end else { return History([]) }
            let bytes = memory.bytes[start * JournalRecord.size..<end * JournalRecord.size]
            // The whole stays as long as one of its parts.
            return History(
                RecordMemory(UnsafeRawBufferPointer(rebasing: bytes)) { [memory] _ in withExtendedLifetime(memory) {} },
                count: end - start, names: names(start, end), clocks: clocks)
        }
    }

    /// Everything that was appended, at least one record.
    private consuming func memory(
        _ adjust: ((_ records: UnsafeMutableRawBufferPointer) -> Void)? = nil
    ) throws(RunError) -> RecordMemory {
        try flush()
        let size = count * JournalRecord.size
        if let adjust {
            // All pages at once: each would be a fault of its own otherwise.
            guard let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, descriptor, 0),
                start != MAP_FAILED
            else {
                throw Self.problem("the temporary folder")
            }
            adjust(UnsafeMutableRawBufferPointer(start: start, count: size))
            mprotect(start, size, PROT_READ)
            return RecordMemory(UnsafeRawBufferPointer(start: start, count: size)) { bytes in
                munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
            }
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0), start != MAP_FAILED
        else {
            throw Self.problem("the temporary folder")
        }
        return RecordMemory(UnsafeRawBufferPointer(start: start, count: size)) { bytes in
            munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
        }
    }

    /// Before the temporary folder is filled with what cannot be judged.
    private func checkCount() throws(RunError) {
        guard count <= History.slotLimit else {
            throw RunError(
                .usage, "a history has at most \(History.slotLimit) attempts; this one has more, so split it")
        }
    }

    private mutating func flush() throws(RunError) {
        try checkCount()
        var rest = UnsafeRawBufferPointer(rebasing: buffer[..<used])
        while !rest.isEmpty {
            let written = write(descriptor, rest.baseAddress, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Self.problem("the temporary folder") }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
        used = 0
    }

    private static func problem(_ place: String) -> RunError {
        RunError(
            .cannotWrite,
            "the attempts cannot be kept in \(place): \(String(cString: strerror(errno))); make room, or name another folder in TMPDIR"
        )
    }
}
