import FlashSale
import Strategies
import Testing

/// What attempts met of a file is counted: rules, steps and captures, each by itself.
@Suite struct MetPartsTests {
    @Test func transaction() throws {
        var machine = StrategyMachine(try Played.program("optimistic"))
        _ = Played.play(&machine, [.ok, "0"], attempt: 1)
        let unwatched: [Said] = [.ok, .ok, "5", .ok, .queued, .queued, [.ok, 1]]
        _ = Played.play(&machine, unwatched, attempt: 2)
        _ = Played.play(&machine, [.ok, "4", .ok, .queued, .queued, .null], attempt: 3)
        let met = machine.met
        // WATCH and GET, thinking, MULTI.
        #expect(met.steps == [3, 3, 0, 2])
        // nil, <= 0; nil, array.
        #expect(met.rules == [0, 1, 1, 1])
        #expect(met.captures == [2])
    }

    @Test("a rule behind another is met only where that is not, and a last step that ends the attempt counts")
    func conditions() throws {
        let program = try Played.program(
            buy: "{ send: \"GET {stock}\", as: left, outcomes: [ { when: nil, then: failed } ] }",
            "{ if: left <= 0, finish: sold-out }",
            "{ send: \"DECR {stock}\", outcomes: [ { when: \">= 5\", then: won }, { when: any, then: duplicate } ] }")
        var machine = StrategyMachine(program)
        _ = Played.play(&machine, ["0"], attempt: 1)
        _ = Played.play(&machine, ["9", 7], attempt: 2)
        _ = Played.play(&machine, ["9", 2], attempt: 3)
        _ = Played.play(&machine, [.null], attempt: 4)
        #expect(machine.met.steps == [4, 1, 2])
        #expect(machine.met.rules == [1, 1, 1])
        #expect(machine.met.captures == [3])
    }

    @Test("and told in the words of the file")
    func words() throws {
        let yaml = Played.yaml(
            buy: [
                "{ send: \"GET {stock}\", as: left, outcomes: [ { when: nil, then: failed } ] }", "think",
                "{ script: buy, outcomes: [ { when: \">= 0\", then: won }, { when: -1, then: sold-out } ] }",
            ], finally: ["{ send: \"DEL {lock}\" }"])
        let strategy = try StrategyFile.parse(yaml, file: "mine.yaml")
        let coverage = strategy.coverage(
            MetParts(steps: [5, 0, 4, 5], rules: [1, 4, 0], captures: [4]), isComplete: true)
        #expect(coverage.complete)
        #expect(
            coverage.steps.map { "\($0.step) \($0.does) \($0.met)" } == [
                "1 send GET 5", "3 script buy 4", "4 send DEL 5",
            ])
        #expect(
            coverage.rules.map { "\($0.step) \($0.when) \($0.then.word) \($0.met)" } == [
                "1 nil failed 1", "3 >= 0 won 4", "3 -1 sold-out 0",
            ])
        #expect(coverage.captures == [.init(step: 1, name: "left", met: 4)])
        // Clients that never came to an attempt have counted nothing.
        #expect(strategy.coverage(MetParts(), isComplete: false).rules.map(\.met) == [0, 0, 0])
    }

    @Test func adds() {
        var sum = MetParts(steps: [1], rules: [1, 2], captures: [])
        sum.add(MetParts(steps: [2, 3], rules: [1, 1], captures: [4]))
        #expect(sum == MetParts(steps: [3, 3], rules: [2, 3], captures: [4]))
    }
}
