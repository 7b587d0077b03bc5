import Foundation
import TestSupport
import Testing

/// Commands that wait for somebody else, in a rehearsal, where nobody else is.
struct BlockingCommandTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String { buy }
        /// Its first step.
        var buy: String
        /// Whether it never ends.
        var blocks = true
    }

    static let cases = [
        Case(buy: "BLPOP {list} 0"), Case(buy: "BZPOPMIN {list} 0"), Case(buy: "BLMPOP 0 1 {list} LEFT"),
        Case(buy: "BLMOVE {list} {stream} LEFT RIGHT 0"), Case(buy: "BRPOPLPUSH {list} {stream} 0"),
        Case(buy: "XREAD BLOCK 0 STREAMS {stream} $"), Case(buy: "WAIT 1 0"),
        // The nearest that are right: a time of their own, what they wait for is there, and nobody to wait for.
        Case(buy: "BLPOP {list} 0.05", blocks: false), Case(buy: "XREAD BLOCK 20 STREAMS {stream} $", blocks: false),
        Case(buy: "BLPOP {filled} 0", blocks: false), Case(buy: "WAIT 0 0", blocks: false),
    ]

    private static func yaml(_ buy: String) -> String {
        """
        strategy: waiting
        keys: { stock: "{sale}:stock", list: "{sale}:list", stream: "{sale}:stream", filled: "{sale}:filled" }
        open: [ "SET {stock} {units}", "RPUSH {filled} 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20" ]
        buy:
          - send: \(buy)
          - send: DECR {stock}
            outcomes: [ { when: "< 0", then: sold-out }, { when: any, then: won } ]
        stock: { read: GET {stock}, below-zero: sold-out }
        close: [ "DEL {stock} {list} {stream} {filled}" ]
        """.replacing("read: GET {stock}", with: "read: \"GET {stock}\"")
    }

    @Test(arguments: cases) func isNamed(_ row: Case) throws {
        let sandbox = try Sandbox()
        try sandbox.folder.file("mine.yaml", Self.yaml(row.buy))
        let check = try sandbox.stress(["strategies", "check", "mine.yaml"])
        guard row.blocks else {
            #expect(check.exitCode == 0, "\(check.output)\(check.errors)")
            return
        }
        #expect(check.exitCode == 64, "\(check.output)\(check.errors)")
        let command = row.buy.replacing("{list}", with: "{sale}:list").replacing("{stream}", with: "{sale}:stream")
        #expect(
            check.errors.contains("mine.yaml: \(command) blocks: it waits for what somebody else does"),
            "\(check.errors)")
        sandbox.expectNothingLeft()
    }

    /// The run itself goes on, and tells it.
    @Test func isToldBeforeARun() throws {
        let sandbox = try Sandbox()
        try sandbox.folder.file("mine.yaml", Self.yaml("BLPOP {list} 0"))
        let run = try sandbox.stress([
            "run", "--procs", "1", "--threads", "2", "--strategy", "mine.yaml", "--buyers", "4", "--units", "4",
            "--timeout",
            "200ms",
        ])
        #expect(run.exitCode == 2, "\(run.output)\(run.errors)")
        #expect(try sandbox.record()["rehearsal"]["problem"].text?.contains("BLPOP {sale}:list 0 blocks") == true)
    }
}
