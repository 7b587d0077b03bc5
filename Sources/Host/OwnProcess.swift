internal import CLinux
internal import Glibc

/// The file that this process runs, to start it again.
package enum OwnBinary {
    /// Its path, so that `ps` shows a name; the kernel's link where the file was replaced meanwhile.
    package static var path: String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            readlink("/proc/self/exe", bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard count > 0 else { return "/proc/self/exe" }
        let path = String(decoding: buffer[..<count], as: UTF8.self)
        return access(path, X_OK) == 0 ? path : "/proc/self/exe"
    }
}

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

/// What this process has used.
package enum ProcessUsage {
    /// User and system time.
    package static func cpuSeconds() -> Double { Double(Clock.cpuNanoseconds()) / 1e9 }

    /// The most memory that was resident at once, in MiB; 0 if the system does not tell. `ru_maxrss` would include the
    /// coordinator's memory from before exec, so this is VmHWM.
    package static func peakMemoryMib() -> Double {
        guard let file = fopen("/proc/self/status", "re") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix("VmHWM:") else { continue }
            let kibibytes = text.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
            return (kibibytes ?? 0) / 1024
        }
        return 0
    }
}
