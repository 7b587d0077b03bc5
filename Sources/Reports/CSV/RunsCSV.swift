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
    ///   file has other columns, as another version writes them.
    package static func append(_ record: RunRecord, path: String) throws(ReportError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .creating(path, errno) }
        var failure: ReportError?
        do throws(ReportError) {
            try append(record, path: path, descriptor: descriptor)
        } catch {
            failure = error
        }
        // Closing unlocks.
        if close(descriptor) != 0, errno != EINTR, failure == nil { failure = .writing(path, errno) }
        if let failure { throw failure }
    }

    private static func append(_ record: RunRecord, path: String, descriptor: CInt) throws(ReportError) {
        var isLocked: Bool
        repeat { isLocked = flock(descriptor, LOCK_EX) == 0 } while !isLocked && errno == EINTR
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= 0 else { throw .writing(path, errno) }

        var sink = MemorySink()
        if size == 0 {
            sink.append(row: columns)
        } else {
            guard hasOurColumns(descriptor) else {
                throw .cannotWrite(
                    path: path, reason: "its columns are those of another version of stress; move it away or rename it")
            }
            // A run that was killed, or an editor, may have left the last line open.
            if !endsWithLineBreak(descriptor, size: size) { sink.appendLineEnd() }
        }
        sink.append(row: RunColumns.row(record))

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

    /// Whether the file starts with our header, whatever kind of line break an editor has put after it.
    private static func hasOurColumns(_ descriptor: CInt) -> Bool {
        let header = Array(columns.joined(separator: ",").utf8)
        let found = bytes(descriptor, offset: 0, count: header.count + 1)
        guard found.starts(with: header) else { return false }
        return found.count == header.count || found[header.count] == 13 || found[header.count] == 10
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
