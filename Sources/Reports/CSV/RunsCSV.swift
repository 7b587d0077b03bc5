package import FlashSale
internal import Glibc

/// `runs.csv`: one row for each run of a results folder, which every run appends to.
package enum RunsCSV {
    package static var columns: [String] { RunColumns.names }

    /// Appends the run's row to the file at `path`, with the header before it if the file is new or empty.
    ///
    /// Two runs may append at once: the row is one write at the end of the file, under a lock where the file system
    /// has locks. A row that was only half written is removed again.
    ///
    /// - Throws: ``ReportError/cannotCreate(path:reason:)``; ``ReportError/cannotWrite(path:reason:)``, also where the
    ///   file has columns that are not ours, as a later version may write them.
    package static func append(_ record: RunRecord, path: String) throws(ReportError) {
        try append(record, path: path, lockPatienceMilliseconds: 5000)
    }

    /// - Parameter lockPatienceMilliseconds: how long another program may hold the file. Then the row is written all the same: a
    ///   program that was stopped must not hold up each run that follows.
    static func append(_ record: RunRecord, path: String, lockPatienceMilliseconds: Int) throws(ReportError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o666)
        guard descriptor >= 0 else { throw .creating(path, errno) }
        var failure: ReportError?
        do throws(ReportError) {
            let isLocked = lock(descriptor, withinMilliseconds: lockPatienceMilliseconds)
            try append(record, path: path, descriptor: descriptor, isLocked: isLocked)
        } catch {
            failure = error
        }
        // Closing unlocks.
        if close(descriptor) != 0, errno != EINTR, failure == nil { failure = .writing(path, errno) }
        if let failure { throw failure }
    }

    private static func lock(_ descriptor: CInt, withinMilliseconds patience: Int) -> Bool {
        for _ in 0...patience / 10 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            guard errno == EWOULDBLOCK || errno == EINTR else { return false }
            usleep(10_000)
        }
        return false
    }

    private static func append(
        _ record: RunRecord, path: String, descriptor: CInt, isLocked: Bool
    ) throws(ReportError) {
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= 0 else {
            if errno == ESPIPE {
                throw .cannotWrite(path: path, reason: "it is a pipe or a terminal; a file is wanted")
            }
            throw .writing(path, errno)
        }

        var sink = MemorySink()
        var row = RunColumns.row(record)
        if size == 0 {
            sink.append(row: columns)
        } else {
            guard let header = header(descriptor), let known = RunColumns.row(record, columns: header) else {
                throw .cannotWrite(
                    path: path,
                    reason: "it has columns that this version of stress does not know; move it away or rename it")
            }
            row = known
            // A run that was killed, or an editor, may have left the last line open.
            if !endsWithLineBreak(descriptor, size: size) { sink.appendLineEnd() }
        }
        sink.append(row: row)

        var written: Int
        repeat {
            written = sink.bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        } while written < 0 && errno == EINTR
        guard written == sink.bytes.count else {
            let code = written < 0 ? errno : ENOSPC
            if written > 0, isLocked { _ = ftruncate(descriptor, size) }
            throw .writing(path, code)
        }
        if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS, errno != ENOTSUP { throw .writing(path, errno) }
    }

    /// The names of the file's columns, whatever kind of line break an editor has put after them. An earlier version wrote
    /// fewer, and a table keeps the columns that it began with.
    private static func header(_ descriptor: CInt) -> [String]? {
        // Ours are about 1 KiB.
        let start = bytes(descriptor, offset: 0, count: 16384)
        let line = start.prefix { $0 != 13 && $0 != 10 }
        return String(validating: line, as: UTF8.self)?.split(separator: ",", omittingEmptySubsequences: false)
            .map(String.init)
    }

    private static func endsWithLineBreak(_ descriptor: CInt, size: off_t) -> Bool {
        bytes(descriptor, offset: size - 1, count: 1) == [10]
    }

    private static func bytes(_ descriptor: CInt, offset: off_t, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, pread(descriptor, buffer.baseAddress, count, offset))
        }
    }
}

/// `summary.csv`: a run in one row, with the columns of `runs.csv`.
package enum SummaryCSV {
    package static var columns: [String] { RunColumns.names }

    /// Writes the header and the run's row. What is not known is empty.
    package static func write<Sink: ByteSink & ~Copyable>(_ record: RunRecord, to sink: inout Sink) {
        sink.append(row: columns)
        sink.append(row: RunColumns.row(record))
    }
}
