internal import Glibc

/// The limit on open files of this process and of those that it starts.
package enum FileDescriptors {
    /// What a process needs beside its connections: pipes, journal, libraries.
    static let reserve = 64

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
}
