import FlashSale
import Testing

@testable import Strategies

/// What nodes of a Sentinel's group or a cluster say that do not serve: nothing ran, whatever the strategy file says of errors.
struct RelocationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var buy: [String]
        var replies: [Said]
        var expected: AttemptResult
        var relocation: Relocation?
    }

    private static let moved = "MOVED 3999 127.0.0.1:6381"
    private static let to6381 = Relocation.moved(host: "127.0.0.1", port: 6381)
    private static let take =
        "{ send: 'DECR {stock}', outcomes: [ { when: error, then: unknown }, { when: '>= 0', then: won } ] }"
    private static let note = "{ send: 'SADD {lock} {buyer}', outcomes: [ { when: 1, then: won } ] }"
    private static let script =
        "{ script: buy, outcomes: [ { when: error, then: unknown }, { when: 1, then: won } ] }"
    private static let transaction =
        "{ atomically: [ 'SET {stock} 1' ], outcomes: [ { when: error, then: unknown }, { when: array, then: won } ] }"
    private static let aborted = "EXECABORT Transaction discarded because of previous errors."

    static let cases = [
        Case(
            testDescription: "MOVED to a command, before what the file says of errors", buy: [take],
            replies: [.error(moved)], expected: .init(.failed), relocation: to6381),
        Case(
            testDescription: "MOVED to the second command, after a unit was taken",
            buy: ["{ send: 'DECR {stock}' }", note],
            replies: [4, .error(moved)], expected: .init(.unknown), relocation: to6381),
        Case(
            testDescription: "an empty host is the one that was asked", buy: [take], replies: [.error("MOVED 0 :7000")],
            expected: .init(.failed), relocation: .moved(host: "", port: 7000)),
        Case(
            testDescription: "an IPv6 address", buy: [take], replies: [.error("MOVED 16383 2001:db8::1:7000")],
            expected: .init(.failed), relocation: .moved(host: "2001:db8::1", port: 7000)),
        Case(
            testDescription: "TRYAGAIN to a script ran nothing of it", buy: [script],
            replies: [.error("TRYAGAIN Multiple keys request during rehashing of slot")], expected: .init(.failed),
            relocation: .migrating),
        Case(
            testDescription: "READONLY to a script wrote nothing", buy: [script],
            replies: [.error("READONLY You can't write against a read only replica. script: ab, on @user_script:1.")],
            expected: .init(.failed), relocation: .notServing),
        Case(
            testDescription: "CLUSTERDOWN", buy: [script], replies: [.error("CLUSTERDOWN The cluster is down")],
            expected: .init(.failed), relocation: .notServing),
        Case(
            testDescription: "MOVED while a transaction is queued", buy: [transaction],
            replies: [.ok, .error(moved), .error(aborted)], expected: .init(.conflict), relocation: to6381),
        Case(
            testDescription: "MOVED to EXEC itself", buy: [transaction], replies: [.ok, .queued, .error(moved)],
            expected: .init(.conflict), relocation: to6381),
        Case(
            testDescription: "ASK while a transaction is queued", buy: [transaction],
            replies: [.ok, .error("ASK 3999 h:1"), .error(aborted)], expected: .init(.conflict),
            relocation: .asked(host: "h", port: 1)),
        Case(
            testDescription: "a transaction at a node that became a replica", buy: [transaction],
            replies: [
                .ok, .queued,
                .error(
                    "EXECABORT Transaction discarded because of: READONLY You can't write against a read only replica."),
            ], expected: .init(.failed), relocation: .notServing),
        Case(
            testDescription: "a transaction after a unit was taken", buy: ["{ send: 'DECR {stock}' }", transaction],
            replies: [4, .ok, .error(moved), .error(aborted)], expected: .init(.unknown), relocation: to6381),
        // The nearest that say nothing of the way.
        Case(
            testDescription: "an error that a script makes up", buy: [script],
            replies: [.error("MOVED to another shop")],
            expected: .init(.unknown), relocation: nil),
        Case(
            testDescription: "READONLY in a script's own words", buy: [script],
            replies: [.error("READONLY the shop is closed")], expected: .init(.unknown), relocation: nil),
        Case(
            testDescription: "another error in the transaction", buy: [transaction],
            replies: [.ok, .error("ERR wrong"), .error(aborted)], expected: .init(.unknown), relocation: nil),
        Case(
            testDescription: "a slot that does not exist", buy: [take], replies: [.error("MOVED 16384 h:1")],
            expected: .init(.unknown), relocation: nil),
        Case(
            testDescription: "no port", buy: [take], replies: [.error("MOVED 1 h:0")], expected: .init(.unknown),
            relocation: nil),
    ]

    @Test(arguments: cases) func nothingRan(_ row: Case) throws {
        var machine = StrategyMachine(try Played.program(yaml: Played.yaml(buy: row.buy)))
        machine.mayMove = true
        #expect(Played.play(&machine, row.replies).result == row.expected)
        // Whoever says that sends the client away, and only once.
        #expect(machine.connectionIsSuspect == (row.relocation != nil))
        #expect(machine.takeRelocation() == row.relocation)
        #expect(machine.takeRelocation() == nil)
    }

    @Test func aServerAloneIsJudgedByTheFile() throws {
        var machine = StrategyMachine(try Played.program(yaml: Played.yaml(buy: [Self.take])))
        #expect(Played.play(&machine, [.error(Self.moved)]).result == .init(.unknown))
        #expect(machine.takeRelocation() == nil && !machine.connectionIsSuspect)
    }

    @Test func whatWasLeftBehindIsNotToldLater() throws {
        let finally = "{ send: 'DEL {lock}' }"
        var machine = StrategyMachine(
            try Played.program(yaml: Played.yaml(buy: [Self.take], finally: [finally, "{ send: 'DEL {stock}' }"])))
        machine.mayMove = true
        // The connection is lost after a node has said that the sale is elsewhere.
        #expect(Played.play(&machine, [.error(Self.moved)]).result == .init(.failed))
        #expect(machine.takeRelocation() == nil)
    }
}
