internal import CSystem
internal import Glibc

/// Writes to a connected socket directly, without hiredis's output buffer and its copy.
enum SocketWriter {
    /// Writes all of `bytes`. Nil if they went out; otherwise `timeout` or `closed`.
    ///
    /// The socket's own send timeout bounds each wait; `limit` bounds a receiver that takes a few bytes at a time.
    static func write(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, withinNanoseconds limit: Int
    ) -> ConnectionError? {
        guard let base = bytes.baseAddress else { return nil }
        var sent = 0
        var start: Int?
        while sent < bytes.count {
            let count = Glibc.send(descriptor, base + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            if count > 0 {
                sent += count
                guard sent < bytes.count else { break }
                let now = Int(Clock.nanoseconds())
                if let start, now - start >= limit { return .timeout }
                start = start ?? now
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                return .timeout
            } else if errno != EINTR {
                return .closed
            }
        }
        return nil
    }
}
