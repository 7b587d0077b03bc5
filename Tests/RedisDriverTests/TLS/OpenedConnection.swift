import FlashSale
import Glibc
import RedisDriver
import Strategies

/// One connection that never waits, and what tells of it.
struct OpenedConnection: ~Copyable {
    private static let buffer = 16 * 1024

    var connection: Connection
    let loop: EventLoop

    /// Sends, and takes as many replies as are wanted, by events alone.
    ///
    /// - Parameter pause: microseconds between one look and the next, in which more comes together.
    /// - Returns: the replies that came before the time was over.
    mutating func call(
        _ bytes: [UInt8], replies count: Int, milliseconds: Int = 10_000, pause: UInt32 = 0
    ) throws(ConnectionError) -> [Reply] {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.buffer, alignment: 16)
        let request = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
        defer {
            room.deallocate()
            request.deallocate()
        }
        request.copyBytes(from: bytes)
        var unsent = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(request)[..<bytes.count])
        unsent = UnsafeRawBufferPointer(rebasing: unsent.dropFirst(try connection.sendNow(unsent)))
        var replies: [Reply] = []
        var reply = Reply()
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        while replies.count < count, ContinuousClock.now < deadline {
            guard loop.wait(nanoseconds: 50_000_000) > 0 else { continue }
            if !unsent.isEmpty {
                unsent = UnsafeRawBufferPointer(rebasing: unsent.dropFirst(try connection.sendNow(unsent)))
            }
            var mayRead = true
            while replies.count < count, mayRead {
                while replies.count < count, connection.hasUnread, try connection.nextReply(into: &reply) {
                    replies.append(reply)
                }
                // As the driver does: what a read leaves behind, no event tells of.
                if replies.count < count { mayRead = try connection.readNow(room) == .full }
                while replies.count < count, connection.hasUnread, try connection.nextReply(into: &reply) {
                    replies.append(reply)
                }
            }
            if pause > 0 { usleep(pause) }
        }
        return replies
    }
}
