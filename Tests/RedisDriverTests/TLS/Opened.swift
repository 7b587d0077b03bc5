import FlashSale
import Glibc
import RedisDriver
import Strategies

/// Opens connections without waiting in a call, as an event loop does.
enum Opened {
    /// A connection that is open, with the loop that watches it.
    ///
    /// - Throws: `timeout` where it takes too long.
    static func connection(
        to endpoint: RedisEndpoint, name: String? = nil, milliseconds: Int = 5000
    ) throws(ConnectionError) -> OpenedConnection {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 16)
        defer { buffer.deallocate() }
        var connection = try Connection(opening: endpoint, name: name)
        let loop = EventLoop()
        try loop.watch(connection.descriptor, token: 0)
        var reply = Reply()
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        while ContinuousClock.now < deadline {
            guard loop.wait(nanoseconds: 10_000_000) > 0 else { continue }
            if try connection.goOnOpening(buffer, into: &reply) {
                return OpenedConnection(connection: connection, loop: loop)
            }
        }
        throw .timeout
    }

    static func wait(for endpoint: RedisEndpoint, milliseconds: Int) throws(ConnectionError) {
        _ = try connection(to: endpoint, milliseconds: milliseconds)
    }
}
