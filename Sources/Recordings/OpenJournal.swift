package import FlashSale
internal import Glibc

/// Reads one journal back.
package enum JournalReader {
    /// Every attempt in the journal at `path`.
    ///
    /// - Throws: ``JournalDamage`` if it cannot be opened or is damaged; the reason names the file.
    package static func attempts(at path: String) throws(JournalDamage) -> [Attempt] {
        let journals = MappedJournals([(path, path)])
        if let problem = journals.problems.first { throw JournalDamage(problem) }
        return Array(journals.history)
    }
}

/// An open journal whose header is sound.
final class OpenJournal {
    let name: String
    let worker: Int
    /// Bytes.
    let size: Int
    let headerDigest: Digest
    private let descriptor: Int32

    /// - Parameter kind: what it should hold.
    /// - Throws: ``JournalDamage``, which goes on after "the journal NAME".
    init(_ path: String, _ name: String, of kind: JournalHeader.Kind = .attempts) throws(JournalDamage) {
        self.name = name
        // If it is a pipe, opening must not wait for a writer.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw JournalDamage("cannot be opened: \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw JournalDamage("cannot be opened: it is no file")
        }
        size = Int(status.st_size)
        guard size > 0 else {
            close(descriptor)
            throw JournalDamage("is empty")
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(size, JournalRecord.headerSize), alignment: 8)
        defer { buffer.deallocate() }
        let header = UnsafeRawBufferPointer(
            rebasing: buffer[..<max(0, pread(descriptor, buffer.baseAddress, buffer.count, 0))])
        headerDigest = Digest(header)
        do throws(JournalDamage) {
            worker = try JournalHeader(header, of: kind).worker
        } catch {
            close(descriptor)
            throw JournalDamage("is damaged: \(error.reason)")
        }
    }

    deinit { close(descriptor) }

    /// Bytes behind the header.
    var recordsSize: Int { size - JournalRecord.headerSize }

    /// With what is needed for segments, and for pages of any size.
    var mappedSize: Int {
        let segment = JournalRecord.segmentSize
        return (recordsSize + segment - 1) / segment * segment
    }

    /// Maps the records over what is at `place`. Bytes behind them are zero.
    func map(to place: UnsafeMutableRawPointer) -> Bool {
        guard recordsSize > 0 else { return true }
        let start = mmap(
            place, recordsSize, PROT_READ, MAP_PRIVATE | MAP_FIXED | MAP_POPULATE | MAP_NORESERVE, descriptor,
            JournalRecord.headerSize)
        return start == place
    }
}
