internal import Glibc

/// A file that somebody named, open for reading: the one way in which a file of the user's is opened.
///
/// Opening never waits, and what is no regular file is refused before it is touched, since a FIFO may never have a writer, and
/// a device or a file of the kernel has no end.
package struct InputFile: ~Copyable {
    /// What a path leads to.
    package enum Kind: Sendable {
        case regular
        /// Of the shell's (`<(…)`, `/dev/stdin`), or a FIFO.
        case pipe
    }

    /// Which file it is and what it is like; a file that differs is another or was changed.
    package struct Signature: Sendable, Equatable {
        private let device: UInt64
        private let number: UInt64
        package let size: Int
        /// The bytes of a time, which are only compared.
        private let modified: [UInt8]

        fileprivate init(_ status: stat) {
            device = UInt64(status.st_dev)
            number = UInt64(status.st_ino)
            size = Int(status.st_size)
            modified = withUnsafeBytes(of: status.st_mtim) { Array($0) }
        }

        /// Nil where there is no file.
        package init?(ofFileAt path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            self.init(status)
        }
    }

    /// How long a pipe may be silent at the start.
    package static let pipePatienceSeconds = 5

    package let kind: Kind
    /// Bytes when it was opened; 0 for a pipe.
    package let size: Int
    package let signature: Signature
    private let descriptor: Int32
    /// Bytes that ``next(into:)`` gave.
    private var given = 0

    /// - Parameters:
    ///   - mayBePipe: whether a pipe will do, which is read once and from its start to its end.
    ///   - limit: the most bytes that a regular file may have.
    /// - Throws: ``InputProblem``.
    package init(_ path: String, mayBePipe: Bool = false, limit: Int = .max) throws(InputProblem) {
        (descriptor, kind, signature) = try Self.open(path, mayBePipe, limit)
        size = kind == .regular ? signature.size : 0
    }

    deinit { close(descriptor) }

    /// Whether it was changed since it was opened.
    package var hasChanged: Bool {
        var status = stat()
        return kind == .regular && (fstat(descriptor, &status) != 0 || Signature(status) != signature)
    }

    /// Fills `buffer` from a regular file.
    ///
    /// - Returns: bytes read, fewer than wanted only at the file's end.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(InputProblem) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = pread(descriptor, buffer.baseAddress! + filled, buffer.count - filled, offset + filled)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw InputProblem(errno) }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// The bytes that come next, as many as `buffer` holds or there are at once. Of a regular file, those that it had when
    /// it was opened, so that reading ends even while somebody appends.
    ///
    /// - Returns: 0 at the end.
    /// - Throws: ``InputProblem``, also where the first byte of a pipe does not come in ``pipePatienceSeconds``.
    package mutating func next(into buffer: UnsafeMutableRawBufferPointer) throws(InputProblem) -> Int {
        guard kind == .pipe else {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, size - given)])
            let count = try read(into: rest, at: given)
            given += count
            return count
        }
        if given == 0 { try awaitFirstByte() }
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw InputProblem(errno) }
            if count == 0, given == 0 {
                throw InputProblem(reason: "is a pipe that nobody wrote to; a file, or a pipe with a writer, is wanted")
            }
            given += count
            return count
        }
    }

    private func awaitFirstByte() throws(InputProblem) {
        let end = ContinuousClock.now + .seconds(Self.pipePatienceSeconds)
        while true {
            let rest = ContinuousClock.now.duration(to: end).components
            let milliseconds = rest.seconds * 1000 + rest.attoseconds / 1_000_000_000_000_000
            var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&poller, 1, Int32(max(0, milliseconds)))
            if ready > 0 { break }
            guard ready == 0 || errno == EINTR else { throw InputProblem(errno) }
            guard milliseconds > 0 else {
                throw InputProblem(
                    reason:
                        "is a pipe that nobody writes to: nothing came for \(Self.pipePatienceSeconds) s; a file, or a pipe with a writer, is wanted"
                )
            }
        }
        // Bytes come, or the end: from here on, reading may wait for the writer.
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    }

    // MARK: What a path leads to

    private static func open(
        _ path: String, _ mayBePipe: Bool, _ limit: Int
    ) throws(InputProblem) -> (Int32, Kind, Signature) {
        guard !path.utf8.contains(0) else {
            throw InputProblem(reason: "has a NUL character in its name, which no file has")
        }
        var status = stat()
        // To open a device is to use it.
        guard stat(path, &status) == 0 else { throw InputProblem(errno) }
        _ = try kind(status, mayBePipe)
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw InputProblem(errno) }
        do throws(InputProblem) {
            // It may be another one by now.
            guard fstat(descriptor, &status) == 0 else { throw InputProblem(errno) }
            let kind = try kind(status, mayBePipe)
            guard kind == .pipe || status.st_size <= limit else {
                throw InputProblem(reason: "has \(status.st_size) bytes, and at most \(limit) are read")
            }
            return (descriptor, kind, Signature(status))
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func kind(_ status: stat, _ mayBePipe: Bool) throws(InputProblem) -> Kind {
        let wanted = mayBePipe ? "a regular file or a pipe is wanted" : "a regular file is wanted"
        let found: String
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            guard isKernels(status) else { return .regular }
            found = "a file that the kernel makes up as it is read"
        case S_IFIFO:
            if mayBePipe { return .pipe }
            found = "a FIFO"
        case S_IFDIR: found = "a folder"
        case S_IFCHR: found = "a device"
        case S_IFBLK: found = "a block device"
        case S_IFSOCK: found = "a socket"
        default: found = "no file"
        }
        throw InputProblem(reason: "is \(found); \(wanted)")
    }

    /// Where the kernel shows itself. Its files say that they are regular and empty, and some have no end.
    private static let kernelFolders = ["/proc", "/sys", "/sys/kernel/debug", "/sys/kernel/tracing"]

    private static func isKernels(_ status: stat) -> Bool {
        var root = stat()
        guard stat("/", &root) == 0, status.st_dev != root.st_dev else { return false }
        return kernelFolders.contains { folder in
            var mounted = stat()
            return stat(folder, &mounted) == 0 && mounted.st_dev == status.st_dev
        }
    }
}
