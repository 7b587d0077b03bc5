internal import FlashSale
internal import Glibc

/// A file of any size, or a pipe, through a buffer of one size.
enum FilePieces {
    /// - Parameters:
    ///   - size: bytes of the buffer; more than `take` can leave.
    ///   - take: is given what it left before and what comes next, and says how much it took.
    /// - Throws: ``RunError``.
    static func each(
        of path: String, size: Int,
        _ take: (_ piece: UnsafeRawBufferPointer, _ isLast: Bool) throws(RunError) -> Int
    ) throws(RunError) {
        // If it is a pipe, opening must not wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw problem(path) }
        defer { close(descriptor) }
        var mayBeUnused = isPipe(descriptor)
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { buffer.deallocate() }
        var filled = 0
        var isLast = false
        while !isLast {
            while filled < buffer.count {
                let count = Glibc.read(descriptor, buffer.baseAddress! + filled, buffer.count - filled)
                if count < 0, errno == EINTR { continue }
                if count < 0, errno == EAGAIN {
                    // There is a writer, so bytes will come.
                    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
                    continue
                }
                if count == 0, mayBeUnused {
                    throw RunError(.usage, "\(path) is a pipe that nobody writes to; a file is wanted")
                }
                mayBeUnused = false
                guard count >= 0 else { throw problem(path) }
                if count == 0 {
                    isLast = true
                    break
                }
                filled += count
            }
            let taken = try take(UnsafeRawBufferPointer(rebasing: buffer[..<filled]), isLast)
            filled -= taken
            memmove(buffer.baseAddress!, buffer.baseAddress! + taken, filled)
        }
    }

    /// Whether there is a regular file.
    static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func isPipe(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    }

    private static func problem(_ path: String) -> RunError {
        RunError(.usage, "\(path) cannot be read: \(String(cString: strerror(errno)))")
    }
}
