import AllocationCounter
import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import RedisDriver
import SaleTestSupport
import Strategies
import TestSupport
import Testing

/// What goes over a connection with TLS, however its records come: nothing stays in OpenSSL's memory that was asked for, and nothing is
/// taken for a reply that is none.
struct TLSRecordTests {
    private static func connect(
        _ relay: TLSRelay, timeoutMilliseconds: Int = 5000
    ) throws(ConnectionError) -> Connection {
        try Connection(
            to: relay.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: timeoutMilliseconds)
    }

    /// Sizes around those of a record (16 KiB) and of what one read takes.
    private static let sizes = [0, 1, 1000, 1023, 1024, 1025, 16_380, 16_384, 16_385, 40_000, 65_536, 200_000]

    @Test(arguments: ["1.2", "1.3"], [0, 1000]) func repliesOfAnySizeAreRead(_ version: String, _ piece: Int) throws {
        let server = CommandServer { command in
            .write(
                Self.sizes.map { "$\($0)\r\n" + String(repeating: "x", count: $0) + "\r\n" }.joined()
                    + ":\(command.count)\r\n")
        }
        let relay = try TLSRelay(to: server.port, piece: piece, version: version)
        var waiting = try Self.connect(relay)
        var opened = try Opened.connection(to: relay.endpoint)
        for _ in 0..<3 {
            let request = Array("*1\r\n$2\r\nGO\r\n".utf8)
            let replies = try opened.call(request, replies: Self.sizes.count + 1)
            #expect(replies.dropLast().map { $0.bytes().count } == Self.sizes && replies.last?.integer() == 1)
            try waiting.send(request)
            var reply = Reply()
            for size in Self.sizes {
                try waiting.receive(into: &reply)
                #expect(reply.bytes().count == size)
            }
            try waiting.receive(into: &reply)
            #expect(reply.integer() == 1)
        }
    }

    /// Each byte of each record comes in a packet of its own, so that most events bring nothing that can be read.
    @Test(arguments: ["1.2", "1.3"]) func recordsThatTrickleAreRead(_ version: String) throws {
        let server = CommandServer { _ in .split("+hello\r\n:17\r\n", at: 9) }
        let relay = try TLSRelay(to: server.port, piece: 1, version: version)
        var opened = try Opened.connection(to: relay.endpoint)
        var waiting = try Self.connect(relay)
        for _ in 0..<5 {
            let replies = try opened.call(Array("*1\r\n$2\r\nGO\r\n".utf8), replies: 2)
            #expect(replies.map(\.description) == ["hello", "(integer) 17"], "\(replies.map(\.description))")
            #expect(try waiting.call(["GO"]).string() == "hello")
            var reply = Reply()
            try waiting.receive(into: &reply)
            #expect(reply.integer() == 17)
        }
    }

    /// Many records come between two looks: one read takes more from the socket than it returns.
    @Test func recordsThatComeTogetherAreRead() throws {
        let server = CommandServer { command in .trickle(String(repeating: "+\(command[1])\r\n", count: 20)) }
        let relay = try TLSRelay(to: server.port)
        var opened = try Opened.connection(to: relay.endpoint)
        for round in 0..<5 {
            let request = Array("*2\r\n$2\r\nGO\r\n$1\r\n\(round)\r\n".utf8)
            let replies = try opened.call(request, replies: 20, pause: 20_000)
            #expect(replies.map { $0.string() } == Array(repeating: "\(round)", count: 20))
        }
    }

    /// More is sent than any socket takes at once, so that records are cut and go on later, from other memory.
    @Test func muchIsSentInOrder() throws {
        let server = try SecureServer()
        var opened = try Opened.connection(to: server.endpoint)
        let value = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        func set(_ key: String) -> [UInt8] {
            Array("*3\r\n$3\r\nSET\r\n$\(key.utf8.count)\r\n\(key)\r\n$\(value.count)\r\n".utf8) + value + [13, 10]
        }
        let replies = try opened.call(set("one") + set("two") + set("three"), replies: 3)
        #expect(replies.map { $0.string() } == ["OK", "OK", "OK"])
        var waiting = try server.connect()
        try waiting.send(set("four"))
        var reply = Reply()
        try waiting.receive(into: &reply)
        waiting.replyLimit = 1 << 25
        for key in ["one", "two", "three", "four"] {
            #expect(Array(try waiting.call(["GET", key]).bytes()) == value)
        }
    }

    @Test func aServerThatReadsNothingEndsTheWait() throws {
        let server = ScriptedServer { peer in
            peer.read(until: "PING\r\n")
            peer.write("+PONG\r\n")
            sleep(3)
        }
        let relay = try TLSRelay(to: server.port)
        var connection = try Self.connect(relay, timeoutMilliseconds: 50)
        let much = [UInt8](repeating: 0, count: 64 << 20)
        #expect(connectionError { () throws(ConnectionError) in try connection.send(much) } == .timeout)
    }

