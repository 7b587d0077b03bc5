import FlashSale
import Strategies
import Testing

/// `wait:`, which asks how many replicas have what was written.
@Suite struct WaitStepTests {
    private static let decr =
        "{ send: 'DECR {stock}', outcomes: [ { when: '< 0', then: sold-out } ], as: left }"
    private static let wait =
        "{ wait: 2 1.5s, outcomes: [ { when: '>= 2', then: won, remaining: '{left}' }, { when: 0, then: failed } ] }"

    private static func played(_ replies: [Said], wait: String = wait) throws -> Played {
        Played.play(try Played.program(buy: decr, wait), replies)
    }

    @Test("it sends WAIT on the same connection, once the steps before have answered")
    func sends() throws {
        let played = try Self.played([6, 2])
        #expect(played.writes == ["DECR {t}:s", "WAIT 2 1500"])
        #expect(played.result == .init(.won, remaining: 6))
    }

    @Test("fewer than wanted may be forgotten, unless the file says otherwise")
    func fewer() throws {
        #expect(try Self.played([6, 1]).result == .init(.unknown))
        #expect(try Self.played([6, 0]).result == .init(.failed))
        #expect(try Self.played([6, 3]).result == .init(.won, remaining: 6))
        // Nobody is asked about what was not taken.
        #expect(try Self.played([-1]) == Played(writes: ["DECR {t}:s"], result: .init(.soldOut)))
    }

    @Test("without outcomes of its own, enough lets the attempt go on")
    func goesOn() throws {
        let program = try Played.program(buy: Self.decr, "{ wait: 1 10ms }", "{ finish: won }")
        #expect(Played.play(program, [6, 1]).result == .init(.won))
        #expect(Played.play(program, [6, 0]).result == .init(.unknown))
    }

    @Test("an error and a lost connection leave open what was written before")
    func errors() throws {
        // What a primary says that was made a replica meanwhile.
        #expect(try Self.played([6, .error("UNBLOCKED force unblock")]).result == .init(.unknown))
        #expect(try Self.played([6, .error("READONLY")]).result == .init(.unknown))
        let named = "{ wait: 1 1s, outcomes: [ { when: error UNBLOCKED, then: failed }, { when: any, then: won } ] }"
        #expect(try Self.played([6, .error("UNBLOCKED force unblock")], wait: named).result == .init(.failed))
        #expect(try Self.played([6]).result == .init(.unknown))
    }

    @Test("whether it was enough is a rule of the file's, for the report")
    func coverage() throws {
        let strategy = try StrategyFile.parse(Played.yaml(buy: [Self.decr, Self.wait]), file: "mine.yaml")
        let coverage = strategy.coverage(MetParts(), isComplete: true)
        #expect(coverage.steps.map(\.does) == ["send DECR", "wait"])
        #expect(coverage.rules.map(\.when) == ["< 0", ">= 2", "0", "< 2"])
        #expect(coverage.rules.last?.then == .unknown)
    }

    @Test("a file that waits for more replicas than there are is known before")
    func replicas() throws {
        let strategy = try StrategyFile.parse(Played.yaml(buy: [Self.decr, Self.wait]), file: "mine.yaml")
        #expect(strategy.waitedReplicas == 2)
        for enough in [2, 3, nil] { #expect(strategy.problemOfWaiting(replicas: enough) == nil) }
        for few in [0, 1] {
            let problem = try #require(strategy.problemOfWaiting(replicas: few))
            #expect(problem.hasPrefix("mine.yaml:7: an attempt waits for 2 replicas"), "\(problem)")
        }
        let other = try StrategyFile.parse(
            Played.yaml(buy: ["{ send: 'DECR {stock}', outcomes: [ { when: any, then: won } ] }"]), file: "mine.yaml")
        #expect(other.waitedReplicas == 0 && other.problemOfWaiting(replicas: 0) == nil)
    }

    @Test(
        arguments: [
            ("1", "how many replicas"), ("0 1s", "how many replicas"), ("101 1s", "how many replicas"),
            ("1 1s 2", "how many replicas"), ("one 1s", "how many replicas"), ("1 5", "has no unit"),
            ("1 0ms", "whole milliseconds"), ("1 250us", "whole milliseconds"), ("1 61s", "whole milliseconds"),
            ("''", "how many replicas"),
        ])
    func mistakes(_ text: String, _ says: String) throws {
        let error = try #require(throws: StrategyFileError.self) {
            _ = try StrategyFile.parse(
                Played.yaml(buy: [Self.decr, "{ wait: \(text), outcomes: [ { when: any, then: won } ] }"]),
                file: "mine.yaml")
        }
        #expect(error.message.hasPrefix("wait: ") && error.message.contains(says), "\(error)")
    }

    @Test("what every exit takes waits for nobody, and a step has one kind")
    func elsewhere() throws {
        for (buy, finally, says) in [
            (["{ wait: 1 1s, send: 'GET {stock}' }"], [], "send and wait"),
            (["{ wait: 1 1s, keys: [ a ] }"], [], "a wait step has no keys:"),
            (
                ["{ send: 'DECR {stock}', outcomes: [ { when: any, then: won } ] }"], ["{ wait: 1 1s }"],
                "finally: only sends"
            ),
        ] as [([String], [String], String)] {
            let error = try #require(throws: StrategyFileError.self) {
                _ = try StrategyFile.parse(Played.yaml(buy: buy, finally: finally), file: "mine.yaml")
            }
            #expect(error.message.contains(says), "\(error)")
        }
    }
}
