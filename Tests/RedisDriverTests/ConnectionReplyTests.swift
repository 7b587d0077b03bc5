import FlashSale
import RedisDriver
import Strategies
import TestSupport
import Testing

/// What comes out of ``Connection`` for what a server writes.
struct ConnectionReplyTests {
    /// A reply built as the driver has to build it.
    private static func reply(_ build: (inout Reply) -> Void) -> Reply {
        var reply = Reply()
        build(&reply)
        return reply
    }

    private static func text(_ kind: Reply.Kind, _ bytes: [UInt8]) -> Reply {
        reply { reply in bytes.withUnsafeBytes { reply.append(kind, bytes: $0) } }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var wire: [UInt8]
        var reply: Reply

        init(_ name: String, _ wire: String, _ reply: Reply) {
            self.init(name, Array(wire.utf8), reply)
        }

        init(_ name: String, _ wire: [UInt8], _ reply: Reply) {
            testDescription = name
            self.wire = wire
            self.reply = reply
        }
    }

    static let cases: [Case] = [
        Case("status", "+OK\r\n", text(.status, Array("OK".utf8))),
        Case("empty status", "+\r\n", text(.status, [])),
        Case("error", "-WRONGTYPE no\r\n", text(.error, Array("WRONGTYPE no".utf8))),
        Case("integer", ":42\r\n", reply { $0.append(.integer, integer: 42) }),
        Case("largest integer", ":9223372036854775807\r\n", reply { $0.append(.integer, integer: .max) }),
        Case("smallest integer", ":-9223372036854775808\r\n", reply { $0.append(.integer, integer: .min) }),
        Case("nil", "$-1\r\n", reply { $0.append(.null) }),
        Case("nil array", "*-1\r\n", reply { $0.append(.null) }),
        Case("empty string", "$0\r\n\r\n", text(.string, [])),
        Case("line ends in a string", "$4\r\n\r\n\r\n\r\n", text(.string, [13, 10, 13, 10])),
        Case(
            "bytes that are not text", Array("$5\r\n".utf8) + [0, 255, 0, 192, 128, 13, 10],
            text(.string, [0, 255, 0, 192, 128])),
        Case("empty array", "*0\r\n", reply { $0.append(.array, integer: 0) }),
        Case(
            "nested arrays", "*4\r\n:1\r\n*2\r\n$1\r\na\r\n*-1\r\n-ERR x\r\n*1\r\n*0\r\n",
            reply {
                $0.append(.array, integer: 4)
                $0.append(.integer, integer: 1)
                $0.append(.array, integer: 2)
                $0.append(.string, "a")
                $0.append(.null)
                $0.append(.error, "ERR x")
                $0.append(.array, integer: 1)
                $0.append(.array, integer: 0)
            }),
        Case(
            "longer than one read", "$100000\r\n" + String(repeating: "x", count: 100_000) + "\r\n",
            text(.string, Array(repeating: UInt8(ascii: "x"), count: 100_000))),
    ]

    @Test(arguments: cases)
    func decodes(_ example: Case) throws {
        let server = ScriptedServer(answering: [example.wire])
        var connection = try server.connect()
        #expect(try connection.call(["GO"]) == example.reply)
        let isUsable = connection.isUsable
        #expect(isUsable)
    }

    /// Every way to cut the reply in two, one connection each.
    @Test(arguments: cases.filter { $0.wire.count < 100 })
    func decodesInTwoParts(_ example: Case) throws {
        for cut in 1..<example.wire.count {
            let server = ScriptedServer(answering: [Array(example.wire[..<cut]), Array(example.wire[cut...])])
            var connection = try server.connect()
            #expect(try connection.call(["GO"]) == example.reply)
        }
    }

    @Test func decodesByteByByte() throws {
        let wire = Self.cases.filter { $0.wire.count < 100 }
        let server = ScriptedServer(answering: wire.flatMap(\.wire).map { [$0] })
        var connection = try server.connect()
        try connection.send(Array("GO\r\n".utf8))
        var reply = Reply()
        for example in wire {
            try connection.receive(into: &reply)
            #expect(reply == example.reply)
        }
    }

    @Test func readsRepliesThatCameTogether() throws {
        let server = ScriptedServer(answering: ":1\r\n+two\r\n$-1\r\n")
        var connection = try server.connect()
        var reply = try connection.call(["GO"])
        #expect(reply.integer() == 1)
        try connection.receive(into: &reply)
        #expect(reply.string() == "two" && reply.nodes.count == 1)
        try connection.receive(into: &reply)
        #expect(reply.kind == .null)
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n", ":1x\r\n", ":99999999999999999999\r\n", "$-2\r\n", "$x\r\n", "*-2\r\n",
        "_\r\n", "%1\r\n+a\r\n+b\r\n", String(repeating: "*1\r\n", count: 20) + ":1\r\n",
    ])
    func refusesWhatIsNotRESP2(_ wire: String) throws {
        let server = ScriptedServer(answering: wire)
        var connection = try server.connect()
        let error = connectionError { () throws(ConnectionError) in _ = try connection.call(["GO"]) }
        guard case .protocolViolation(let text) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!text.isEmpty)
        let isUsable = connection.isUsable
        #expect(!isUsable)
    }

    /// RESP3 is told apart from what is no Redis at all.
    @Test(arguments: [
        ("_\r\n", true), ("#t\r\n", true), (",1.5\r\n", true), ("%1\r\n+a\r\n+b\r\n", true), ("~1\r\n+a\r\n", true),
        (">1\r\n+a\r\n", true), ("HTTP/1.1 400 Bad Request\r\n", false), (":1x\r\n", false),
    ])
    func saysThatRepliesAreOfRESP3(_ wire: String, _ isNewer: Bool) throws {
        let server = ScriptedServer(answering: wire)
        var connection = try server.connect()
        let error = connectionError { () throws(ConnectionError) in _ = try connection.call(["GO"]) }
        #expect(error?.description.contains("as RESP3 has it") == isNewer, "\(String(describing: error))")
    }

    @Test func readsSevenLevelsOfArrays() throws {
        let server = ScriptedServer(answering: String(repeating: "*1\r\n", count: 7) + ":1\r\n")
        var connection = try server.connect()
        let reply = try connection.call(["GO"])
        #expect(reply.nodes.count == 8 && reply.integer(at: 7) == 1)
    }
}