    @Test(arguments: ["", "$5\r\nab", "*2\r\n:1\r\n"]) func endsAreNoticed(_ wire: String) throws {
        let server = ScriptedServer(answering: wire, hangsUp: true)
        let relay = try TLSRelay(to: server.port)
        var connection = try Self.connect(relay)
        #expect(connectionError { () throws(ConnectionError) in _ = try connection.call(["GO"]) } == .closed)
        let isUsable = connection.isUsable
        #expect(!isUsable)
    }

    /// Tickets come after the handshake, and are nothing to read.
    @Test func ticketsAreNoReplies() throws {
        let server = try SecureServer()
        var connection = try server.connect()
        usleep(50_000)
        var isThere = connection.awaitReply(atMostMilliseconds: 0)
        var unread = connection.lookUnread()
        #expect(!isThere && unread == .nothing)
        try connection.send(Array("*1\r\n$4\r\nPING\r\n".utf8))
        isThere = connection.awaitReply(atMostMilliseconds: 5000)
        unread = connection.lookUnread()
        #expect(isThere && unread == .some)
        // It was only looked at.
        var reply = Reply()
        try connection.receive(into: &reply)
        #expect(reply.string() == "PONG")
        server.server.stop()
        isThere = connection.awaitReply(atMostMilliseconds: 5000)
        unread = connection.lookUnread()
        #expect(isThere && unread == .end)
    }

    /// A server may change its keys at any time, and ask for new ones of the client.
    @Test func keysMayChange() throws {
        let authority = try TestAuthority()
        let pair = try authority.issue()
        let program = try Program(
            "/usr/bin/env",
            [
                "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", pair.certificate, "-key", pair.key,
                "-naccept", "2", "-msg",
            ],
            folder: authority.folder.path, files: authority.folder.path,
            environment: ProcessInfo.processInfo.environment, input: .pipe)
        #expect(TestProcess.eventually(withinSeconds: 20) { program.output.contains("ACCEPT 127.0.0.1:") })
        let port = try #require(
            program.output.split(whereSeparator: \.isNewline).first { $0.hasPrefix("ACCEPT") }?.split(separator: ":")
                .last
                .flatMap { Int($0) })
        let endpoint = RedisEndpoint(
            transport: .tcp(host: "127.0.0.1", port: port), tls: .init(authorities: authority.certificate))
        // It types what the server says, and that waits until there is a client: a K alone is a change of keys that wants another in return.
        program.tell("+PONG\r\n")
        var connection = try Connection(
            to: endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 10_000)
        for number in 1...3 {
            try connection.send(Array("GO\(number)\r\n".utf8))
            #expect(TestProcess.eventually { program.output.contains("GO\(number)") })
            program.tell("K\n")
            usleep(100_000)
            program.tell("+answer \(number)\r\n")
            var reply = Reply()
            try connection.receive(into: &reply)
            #expect(reply.string() == "answer \(number)")
        }
        // Three of the server's, and an answer to each but the last: it goes out with what is sent next.
        let changes = program.output.components(separatedBy: "KeyUpdate").count - 1
        #expect(changes >= 5, "\(changes)")
    }

    /// A round trip takes nothing from the heap that is ours. OpenSSL 3.0 takes two small blocks for each record, and gives them back.
    @Test(arguments: [true, false]) func aRoundTripAllocatesNothingOfOurs(_ waits: Bool) throws {
        let server = try SecureServer()
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 16)
        defer { room.deallocate() }
        let request = UnsafeMutableRawBufferPointer.allocate(byteCount: 14, alignment: 1)
        defer { request.deallocate() }
        request.copyBytes(from: "*1\r\n$4\r\nPING\r\n".utf8)
        var connection = try server.connect()
        if !waits { connection.stopWaiting() }
        var reply = Reply()
        var blocks = 0
        for round in 0..<300 {
            let before = allocation_counter_blocks()
            if waits {
                try connection.send(UnsafeRawBufferPointer(request))
                try connection.receive(into: &reply)
            } else {
                #expect(try connection.sendNow(UnsafeRawBufferPointer(request)) == request.count)
                while true {
                    _ = try connection.readNow(room)
                    if connection.hasUnread, try connection.nextReply(into: &reply) { break }
                }
            }
            if round >= 100 { blocks += allocation_counter_blocks() - before }
        }
        #expect(reply.string() == "PONG")
        #expect(blocks <= 4 * 200 + 8, "\(blocks)")
    }
}
