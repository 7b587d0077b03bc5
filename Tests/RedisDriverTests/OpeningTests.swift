import FlashSale
import Glibc
import RedisDriver
import Strategies
import TestSupport
import Testing

/// Connections that are opened without waiting.
struct OpeningTests {
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 16)

    /// Goes on with the connection each time that an event says so, until it is open, has failed, or nothing comes for long.
    ///
    /// - Parameter firstPause: milliseconds before the first look, in which the server says all that it will.
    /// - Returns: whether it was opened.
    private func open(_ server: ScriptedServer, firstPause: UInt32 = 0) throws(ConnectionError) -> Bool {
        defer { buffer.deallocate() }
        var connection = try Connection(opening: server.endpoint, name: nil)
        let loop = EventLoop()
        try loop.watch(connection.descriptor, token: 0)
        var reply = Reply()
        // The handshake leaves with the first event.
        while loop.wait(nanoseconds: 3_000_000_000) > 0 {
            if try connection.goOnOpening(buffer, into: &reply) { return true }
            usleep(firstPause * 1000)
        }
        return false
    }

    @Test(arguments: 1...6)
    func takesAnAnswerInPieces(_ place: Int) throws {
        let server = ScriptedServer { peer in
            peer.read(until: "PING\r\n")
            peer.write(String("+PONG\r\n".prefix(place)))
            usleep(2000)
            peer.write(String("+PONG\r\n".dropFirst(place)))
            peer.waitForEnd()
        }
        #expect(try open(server))
    }

    /// Part of the answer and the end come as one event, and there is never another.
    @Test(arguments: ["", "+PO", "+PONG"])
    func noticesAServerThatHangsUp(after wire: String) {
        let server = ScriptedServer { peer in
            peer.read(until: "PING\r\n")
            peer.write(wire)
        }
        #expect(connectionError { () throws(ConnectionError) in _ = try open(server, firstPause: 100) } == .closed)
    }

    @Test func saysWhyTheServerRefused() {
        let server = ScriptedServer { peer in
            peer.read(until: "PING\r\n")
            peer.write("-NOAUTH Authentication required.\r\n")
        }
        #expect(
            connectionError { () throws(ConnectionError) in _ = try open(server, firstPause: 100) }
                == .rejected("NOAUTH Authentication required."))
    }
}
