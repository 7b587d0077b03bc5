internal import Glibc

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
    func tell(_ text: String) throws(SystemError) { try Self.tell(text, on: ours) }

    /// Writes all of `text` to one end, without waiting.
    ///
    /// - Throws: what the system said, where there is no room for it at once, or nobody at the other end.
    static func tell(_ text: String, on end: Int32) throws(SystemError) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(end, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            guard count >= 0 || errno == EINTR else { throw SystemError(number: errno) }
            rest = rest.dropFirst(max(0, count))
        }
    }

    /// The same with a number above 9. A descriptor that could not be had, or not be moved, is -1.
    static func moveUp(_ descriptor: Int32) -> Int32 {
        guard descriptor >= 0, descriptor < 10 else { return descriptor }
        let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 10)
        close(descriptor)
        return moved
    }
}
