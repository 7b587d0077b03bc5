internal import Glibc

/// What the guard tells the coordinator, one line each.
enum GuardMessage: Equatable {
    /// The temporary folder exists now, and is ours to remove.
    case folderMade
    /// The server's process id. It does not listen yet.
    case started(Int32)
    /// The server ended without having been asked to: how.
    case ended(String)
    /// The guard could not do its work: why.
    case failed(String)

    var line: String {
        switch self {
        case .folderMade: "folder\n"
        case .started(let process): "pid \(process)\n"
        case .ended(let how): "ended \(how)\n"
        case .failed(let why): "error \(why.replacing("\n", with: " "))\n"
        }
    }

    /// Reads a line without its end.
    init?(line: String) {
        let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count) {
        case ("folder", 1): self = .folderMade
        case ("pid", 2):
            guard let process = Int32(parts[1]) else { return nil }
            self = .started(process)
        case ("ended", 2): self = .ended(parts[1])
        case ("error", 2): self = .failed(parts[1])
        default: return nil
        }
    }
}

/// What the coordinator tells the guard on its standard input, in one line: arguments could be read by everybody.
/// Nothing follows it.
enum GuardOrder: Equatable {
    case protected(RunPassword)
    /// The server takes everybody on the machine.
    case open

    init(_ password: RunPassword?) { self = password.map { .protected($0) } ?? .open }

    var password: RunPassword? {
        if case .protected(let password) = self { password } else { nil }
    }

    var line: String {
        switch self {
        case .protected(let password): "password \(password.text)\n"
        case .open: "open\n"
        }
    }

    /// Reads a line without its end.
    init?(line: String) {
        if line == "open" {
            self = .open
        } else if line.hasPrefix("password "), let password = RunPassword(String(line.dropFirst("password ".count))) {
            self = .protected(password)
        } else {
            return nil
        }
    }
}

/// Two connected ends, both close-on-exec from the first moment, which a pipe made with `pipe` is not.
struct SocketPair {
    let ours: Int32
    let theirs: Int32

    /// Both ends have numbers above 9, so that handing them to a child as 0, 1, 2 or 9 cannot overwrite either.
    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw SystemError(number: errno) }
        ours = Self.moveUp(ends[0])
        theirs = Self.moveUp(ends[1])
        guard ours >= 0, theirs >= 0 else {
            let failure = SystemError(number: errno)
            close(ours)
            close(theirs)
            throw failure
        }
    }

    /// Writes all of `text` for `theirs` to read, without waiting.
    ///
    /// - Throws: what the system said, where there is no room for it at once.
    func tell(_ text: String) throws(SystemError) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(ours, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            guard count >= 0 || errno == EINTR else { throw SystemError(number: errno) }
            rest = rest.dropFirst(max(0, count))
        }
    }

    private static func moveUp(_ descriptor: Int32) -> Int32 {
        guard descriptor < 10 else { return descriptor }
        let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 10)
        close(descriptor)
        return moved
    }
}
