import FlashSale
import Testing

@testable import Strategies

/// An error reply that no outcome names is an answer that nobody understands: a hole, and never a quiet end.
struct UnnamedErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var buy: [String]
        var replies: [Said]
        var expected: AttemptResult
    }

    private static let take = "{ send: 'DECR {stock}', outcomes: [ { when: '>= 0', then: won } ] }"
    private static let note = "{ send: 'SADD {lock} {buyer}', outcomes: [ { when: 1, then: won } ] }"

    static let cases = [
        Case(
            testDescription: "a command that failed changed nothing", buy: [take],
            replies: [.error("WRONGTYPE Operation")],
            expected: .init(.failed, isHole: true)),
        Case(
            testDescription: "after one that took the unit", buy: ["{ send: 'DECR {stock}' }", note],
            replies: [4, .error("WRONGTYPE Operation")], expected: .init(.unknown, isHole: true)),
        Case(
            testDescription: "of a word that only begins like a refusal", buy: [take],
            replies: [.error("BUSYGROUP exists")],
            expected: .init(.failed, isHole: true)),
        Case(
            testDescription: "without a code", buy: [take], replies: [.error("sold out, sorry")],
            expected: .init(.failed, isHole: true)),
        // The nearest right cases.
        Case(
            testDescription: "a server that is loading", buy: [take], replies: [.error("LOADING Redis is loading")],
            expected: .init(.failed)),
        Case(
            testDescription: "a server without room, after the unit was taken",
            buy: ["{ send: 'DECR {stock}' }", note],
            replies: [4, .error("OOM command not allowed when used memory > 'maxmemory'.")], expected: .init(.unknown)),
        Case(
            testDescription: "named as what may have happened",
            buy: [
                "{ send: 'DECR {stock}', outcomes: [ { when: error, then: unknown }, { when: '>= 0', then: won } ] }"
            ],
            replies: [.error("WRONGTYPE Operation")], expected: .init(.unknown)),
        Case(
            testDescription: "named by its code",
            buy: [
                "{ send: 'DECR {stock}', outcomes: [ { when: error WRONGTYPE, then: failed }, { when: '>= 0', then: won } ] }"
            ],
            replies: [.error("WRONGTYPE Operation")], expected: .init(.failed)),
    ]

    @Test(arguments: cases) func isAHole(_ row: Case) throws {
        var machine = StrategyMachine(try Played.program(yaml: Played.yaml(buy: row.buy)))
        #expect(Played.play(&machine, row.replies).result == row.expected)
        #expect((machine.firstHole != nil) == row.expected.isHole)
    }
}
