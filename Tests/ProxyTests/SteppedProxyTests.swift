import CLinux
import EmbeddedRedis
import FlashSale
import Glibc
import Proxy
import RedisDriver
import Strategies
import TestSupport
import Testing

/// A proxy that does nothing by itself.
struct SteppedProxyTests {
    /// A server of the test's own, the proxy, and what is waited for by hand.
    private final class Stepped {
        let server: EmbeddedServer
        let proxy: SteppedProxy
        let slot: Int
        var events: [SteppedEvent] = []

        init(holds: Bool = true) throws {
            server = try EmbeddedServer.start(
                persistence: .none, maximumClients: 100, executable: StressBinary.path)
            proxy = try SteppedProxy(to: server.endpoint)
            slot = try proxy.openSlot()
            if holds { proxy.hold() }
        }

        func client() throws -> RawClient {
            let client = RawClient(port: proxy.port(of: slot))
            let before = proxy.connections.count
            #expect(try eventually { self.proxy.connections.count > before })
            return client
        }

        /// Serves until something is as it should be.
        func eventually(_ isDone: () throws -> Bool) throws -> Bool {
            let end = Clock.nanoseconds() + 8_000_000_000
            while Clock.nanoseconds() < end {
                for descriptor in proxy.descriptors { try proxy.serve(descriptor) }
                events += proxy.takeEvents()
                if try isDone() { return true }
                Clock.sleep(until: Clock.nanoseconds() + 500_000)
            }
            return false
        }

        /// The commands that wait.
        var held: [String] {
            proxy.connections.compactMap {
                $0.held?.arguments.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
            }
        }

        func release(_ delivery: SteppedProxy.Delivery = .whole, _ index: Int = 0) throws -> String? {
            let waiting = proxy.connections.filter { $0.held != nil }
            return try proxy.release(waiting[index], delivery).map { String(decoding: $0, as: UTF8.self) }
        }

        func asked(_ words: [String]) throws -> String {
            var connection = try Connection(
                to: server.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
            return try connection.call(words).description
        }
    }

    @Test(
        "a command waits until it is released, and one about the connection does not; what is pipelined waits for its turn"
    )
    func holds() throws {
        let it = try Stepped()
        let client = try it.client()
        client.send("PING\r\nAUTH secret\r\nSET a 1\r\nINCR a\r\n")
        #expect(try it.eventually { it.held == ["SET a 1"] })
        #expect(client.read(until: "+OK\r\n").text == "+PONG\r\n+OK\r\n")
        #expect(it.events.contains { if case .queued(_, let command) = $0 { command.name == "INCR" } else { false } })
        #expect(try it.asked(["EXISTS", "a"]) == "(integer) 0")
        #expect(try it.release() == "+OK\r\n")
        #expect(it.held == ["INCR a"])
        #expect(client.read(until: "+OK\r\n").text == "+OK\r\n")
        #expect(try it.release() == ":2\r\n")
        #expect(client.read(until: ":2\r\n").text == ":2\r\n")
    }

    @Test("MULTI and what is queued go at once; EXEC waits, with all that it will do and all that is watched")
    func transactions() throws {
        let it = try Stepped()
        let client = try it.client()
        client.send("watch a b\r\nMULTI\r\nSET a 1\r\nGET b\r\nEXEC\r\n")
        #expect(try it.eventually { it.held == ["WATCH a b"] })
        #expect(try it.release() == "+OK\r\n")
        #expect(it.held == ["EXEC"])
        let connection = try #require(it.proxy.connections.first)
        #expect(connection.queued.map(\.name) == ["SET", "GET"] && connection.watched.count == 2)
        _ = try it.asked(["SET", "b", "2"])
        #expect(try it.release() == "*-1\r\n")
        #expect(connection.queued.isEmpty && connection.watched.isEmpty && !connection.isInTransaction)
        #expect(client.read(until: "*-1\r\n").text == "+OK\r\n+OK\r\n+QUEUED\r\n+QUEUED\r\n*-1\r\n")
    }

    @Test("a lost reply is executed, a lost request is not, and both clients see a reset")
    func losses() throws {
        let it = try Stepped()
        let (one, two) = (try it.client(), try it.client())
        one.send("INCR n\r\n")
        #expect(try it.eventually { it.held.count == 1 })
        #expect(try it.release(.lostReply) == ":1\r\n")
        #expect(one.read().code == ECONNRESET)
        two.send("INCR n\r\n")
        #expect(try it.eventually { it.held.count == 1 })
        #expect(try it.release(.lostRequest) == nil)
        #expect(two.read().code == ECONNRESET)
        #expect(try it.asked(["GET", "n"]) == "\"1\"")
        #expect(it.proxy.connections.isEmpty)
    }

    @Test("who waits for an element is blocked until somebody brings one")
    func blocking() throws {
        let it = try Stepped()
        let (one, two) = (try it.client(), try it.client())
        one.send("BLPOP list 0\r\n")
        #expect(try it.eventually { it.held.count == 1 })
        #expect(try it.release() == nil)
        #expect(it.proxy.connections.contains { $0.blocked?.name == "BLPOP" })
        two.send("LPUSH list x\r\n")
        #expect(try it.eventually { it.held == ["LPUSH list x"] })
        #expect(try it.release() == ":1\r\n")
        #expect(try it.eventually { it.events.contains { if case .unblocked = $0 { true } else { false } } })
        #expect(one.read(until: "x\r\n").text == "*2\r\n$4\r\nlist\r\n$1\r\nx\r\n")
        one.send("BLPOP list 0\r\n")
        two.send("RPUSH list y\r\n")
        #expect(try it.eventually { it.held.count == 2 })
        #expect(try it.release(.whole, 1) == ":1\r\n")
        #expect(try it.release()?.hasSuffix("y\r\n") == true)
    }

    @Test(
        "a client that goes away with a command that waits is told of, and one that wants what cannot be explored is refused"
    )
    func departures() throws {
        let it = try Stepped()
        var client: RawClient? = try it.client()
        client?.send("SET a 1\r\n")
        #expect(try it.eventually { it.held.count == 1 })
        client = nil
        #expect(
            try it.eventually {
                it.events.contains { if case .closed(_, let held) = $0 { held?.name == "SET" } else { false } }
            })
        let other = try it.client()
        other.send("MONITOR\r\n")
        #expect(try it.eventually { it.proxy.refusal != nil })
        #expect(other.read().text.hasPrefix("-ERR"))
    }

    @Test(
        "whoever has mistaken the port is sent away, and whoever wants TLS is told of",
        arguments: [0, 22])
    func strangers(_ byte: UInt8) throws {
        let it = try Stepped()
        let client = try it.client()
        client.send(String(decoding: [byte, 3, 1, 0, 13, 10], as: UTF8.self))
        #expect(try it.eventually { it.proxy.connections.isEmpty })
        #expect((it.proxy.refusal == nil) == (byte == 0), "\(it.proxy.refusal ?? "")")
    }

    @Test("an open proxy holds nothing, and lets go what it held")
    func opening() throws {
        let it = try Stepped(holds: false)
        let client = try it.client()
        client.send("SET a 1\r\n")
        #expect(try it.eventually { try it.asked(["EXISTS", "a"]) == "(integer) 1" })
        it.proxy.hold()
        client.send("SET a 2\r\nSET a 3\r\n")
        #expect(try it.eventually { it.held == ["SET a 2"] })
        try it.proxy.letGo()
        #expect(try it.asked(["GET", "a"]) == "\"3\"")
        #expect(client.read(until: "+OK\r\n+OK\r\n+OK\r\n").code == nil)
    }
}
