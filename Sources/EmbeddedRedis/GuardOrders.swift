internal import Glibc

/// The lines on the guard's standard input.
struct GuardOrders {
    private var received: [UInt8] = []

    /// Reads what is there, waiting if there is nothing. False once there will be no more, and for a line that is too long.
    mutating func readMore() -> Bool {
        var buffer = [UInt8](repeating: 0, count: GuardOrder.maximumBytes)
        let count = read(0, &buffer, buffer.count)
        if count > 0 { received += buffer[..<count] }
        guard count > 0 || (count < 0 && errno == EINTR) else { return false }
        return received.count <= GuardOrder.maximumBytes || received.contains(UInt8(ascii: "\n"))
    }

    /// The next whole line, without its end.
    mutating func next() -> String? {
        guard let end = received.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { received.removeSubrange(...end) }
        return String(decoding: received[..<end], as: UTF8.self)
    }
}
