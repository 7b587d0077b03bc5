internal import CLinux
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

/// Commands as a server reads them: an array of bulk strings each.
enum RESPEncoder {
    /// Appends one command. Arguments are bytes; any byte is allowed.
    static func append(_ arguments: some Collection<some Collection<UInt8>>, to buffer: inout [UInt8]) {
        appendHead("*", count: arguments.count, to: &buffer)
        for argument in arguments {
            appendHead("$", count: argument.count, to: &buffer)
            buffer.append(contentsOf: argument)
            buffer.append(contentsOf: [13, 10])
        }
    }

    private static func appendHead(_ mark: Unicode.Scalar, count: Int, to buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: mark))
        buffer.append(contentsOf: String(count).utf8)
        buffer.append(contentsOf: [13, 10])
    }
}
