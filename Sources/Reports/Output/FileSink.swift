package import FlashSale
internal import Glibc

/// A file that appears whole or not at all.
///
/// The bytes go through a buffer into `<path>.<pid>.tmp`, which takes the place of `path` in ``close()``. A sink that
/// is dropped without it, or that failed, leaves `path` as it was and removes the temporary. What is no regular file,
/// such as `/dev/stdout` or a pipe, is written to directly; a symbolic link stays one.
package struct FileSink: ByteSink, ~Copyable {
    /// Bytes that are buffered before they are written.
    package static let bufferSize = 65536

    /// The path as the user knows it, for errors.
    private let path: String
    /// The file's final place.
    private let target: String
    /// Where the bytes go until then; nil once the file is in its place, and where it is written to directly.
    private var temporary: String?
    /// -1 once it is closed.
    private var descriptor: CInt
    private let buffer: UnsafeMutableRawBufferPointer
    private var used = 0
    private var failure: ReportError?

    /// Creates the file's temporary.
    ///
    /// - Throws: ``ReportError/cannotCreate(path:reason:)``, or ``ReportError/cannotWrite(path:reason:)`` if the device
    ///   is full or broken.
    package init(path: String) throws(ReportError) {
        var status = stat()
        var target = path
        var isReplaced = true
        if stat(path, &status) == 0 {
            switch status.st_mode & S_IFMT {
            case S_IFDIR: throw .creating(path, EISDIR)
            case S_IFREG: target = Self.resolved(path)
            default: isReplaced = false
            }
        }
        let temporary = isReplaced ? "\(target).\(getpid()).tmp" : nil
        // One of a process that had our number and was killed.
        if let temporary { unlink(temporary) }
        // Not even opening waits, for somebody who reads a pipe; writing to one may.
        let descriptor = open(
            temporary ?? target,
            O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (isReplaced ? O_EXCL : 0), 0o666)
        guard descriptor >= 0 else {
            if errno == ENXIO {
                throw .cannotCreate(path: path, reason: "it is a pipe that nobody reads, or a socket; a file is wanted")
            }
            throw .creating(path, errno)
        }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
        self.init(path: path, target: target, temporary: temporary, descriptor: descriptor)
    }

    /// Takes over an open descriptor. Tests use it to put a full disk under a file with a temporary.
    init(path: String, target: String, temporary: String?, descriptor: CInt) {
        self.path = path
        self.target = target
        self.temporary = temporary
        self.descriptor = descriptor
        buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
    }

    deinit {
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
        if let temporary { unlink(temporary) }
        buffer.deallocate()
    }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if bytes.count > buffer.count - used {
            flush()
            guard bytes.count <= buffer.count else {
                write(bytes)
                return
            }
        }
        UnsafeMutableRawBufferPointer(rebasing: buffer[used...]).copyMemory(from: bytes)
        used += bytes.count
    }

    /// Writes what is left, waits until the device has it, and moves the file to its place.
    ///
    /// - Throws: the first error since the file was created; `path` is then as it was before.
    package consuming func close() throws(ReportError) {
        flush()
        // Pipes and devices have nothing to synchronize.
        if failure == nil, fsync(descriptor) != 0, errno != EINVAL, errno != EROFS, errno != ENOTSUP {
            failure = .writing(path, errno)
        }
        let closing = descriptor
        descriptor = -1
        // Linux closes the descriptor even when a signal interrupts it.
        if Glibc.close(closing) != 0, errno != EINTR, failure == nil { failure = .writing(path, errno) }
        if let failure { throw failure }
        if let temporary, rename(temporary, target) != 0 { throw .creating(path, errno) }
        temporary = nil
    }

    private mutating func flush() {
        write(UnsafeRawBufferPointer(rebasing: buffer[..<used]))
        used = 0
    }

    private mutating func write(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while failure == nil, !rest.isEmpty {
            let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if written > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            } else if written == 0 || errno != EINTR {
                failure = .writing(path, written == 0 ? EIO : errno)
            }
        }
    }

    /// The file behind a symbolic link, so that the link itself is not replaced.
    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }
}

/// Why a report could not be written.
package enum ReportError: Error, Equatable, CustomStringConvertible {
    /// There can be no such file there: no permission, no such folder, or a folder of that name.
    case cannotCreate(path: String, reason: String)
    /// The device is full, over its quota, or broken.
    case cannotWrite(path: String, reason: String)

    package var status: ExitStatus {
        switch self {
        case .cannotCreate: .cannotCreate
        case .cannotWrite: .cannotWrite
        }
    }

    package var description: String {
        switch self {
        case .cannotCreate(let path, let reason): "\(path) cannot be created: \(reason)"
        case .cannotWrite(let path, let reason): "\(path) could not be written: \(reason)"
        }
    }

    /// The error for a file that could not be opened or put in its place. A full or broken device is the same problem
    /// whichever call meets it.
    static func creating(_ path: String, _ code: CInt) -> ReportError {
        switch code {
        case ENOSPC, EDQUOT, EIO: writing(path, code)
        default: .cannotCreate(path: path, reason: String(cString: strerror(code)))
        }
    }

    static func writing(_ path: String, _ code: CInt) -> ReportError {
        .cannotWrite(path: path, reason: String(cString: strerror(code)))
    }
}
