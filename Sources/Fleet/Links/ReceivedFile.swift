internal import FlashSale
internal import Glibc

/// The file of this machine that a journal from another one is written to as its pieces come, so that everything afterwards reads it as
/// any other.
struct ReceivedFile: ~Copyable {
    private let path: String
    private let descriptor: Int32
    private let mostBytes: Int
    private var size = 0

    /// Makes the file, with its header, so that it can be read also where nothing ever comes.
    ///
    /// - Parameters:
    ///   - worker: whose it is, from 0.
    ///   - mostBytes: that a worker of this run can have written.
    /// - Throws: ``RunError`` with 73 or 74 if that is not possible.
    init(_ path: String, worker: Int, kind: JournalHeader.Kind, mostBytes: Int) throws(RunError) {
        self.path = path
        self.mostBytes = mostBytes
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw RunError(.cannotCreate, "the journal \(path) cannot be created: \(String(cString: strerror(errno)))")
        }
        let header = UnsafeMutableRawBufferPointer.allocate(byteCount: JournalRecord.headerSize, alignment: 16)
        defer { header.deallocate() }
        header.initializeMemory(as: UInt8.self, repeating: 0)
        JournalHeader(worker: worker, of: kind).store(to: header.baseAddress!)
        if let problem = write(UnsafeRawBufferPointer(header), at: 0) {
            close(descriptor)
            throw RunError(.cannotWrite, problem)
        }
    }

    deinit { close(descriptor) }

    /// Writes what came.
    ///
    /// - Returns: what is wrong with it, or with the disk here; nil where nothing is.
    mutating func take(_ piece: JournalPiece) -> String? {
        guard piece.offset + piece.bytes.count <= mostBytes else {
            return "a piece at byte \(piece.offset) came, where the journal can have \(mostBytes) bytes"
        }
        return piece.bytes.withUnsafeBytes { write($0, at: piece.offset) }
    }

    /// Compares the file with what the worker had.
    ///
    /// - Returns: how they differ; nil where they do not.
    mutating func compare(with wanted: WorkerMessage.Delivered.File) -> String? {
        guard wanted.bytes >= JournalRecord.headerSize, wanted.bytes <= mostBytes, grow(to: wanted.bytes) else {
            return "it should have \(wanted.bytes) bytes, and has \(size)"
        }
        var digest = Digest()
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Digest.pieceSize, alignment: 16)
        defer { piece.deallocate() }
        for offset in stride(from: 0, to: size, by: Digest.pieceSize) {
            let count = pread(descriptor, piece.baseAddress, min(piece.count, size - offset), off_t(offset))
            guard count > 0 else { break }
            digest.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
        }
        guard size == wanted.bytes, digest.text == wanted.digest else {
            return
                "\(size) bytes with the digest \(digest.text) came, and \(wanted.bytes) with \(wanted.digest) were written there"
        }
        return nil
    }

    /// Segments are whole, whatever part of them came.
    private mutating func grow(to bytes: Int) -> Bool {
        let whole = (bytes + JournalRecord.segmentSize - 1) / JournalRecord.segmentSize * JournalRecord.segmentSize
        guard whole > size else { return true }
        guard ftruncate(descriptor, off_t(whole)) == 0 else { return false }
        size = whole
        return true
    }

    private mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> String? {
        var written = grow(to: offset + bytes.count) ? 0 : -1
        while written >= 0, written < bytes.count {
            let count = pwrite(descriptor, bytes.baseAddress! + written, bytes.count - written, off_t(offset + written))
            if count < 0, errno == EINTR { continue }
            written = count > 0 ? written + count : -1
        }
        guard written < 0 else { return nil }
        return
            "the journal \(path) cannot grow here: \(String(cString: strerror(errno))); make room, or name another folder with --output"
    }
}
