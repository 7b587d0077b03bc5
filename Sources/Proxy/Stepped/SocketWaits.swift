internal import CLinux
internal import Glibc

/// Sockets that never wait, where somebody does.
enum SocketWaits {
    private static var longest: UInt64 { 500_000_000 }

    /// Writes all. False where the other side is gone or takes nothing for so long.
    static func writeAll(_ bytes: [UInt8], to descriptor: Int32, withinNanoseconds limit: UInt64) -> Bool {
        let end = Clock.nanoseconds() + limit
        var sent = 0
        while sent < bytes.count {
            let result = bytes.withUnsafeBytes {
                ProxySocket.write(UnsafeRawBufferPointer(rebasing: $0[sent...]), to: descriptor)
            }
            switch result {
            case .bytes(let count): sent += count
            case .later:
                guard Clock.nanoseconds() < end else { return false }
                Clock.sleep(until: Clock.nanoseconds() + 100_000)
            case .ended, .lost: return false
            }
        }
        return true
    }

    /// Whether there is something, or the other side's end.
    static func canRead(_ descriptor: Int32, withinNanoseconds limit: UInt64) -> Bool {
        let end = Clock.nanoseconds() + limit
        while true {
            let now = Clock.nanoseconds()
            if stress_wait_readable(descriptor, min(longest, end > now ? end - now : 0)) == 1 { return true }
            if Clock.nanoseconds() >= end { return false }
        }
    }

    /// The next client of a listening socket; -1 where there is none.
    static func accept(_ listener: Int32) -> Int32 {
        while true {
            let client = stress_accept(listener)
            if client >= 0 || (errno != EINTR && errno != ECONNABORTED) { return client }
        }
    }
}
