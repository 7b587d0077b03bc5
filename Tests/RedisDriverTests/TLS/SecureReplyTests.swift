import FlashSale
import RedisDriver
import SaleTestSupport
import Strategies
import TestSupport
import Testing

/// What ``ConnectionReplyTests``, ``ConnectionFailureTests`` and ``ReplyLimitTests`` ask of a connection, asked of one with TLS: by the
/// reader that waits and by the one that does not.
struct SecureReplyTests {
    /// Replies to `GO number`, in the pieces that a test wants.
    private static func relay(
        _ wires: [String], _ pieces: @escaping @Sendable (String) -> CommandServer.Answer
    ) throws -> (CommandServer, TLSRelay) {
        let server = CommandServer { command in pieces(wires[Int(command[1]) ?? 0]) }
        return (server, try TLSRelay(to: server.port))
    }

    private static func connect(
        _ relay: TLSRelay, timeoutMilliseconds: Int = 5000
    ) throws(ConnectionError) -> Connection {
        try Connection(
            to: relay.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: timeoutMilliseconds)
    }

    private static func go(_ number: Int) -> [UInt8] {
        Array("*2\r\n$2\r\nGO\r\n$\("\(number)".utf8.count)\r\n\(number)\r\n".utf8)
    }

    private static let examples = ConnectionReplyTests.cases.filter {
        String(validating: $0.wire, as: UTF8.self) != nil
    }

    @Test("every kind of reply is read, however it is cut", arguments: ["whole", "in two", "byte by byte"])
    func decodes(_ way: String) throws {
        let wires = Self.examples.map { String(decoding: $0.wire, as: UTF8.self) }
        let (server, relay) = try Self.relay(wires) { wire in
            switch way {
            case "whole": .write(wire)
            case "in two": .split(wire, at: wire.utf8.count / 2)
            default: wire.utf8.count > 100 ? .write(wire) : .trickle(wire)
            }
        }
        var waiting = try Self.connect(relay)
        var opened = try Opened.connection(to: relay.endpoint)
        for (number, example) in Self.examples.enumerated() {
            #expect(try waiting.call(["GO", "\(number)"]) == example.reply, "\(example.testDescription)")
            #expect(try opened.call(Self.go(number), replies: 1) == [example.reply], "\(example.testDescription)")
        }
        // And all of them in one go.
        let all = Self.examples.indices.flatMap { Self.go($0) }
        #expect(try opened.call(all, replies: Self.examples.count) == Self.examples.map(\.reply))
        let commands = Self.examples.indices.map { [Array("GO".utf8), Array("\($0)".utf8)] }
        #expect(try waiting.call(all: commands) == Self.examples.map(\.reply))
        withExtendedLifetime(server) {}
    }

    @Test("what is no RESP2 is refused, and the connection is closed")
    func refuses() throws {
        let wires = ["HTTP/1.1 400 Bad Request\r\n", ":1x\r\n", "$-2\r\n", "*-2\r\n", "_\r\n", "%1\r\n+a\r\n+b\r\n"]
        let (server, relay) = try Self.relay(wires) { .write($0) }
        for number in wires.indices {
            var waiting = try Self.connect(relay)
            let error = connectionError { () throws(ConnectionError) in _ = try waiting.call(["GO", "\(number)"]) }
            guard case .protocolViolation = error else {
                Issue.record("\(wires[number]): \(String(describing: error))")
                continue
            }
            let isUsable = waiting.isUsable
            #expect(!isUsable)
            var opened = try Opened.connection(to: relay.endpoint)
            #expect(throws: ConnectionError.self) { _ = try opened.call(Self.go(number), replies: 1) }
        }
        withExtendedLifetime(server) {}
    }

    @Test("a server that falls silent ends the wait", arguments: ["", "$5\r\nab", "*2\r\n:1\r\n"])
    func fallsSilent(_ wire: String) throws {
        let (server, relay) = try Self.relay([wire]) { $0.isEmpty ? .silence : .write($0) }
        var connection = try Self.connect(relay, timeoutMilliseconds: 50)
        var reply = Reply()
        try connection.send(Self.go(0))
        #expect(connectionError { () throws(ConnectionError) in try connection.receive(into: &reply) } == .timeout)
        #expect(connectionError { () throws(ConnectionError) in try connection.receive(into: &reply) } == .closed)
        #expect(connectionError { () throws(ConnectionError) in try connection.send([1]) } == .closed)
        let isUsable = connection.isUsable
        #expect(!isUsable && reply.nodes.isEmpty)
        withExtendedLifetime(server) {}
    }

    @Test("a reply that is too large is left where it is")
    func isBounded() throws {
        let letters = String(repeating: "x", count: 992)
        let wires = ["$992\r\n\(letters)\r\n", "$2000\r\n", "*3\r\n:1\r\n$2000\r\n", "*400\r\n:1\r\n"]
        let (server, relay) = try Self.relay(wires) { .write($0) }
        for number in wires.indices {
            var waiting = try Self.connect(relay)
            waiting.replyLimit = 1000
            let error = connectionError { () throws(ConnectionError) in _ = try waiting.call(["GO", "\(number)"]) }
            var opened = try Opened.connection(to: relay.endpoint)
            opened.connection.replyLimit = 1000
            let other = connectionError { () throws(ConnectionError) in
                _ = try opened.call(Self.go(number), replies: 1)
            }
            for error in [error, other] {
                if case .oversized(let reply) = error {
                    #expect(number > 0 && reply.limit == 1000)
                } else {
                    #expect(number == 0 && error == nil, "\(wires[number])")
                }
            }
        }
        withExtendedLifetime(server) {}
    }
}
