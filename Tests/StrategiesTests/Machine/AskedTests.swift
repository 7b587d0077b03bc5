import FlashSale
import Testing

@testable import Strategies

/// A node that says ASK: the same command goes to the node that it names, behind ASKING, and nothing is executed twice.
struct AskedTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var buy: [String]
        var finally: [String] = []
        /// What is sent, as far as it goes, with its replies.
        var talk: [(sent: String, replies: [Said])]
        var expected: AttemptResult
        var relocation: Relocation?
    }

    private static let ask = Said.error("ASK 3999 127.0.0.1:6381")
    private static let there = "127.0.0.1:6381 <- "
    private static let moved = Said.error("MOVED 3999 127.0.0.1:6381")
    private static let aborted = Said.error("EXECABORT Transaction discarded because of previous errors.")
    private static let tryAgain = Said.error("TRYAGAIN Multiple keys request during rehashing of slot")

    private static let take = "{ send: 'DECR {stock}', outcomes: [ { when: '>= 0', then: won } ] }"
    private static let decr = "{ send: 'DECR {stock}', as: left }"
    private static let note = "{ send: 'SADD {lock} {buyer}', outcomes: [ { when: 1, then: won } ] }"
    private static let script = "{ script: buy, keys: [ '{stock}' ], outcomes: [ { when: 1, then: won } ] }"
    private static let watch = "{ send: 'WATCH {stock}' }"
    private static let read = "{ send: 'GET {stock}', as: left, outcomes: [ { when: 0, then: sold-out } ] }"
    private static let set =
        "{ atomically: [ 'SET {stock} {left - 1}' ], outcomes: [ { when: nil, then: conflict }, { when: array, then: won } ] }"
    private static let wait = "{ wait: 1 10ms, outcomes: [ { when: '>= 1', then: won } ] }"

    private static let transaction = "MULTI | SET {t}:s 6 | "
    private static let watched: [(String, [Said])] = [
        ("WATCH {t}:s | GET {t}:s", [ask, ask]), (there + "ASKING | WATCH {t}:s", [.ok, .ok]),
        ("GET {t}:s", [ask]), (there + "ASKING | GET {t}:s", [.ok, "7"]),
    ]

    static let cases = [
        Case(
            testDescription: "one command", buy: [take],
            talk: [("DECR {t}:s", [ask]), (there + "ASKING | DECR {t}:s", [.ok, 4])], expected: .init(.won)),
        Case(
            testDescription: "each step begins at home", buy: [decr, note],
            talk: [("DECR {t}:s", [ask]), (there + "ASKING | DECR {t}:s", [.ok, 4]), ("SADD {t}:l 3", [1])],
            expected: .init(.won)),
        Case(
            testDescription: "after a unit was taken at home", buy: [decr, note],
            talk: [("DECR {t}:s", [4]), ("SADD {t}:l 3", [ask]), (there + "ASKING | SADD {t}:l 3", [.ok, 1])],
            expected: .init(.won)),
        Case(
            testDescription: "a script that the other node has to load", buy: [script],
            talk: [
                ("EVALSHA h1 1 {t}:s", [ask]),
                (there + "ASKING | EVALSHA h1 1 {t}:s", [.ok, .error("NOSCRIPT No matching script.")]),
                (there + "SCRIPT LOAD return 1 | ASKING | EVALSHA h1 1 {t}:s", ["h1", .ok, 1]),
            ], expected: .init(.won)),
        Case(
            testDescription: "a script that the node at home loads first", buy: [script],
            talk: [
                ("EVALSHA h1 1 {t}:s", [.error("NOSCRIPT No matching script.")]),
                ("SCRIPT LOAD return 1 | EVALSHA h1 1 {t}:s", ["h1", ask]),
                (there + "ASKING | EVALSHA h1 1 {t}:s", [.ok, 1]),
            ], expected: .init(.won)),
        Case(
            testDescription: "a transaction that watches", buy: [watch, read, set],
            talk: watched + [
                (transaction + "DISCARD", [.ok, ask, .ok]),
                (there + "ASKING | " + transaction + "EXEC", [.ok, .ok, .queued, [.ok]]),
            ], expected: .init(.won)),
        Case(
            testDescription: "another buyer was quicker there", buy: [watch, read, set],
            talk: watched + [
                (transaction + "DISCARD", [.ok, ask, .ok]),
                (there + "ASKING | " + transaction + "EXEC", [.ok, .ok, .queued, .null]),
            ], expected: .init(.conflict)),
        Case(
            testDescription: "the transaction's own key is still at home", buy: [watch, read, set],
            talk: watched + [(transaction + "DISCARD", [.ok, .queued, .ok])], expected: .init(.conflict)),
        Case(
            testDescription: "the slot has arrived meanwhile", buy: [watch, read, set],
            talk: watched + [(transaction + "DISCARD", [.ok, moved, .ok])], expected: .init(.conflict),
            relocation: .moved(host: "127.0.0.1", port: 6381)),
        Case(
            testDescription: "MULTI is refused, so that the command was executed by itself", buy: [watch, read, set],
            talk: watched + [
                (transaction + "DISCARD", [.error("NOPERM x"), .ok, .error("ERR DISCARD without MULTI")])
            ],
            expected: .init(.unknown)),
        Case(
            testDescription: "not all keys are there", buy: [watch, read, set],
            talk: watched + [
                (transaction + "DISCARD", [.ok, ask, .ok]),
                (there + "ASKING | " + transaction + "EXEC", [.ok, .ok, .queued, tryAgain]),
            ], expected: .init(.conflict), relocation: .migrating),
        Case(
            testDescription: "what is watched at home cannot be watched elsewhere", buy: [watch, read, set],
            talk: [("WATCH {t}:s | GET {t}:s", [.ok, ask])], expected: .init(.failed),
            relocation: .asked(host: "127.0.0.1", port: 6381)),
        Case(
            testDescription: "a second WATCH at home",
            buy: [watch, read, "{ send: 'WATCH {lock}' }", "{ send: 'GET {lock}' }", set],
            talk: watched + [("WATCH {t}:l | GET {t}:l", [.ok, "x"])], expected: .init(.conflict)),
        Case(
            testDescription: "the other node names a third", buy: [take],
            talk: [("DECR {t}:s", [ask]), (there + "ASKING | DECR {t}:s", [.ok, .error("ASK 3999 :6399")])],
            expected: .init(.failed), relocation: .asked(host: "127.0.0.1", port: 6399)),
        Case(
            testDescription: "the other node does not know of the slot", buy: [decr, note],
            talk: [
                ("DECR {t}:s", [4]), ("SADD {t}:l 3", [ask]),
                (there + "ASKING | SADD {t}:l 3", [.ok, .error("MOVED 3999 :6380")]),
            ], expected: .init(.unknown), relocation: .moved(host: "127.0.0.1", port: 6380)),
        Case(
            testDescription: "a script without all its keys there", buy: [script],
            talk: [("EVALSHA h1 1 {t}:s", [ask]), (there + "ASKING | EVALSHA h1 1 {t}:s", [.ok, tryAgain])],
            expected: .init(.failed), relocation: .migrating),
        Case(
            testDescription: "WAIT is about what was written on the same connection", buy: [decr, wait],
            talk: [
                ("DECR {t}:s", [ask]), (there + "ASKING | DECR {t}:s", [.ok, 4]), (there + "WAIT 1 10", [1]),
            ], expected: .init(.won)),
        Case(
            testDescription: "and after a pause, too", buy: [decr, "{ think: 1ms }", wait],
            talk: [
                ("DECR {t}:s", [ask]), (there + "ASKING | DECR {t}:s", [.ok, 4]), (there + "WAIT 1 10", [1]),
            ], expected: .init(.won)),
        Case(
            testDescription: "the last steps go where the sale is", buy: [take], finally: ["{ send: 'DEL {lock}' }"],
            talk: [("DECR {t}:s", [moved]), ("DEL {t}:l", [moved]), (there + "ASKING | DEL {t}:l", [.ok, 1])],
            expected: .init(.failed), relocation: .moved(host: "127.0.0.1", port: 6381)),
        Case(
            testDescription: "the last steps after a win", buy: [take], finally: ["{ send: 'DEL {lock}' }"],
            talk: [("DECR {t}:s", [4]), ("DEL {t}:l", [ask]), (there + "ASKING | DEL {t}:l", [.ok, 1])],
            expected: .init(.won)),
        Case(
            testDescription: "a transaction among the last steps", buy: [take],
            finally: ["{ atomically: [ 'DEL {lock}' ] }"],
            talk: [
                ("DECR {t}:s", [4]), ("MULTI | DEL {t}:l | EXEC", [.ok, moved, aborted]),
                (there + "ASKING | MULTI | DEL {t}:l | EXEC", [.ok, .ok, .queued, [1]]),
            ], expected: .init(.won), relocation: .moved(host: "127.0.0.1", port: 6381)),
        // The nearest that stay.
        Case(
            testDescription: "a transaction that does not watch",
            buy: ["{ atomically: [ 'SET {stock} 1' ], outcomes: [ { when: array, then: won } ] }"],
            talk: [("MULTI | SET {t}:s 1 | EXEC", [.ok, ask, aborted])], expected: .init(.conflict),
            relocation: .asked(host: "127.0.0.1", port: 6381)),
        Case(
            testDescription: "MOVED before the end", buy: [take], talk: [("DECR {t}:s", [moved])],
            expected: .init(.failed), relocation: .moved(host: "127.0.0.1", port: 6381)),
    ]

    @Test(arguments: cases) func goesWhereItIsAsked(_ row: Case) throws {
        var machine = StrategyMachine(
            try Played.program(yaml: Played.yaml(buy: row.buy, finally: row.finally), hashes: ["buy": "h1"]))
        machine.mayMove = true
        let played = Played.play(&machine, row.talk.flatMap(\.replies))
        #expect(played.writes == row.talk.map(\.sent))
        #expect(played.result == row.expected)
        #expect(machine.takeRelocation() == row.relocation)
        #expect(machine.connectionIsSuspect == (row.relocation != nil) || row.expected.outcome == .unknown)
        #expect(machine.sent.elsewhere == row.talk.count { $0.sent.contains("ASKING") })
        let commands = row.talk.reduce(0) { $0 + $1.sent.count { $0 == "|" } + 1 }
        #expect(machine.commandsSent == commands)
    }

    @Test("what is lost at the other node may have taken effect; what never left has not")
    func lost() throws {
        func machine(_ replies: [Said], _ buy: [String]) throws -> StrategyMachine {
            var machine = StrategyMachine(try Played.program(yaml: Played.yaml(buy: buy)))
            machine.mayMove = true
            var action = machine.begin(.init(buyer: 3, purchase: 4, attempt: 5))
            for reply in replies {
                #expect(action == .send || action == .receive)
                action = machine.receive(reply.reply)
            }
            #expect(action == .follow)
            return machine
        }
        var one = try machine([Self.ask], [Self.take])
        #expect(one.couldNotSend() == .init(.failed))
        var two = try machine([Self.ask], [Self.take])
        #expect(two.mayStillTakeEffect && two.lose() == .init(.unknown))
        var reading = try machine([Self.ask, Self.ask], [Self.watch, Self.read, Self.set])
        #expect(!reading.mayStillTakeEffect && !reading.needsSameConnection && reading.lose() == .init(.failed))
        var second = try machine([4, Self.ask], [Self.decr, Self.note])
        #expect(second.couldNotSend() == .init(.unknown))
    }

    @Test("a WATCH that is left there is taken back there, and a server alone is not left")
    func left() throws {
        var machine = StrategyMachine(try Played.program(yaml: Played.yaml(buy: [Self.watch, Self.read, Self.set])))
        machine.mayMove = true
        let first: [Said] = [Self.ask, Self.ask, .ok, .ok, Self.ask, .ok, 0]
        #expect(Played.play(&machine, first, attempt: 1).result == .init(.soldOut))
        let second = Played.play(&machine, [.ok, Self.ask, Self.ask, .ok, .ok, .ok, Self.ask, .ok, 0], attempt: 2)
        #expect(second.result == .init(.soldOut))
        #expect(
            second.writes == [
                "UNWATCH | WATCH {t}:s | GET {t}:s", Self.there + "UNWATCH | ASKING | WATCH {t}:s", "GET {t}:s",
                Self.there + "ASKING | GET {t}:s",
            ])
        // Without others, ASK is an error like any other.
        var alone = StrategyMachine(try Played.program(yaml: Played.yaml(buy: [Self.take])))
        #expect(Played.play(&alone, [Self.ask]).result == .init(.failed))
    }
}
