import FlashSale
import Foundation
import Glibc
import RedisDriver
import Strategies
import TestSupport
import Testing

/// Replies at the bound and beyond it, through the reader that waits and the one that does not.
struct ReplyLimitTests {
    private static let limit = 1000

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What the server writes; what is missing never comes.
        var wire: String
        /// Nil where the reply may be so large.
        var size: OversizedReply.Size?
        /// Whether the size is known only where the reply comes in one piece.
        var dependsOnPieces = false

        init(_ name: String, _ wire: String, _ size: OversizedReply.Size? = nil, dependsOnPieces: Bool = false) {
            testDescription = name
            self.wire = wire
            self.size = size
            self.dependsOnPieces = dependsOnPieces
        }
    }

    private static func text(_ count: Int) -> String { "$\(count)\r\n\(letters(count))\r\n" }
    private static func letters(_ count: Int) -> String { String(repeating: "x", count: count) }
    private static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    static let cases = [
        Case("a text at the bound", text(992)),
        Case("a text one byte beyond", text(993), .untold, dependsOnPieces: true),
        Case("a line at the bound", "+\(letters(997))\r\n"),
        Case("a line one byte beyond", "+\(letters(998))\r\n", .untold),
        Case("an error one byte beyond", "-\(letters(998))\r\n", .untold),
        Case("numbers at the bound", "*248\r\n:10\r\n:10\r\n\(repeated(":1\r\n", 246))"),
        Case(
            "numbers one byte beyond", "*248\r\n\(repeated(":1\r\n", 245))\(repeated(":10\r\n", 3))", .untold,
            dependsOnPieces: true),
        Case("as many elements as there is room for", "*331\r\n\(repeated("+\r\n", 331))"),
        Case("nested at the bound", "*2\r\n*2\r\n:1\r\n*1\r\n:2\r\n\(text(972))"),
        Case("nested, one byte beyond", "*2\r\n*2\r\n:1\r\n*1\r\n:2\r\n\(text(973))", .untold),
        Case("nested, whole before the last part", "*2\r\n\(text(500))*1\r\n\(text(500))", .untold),
        // Only their heads come.
        Case("a text of 512 MiB that is announced", "$536870912\r\n", .bytes(536_870_912)),
        Case("a text as large as a number can say", "$9223372036854775807\r\n", .bytes(.max)),
        Case("a text in an array that is announced", "*3\r\n:1\r\n$2000\r\n", .bytes(2000)),
        Case("an array that is announced", "*2000000000\r\n", .elements(2_000_000_000)),
        Case("an array that no short elements fit", "*400\r\n:1\r\n", .elements(400)),
        Case("an array in an array", "*2\r\n:1\r\n*2000000000\r\n", .elements(2_000_000_000)),
        Case("arrays in arrays", "*300\r\n*300\r\n", .untold),
        Case("a line without an end", "+\(letters(1100))", .untold),
        Case("a number without an end", ":\(repeated("1", 1100))", .untold),
        Case("a length without an end", "$\(repeated("0", 1100))", .untold),
        Case("a count without an end", "*\(repeated("0", 1100))", .untold),
    ]

    /// The pieces in which a reply comes.
    private static func pieces(_ wire: String) -> [[[UInt8]]] {
        let bytes = Array(wire.utf8)
        let parts = [bytes.count / 3, bytes.count - 2, bytes.count - 1].filter { $0 > 0 }.map {
            [Array(bytes[..<$0]), Array(bytes[$0...])]
        }
        return [[bytes]] + parts + (bytes.count < 30 ? [bytes.map { [$0] }] : [])
    }

    /// What the next reply is for a reader.
    private enum Answer: Equatable {
        case reply(Reply)
        case failure(ConnectionError)
    }

    private static func waiting(_ connection: inout Connection) -> Answer {
        var reply = Reply()
        do throws(ConnectionError) {
            try connection.receive(into: &reply)
            return .reply(reply)
        } catch {
            #expect(reply.nodes.isEmpty)
            return .failure(error)
        }
    }

    private static func withoutWaiting(_ connection: inout Connection) -> Answer {
        var reply = Reply()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
        defer { buffer.deallocate() }
        do throws(ConnectionError) {
            while !(try connection.nextReply(into: &reply)) {
                var poller = pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&poller, 1, 5000) == 1 else { throw .timeout }
                _ = try connection.readNow(buffer)
            }
            return .reply(reply)
        } catch {
            #expect(reply.nodes.isEmpty)
            return .failure(error)
        }
    }

    private static func connect(_ server: ScriptedServer, waits: Bool) throws -> Connection {
        var connection = try server.connect()
        connection.replyLimit = limit
        try connection.send(Array("GO\r\n".utf8))
        if !waits { connection.stopWaiting() }
        return connection
    }

    @Test(arguments: cases, [true, false])
    func isBounded(_ row: Case, _ waits: Bool) throws {
        for pieces in Self.pieces(row.wire) {
            let server = ScriptedServer(answering: pieces)
            var connection = try Self.connect(server, waits: waits)
            let answer = waits ? Self.waiting(&connection) : Self.withoutWaiting(&connection)
            let isUsable = connection.isUsable
            #expect(isUsable == (row.size == nil))
            switch (answer, row.size) {
            case (.reply(let reply), nil): #expect(!reply.nodes.isEmpty)
            case (.failure(.oversized(let reply)), let size?):
                #expect(reply.limit == Self.limit)
                if !row.dependsOnPieces || pieces.count == 1 { #expect(reply.size == size) }
            default: Issue.record("\(answer) of \(pieces.count) pieces")
            }
        }
    }

    /// Each has the whole bound for itself, also one that came with the one before.
    @Test(arguments: [true, false])
    func eachReplyHasItsOwnBound(_ waits: Bool) throws {
        let server = ScriptedServer(answering: [
            Array((Self.text(992) + Self.text(992) + Self.text(700)).utf8), Array(Self.text(993).utf8),
        ])
        var connection = try Self.connect(server, waits: waits)
        for count in [992, 992, 700] {
            let answer = waits ? Self.waiting(&connection) : Self.withoutWaiting(&connection)
            guard case .reply(let reply) = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(reply.bytes().count == count)
        }
        let last = waits ? Self.waiting(&connection) : Self.withoutWaiting(&connection)
        guard case .failure(.oversized) = last else {
            Issue.record("\(last)")
            return
        }
    }

    /// What stands in a file may be larger than what a buyer is told, but a server that begins to talk is nobody yet.
    @Test func theHandshakeHasTheBoundOfABuyer() {
        let server = ScriptedServer { peer in
            peer.read(until: "PING\r\n")
            peer.write("$1048577\r\n")
            peer.waitForEnd()
        }
        let error = connectionError { () throws(ConnectionError) in _ = try server.connect() }
        #expect(error == .oversized(OversizedReply(.bytes(1_048_577), limit: ReplyLimit.ofABuyer)))
    }

    @Test(arguments: [
        (
            OversizedReply(.elements(1), limit: 1 << 20),
            "an array of 1 element, larger than the 1 MiB that a reply may have"
        ),
        (.init(.bytes(5000), limit: 1 << 30), "a text of 5,000 bytes, larger than the 1 GiB that a reply may have"),
        (.init(.untold, limit: 1000), "more than the 1,000 bytes that a reply may have"),
    ])
    func saysHowLargeItIs(_ reply: OversizedReply, _ words: String) { #expect(reply.description == words) }
}
