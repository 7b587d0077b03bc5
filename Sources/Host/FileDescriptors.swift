internal import Glibc

/// The limit on open files of this process and of those that it starts.
package enum FileDescriptors {
    /// What a process needs beside its connections: pipes, journal, libraries.
    package static let reserve = 64

    /// Raises the soft limit to the hard one and returns the limit that is then in force.
    @discardableResult
    package static func raiseLimit() -> Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return Int.max }
        if limit.rlim_cur < limit.rlim_max {
            let soft = limit.rlim_cur
            limit.rlim_cur = limit.rlim_max
            if setrlimit(resource, &limit) != 0 { limit.rlim_cur = soft }
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// The descriptors that a private server needs for this many buyers' connections, for ours and for itself.
    package static func neededByServer(for clients: Int) -> Int { clients + 2 * reserve }

    /// How many connections a private server is to allow: Redis's own default, unless the run needs more or the limit on
    /// open files has no room for it.
    ///
    /// - Parameter limit: at least ``neededByServer(for:)``.
    package static func serverClients(for clients: Int, limit: Int) -> Int {
        max(clients + reserve, min(10_000, limit - reserve))
    }

    /// Fills the places of closed standard streams, so that no file or socket of ours gets their numbers. Reading and
    /// writing there fails, as it would have.
    package static func occupyStandardStreams() {
        for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}
