import Foundation
import Glibc

/// Something at a path where a file is meant, that is none or has no end.
package enum OddFile: String, CaseIterable, Sendable {
    case fifo, linkToFifo, socket, folder, linkToItself
    case zero = "/dev/zero"
    case full = "/dev/full"
    case terminal = "/dev/tty"
    case kernelLog = "/proc/kmsg"
    case ownStatus = "/proc/self/status"
    case linkToZero
    case longName

    /// What is said of it.
    package var words: String {
        switch self {
        case .fifo, .linkToFifo: "is a FIFO"
        case .socket: "is a socket"
        case .folder: "is a folder"
        case .linkToItself: "Too many levels of symbolic links"
        case .zero, .full, .terminal, .linkToZero: "is a device"
        case .kernelLog, .ownStatus: "is a file that the kernel makes up"
        case .longName: "File name too long"
        }
    }

    /// A pipe is waited for where one will do.
    package var isPipe: Bool { self == .fifo || self == .linkToFifo }

    /// Whether something can stand at a path that is given.
    package var canStandAnywhere: Bool { self != .longName }

    /// Puts it at `path`, with a link where it is what the system has.
    package func put(at path: String) throws {
        switch self {
        case .fifo: try check(mkfifo(path, 0o600))
        case .linkToFifo:
            try check(mkfifo(path + ".fifo", 0o600))
            try check(symlink(path + ".fifo", path))
        case .socket: try putSocket(at: path)
        case .folder: try check(mkdir(path, 0o700))
        case .linkToItself: try check(symlink(path, path))
        case .linkToZero: try check(symlink("/dev/zero", path))
        case .zero, .full, .terminal, .kernelLog, .ownStatus: try check(symlink(rawValue, path))
        case .longName: break
        }
    }

    /// A path in `folder` at which it is.
    package func path(in folder: String, ending: String) throws -> String {
        if self == .longName { return "\(folder)/" + String(repeating: "n", count: 5000) + ending }
        if rawValue.hasPrefix("/"), ending.isEmpty { return rawValue }
        let path = "\(folder)/odd-\(self.rawValue.filter(\.isLetter))\(ending)"
        var status = stat()
        if lstat(path, &status) != 0 { try put(at: path) }
        return path
    }

    private func check(_ result: Int32) throws {
        if result != 0 { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    private func putSocket(at path: String) throws {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try check(result)
    }
}
