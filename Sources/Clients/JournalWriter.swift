package import FlashSale
internal import Glibc
internal import Synchronization

/// A worker's journal: a file that grows in segments, each reserved on the disk before it is mapped, so that a full
/// disk is an error and not a SIGBUS. Threads share it only to take segments.
///
/// The file outlives a SIGKILL of its process: what was stored is in the page cache.
package final class JournalWriter: Sendable {
    private let descriptor: Int32
    private let path: String
    private let kind: JournalHeader.Kind
    private let end: Atomic<Int>

    /// Creates the file and writes its header.
    ///
    /// - Parameter kind: what its segments will hold.
    /// - Throws: ``JournalError`` if it cannot be created or the disk is full.
    package init(path: String, worker: Int, for kind: JournalHeader.Kind = .attempts) throws(JournalError) {
        descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw JournalError(.create, path: path, errno: errno) }
        self.path = path
        self.kind = kind
        end = Atomic(JournalRecord.headerSize)
        let header = try map(offset: 0, count: JournalRecord.headerSize)
        JournalHeader(worker: worker, of: kind).store(to: header)
        munmap(header, JournalRecord.headerSize)
    }

    deinit { Glibc.close(descriptor) }

    /// Takes the next ``JournalRecord/segmentSize`` bytes of the file for the calling thread.
    func takeSegment() throws(JournalError) -> UnsafeMutableRawPointer {
        let offset = end.wrappingAdd(JournalRecord.segmentSize, ordering: .relaxed).oldValue
        return try map(offset: offset, count: JournalRecord.segmentSize)
    }

    /// Drops records that were never written: each thread takes a whole segment at a time and leaves most of its last
    /// one free. To be called when no thread writes any more. Best effort: if it fails, the file stays as it is.
    ///
    /// The shorter file replaces the longer one atomically, so that a kill in between neither loses an attempt nor
    /// doubles one.
    package func cut() {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return }
        // On a full disk the file is shorter than what was asked for.
        let records = min(end.load(ordering: .relaxed), Int(status.st_size)) - JournalRecord.headerSize
        let size = JournalRecord.headerSize + records / JournalRecord.segmentSize * JournalRecord.segmentSize
        guard records > 0, let start = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED
        else { return }
        defer { munmap(start, size) }
        guard let contents = JournalContents(UnsafeRawBufferPointer(start: start, count: size), of: kind),
            contents.size < Int(status.st_size),
            // A large journal that is nearly full is not copied for a few bytes.
            size <= Self.smallSize || size - contents.size > size / 4
        else { return }
        let shorter = path + Self.suffix
        let copy = Glibc.open(shorter, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard copy >= 0 else { return }
        defer { Glibc.close(copy) }
        guard contents.write(to: copy), rename(shorter, path) == 0 else {
            unlink(shorter)
            return
        }
    }

    /// A journal of up to this many bytes is copied for any saving.
    private static let smallSize = 64 << 20
    private static let suffix = ".cut"

    /// Removes what a worker that was killed in ``cut()`` left beside its journal.
    package static func removeRemains(of path: String) { unlink(path + suffix) }

    private func map(offset: Int, count: Int) throws(JournalError) -> UnsafeMutableRawPointer {
        var result: Int32
        repeat { result = posix_fallocate(descriptor, offset, count) } while result == EINTR
        guard result == 0 else { throw JournalError(.grow, path: path, errno: result) }
        guard let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, offset), start != MAP_FAILED
        else {
            throw JournalError(.grow, path: path, errno: errno)
        }
        return start
    }
}
