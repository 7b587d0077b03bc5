internal import Glibc

/// The sockets of the server, which must not be handed on to what a run starts: a worker that has the listening one keeps its port.
enum LiveSockets {
    /// Lets every socket and event queue of this process be closed when another program is started. The library that makes them
    /// does not.
    static func closeOnExec() {
        guard let folder = opendir("/proc/self/fd") else { return }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let descriptor = Int32(name), descriptor > 2, isOfServer(descriptor) else { continue }
            let flags = fcntl(descriptor, F_GETFD)
            if flags >= 0, flags & FD_CLOEXEC == 0 { _ = fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) }
        }
    }

    private static func isOfServer(_ descriptor: Int32) -> Bool {
        var target = [UInt8](repeating: 0, count: 64)
        let count = readlink("/proc/self/fd/\(descriptor)", &target, target.count)
        guard count > 0 else { return false }
        let text = String(decoding: target[..<count], as: UTF8.self)
        return text.hasPrefix("socket:") || text.hasPrefix("anon_inode:")
    }
}
