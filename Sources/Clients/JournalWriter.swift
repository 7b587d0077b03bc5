internal import CLinux
package import FlashSale
internal import Glibc
internal import Synchronization

/// A worker's journal: a file that grows in segments, each reserved on the disk before it is mapped, so that a full
/// disk is an error and not a SIGBUS. Threads share it only to take segments.
///
/// The file outlives a SIGKILL of its process: what was stored is in the page cache.
package final class JournalWriter: Sendable {
    private let descriptor: Int32
    /// For the user; of a file without a name, its folder.
    private let path: String
    private let hasName: Bool
    private let kind: JournalHeader.Kind
    private let end: Atomic<Int>

    /// Creates the file and writes its header.
    ///
    /// - Parameter kind: what its segments will hold.
    /// - Throws: ``JournalError`` if it cannot be created or the disk is full.
    package init(path: String, worker: Int, for kind: JournalHeader.Kind = .attempts) throws(JournalError) {
        descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw JournalError(.create, path: path, hasName: true, errno: errno) }
        self.path = path
        hasName = true
        self.kind = kind
        end = Atomic(JournalRecord.headerSize)
        try writeHeader(worker)
    }

    /// Creates a file that has no name, so that it is gone with its process, whatever ends that.
    ///
    /// - Parameter folder: where its bytes are kept.
    /// - Throws: ``JournalError`` if it cannot be created or the disk is full.
    package init(unnamedIn folder: String, worker: Int, for kind: JournalHeader.Kind = .attempts) throws(JournalError) {
        path = folder
        hasName = false
        self.kind = kind
        end = Atomic(JournalRecord.headerSize)
        descriptor = Self.openUnnamed(in: folder)
        guard descriptor >= 0 else { throw JournalError(.create, path: folder, hasName: false, errno: errno) }
        try writeHeader(worker)
    }

    private static func openUnnamed(in folder: String) -> Int32 {
        let descriptor = stress_open_unnamed(folder)
        guard descriptor < 0, errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT else { return descriptor }
        // The file system has no such files: one with a name that nobody else has, for no longer than two calls take.
        var template = Array("\(folder)/stress-journal-XXXXXX".utf8CString)
        let named = mkstemp(&template)
        if named >= 0 {
            _ = fcntl(named, F_SETFD, FD_CLOEXEC)
            unlink(template)
        }
        return named
    }

    private func writeHeader(_ worker: Int) throws(JournalError) {
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
        guard hasName else { return }
        Self.cut(descriptor, path: path, size: size, of: kind)
    }

    /// Cuts a journal that came from another machine whole, and that nobody writes to any more.
    package static func cut(path: String, of kind: JournalHeader.Kind) {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return }
        cut(descriptor, path: path, size: Int(status.st_size), of: kind)
    }

    /// Bytes that are there for certain: the header, and whole segments.
    package var size: Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return 0 }
        // On a full disk the file is shorter than what was asked for.
        let there = min(end.load(ordering: .acquiring), Int(status.st_size))
        return there / JournalRecord.segmentSize * JournalRecord.segmentSize
    }

    /// Copies what is in the file.
    ///
    /// - Returns: whether all bytes that the buffer takes were there.
    package func copy(at offset: Int, to buffer: UnsafeMutableRawBufferPointer) -> Bool {
        pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset)) == buffer.count
    }

    /// What all of it is like. To be called when no thread writes any more.
    package var digest: (bytes: Int, digest: Digest) {
        let size = size
        var digest = Digest()
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Digest.pieceSize, alignment: 16)
        defer { piece.deallocate() }
        for offset in stride(from: 0, to: size, by: Digest.pieceSize) where copy(at: offset, to: piece) {
            digest.update(UnsafeRawBufferPointer(piece))
        }
        return (size, digest)
    }

    private static func cut(_ descriptor: Int32, path: String, size: Int, of kind: JournalHeader.Kind) {
        guard size > JournalRecord.headerSize,
            let start = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED
        else { return }
        defer { munmap(start, size) }
        guard let contents = JournalContents(UnsafeRawBufferPointer(start: start, count: size), of: kind),
            contents.size < size,
            // A large journal that is nearly full is not copied for a few bytes.
            size <= smallSize || size - contents.size > size / 4
        else { return }
        let shorter = path + suffix
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
        guard result == 0 else { throw JournalError(.grow, path: path, hasName: hasName, errno: result) }
        guard let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, offset), start != MAP_FAILED
        else {
            throw JournalError(.grow, path: path, hasName: hasName, errno: errno)
        }
        return start
    }
}
