import FlashSale
import Strategies
import Testing

/// `if:` and `finish:`.
@Suite struct ConditionTests {
    /// A step that is sent only if the condition holds. `kind` is taken only where the stock is a number above 0.
    private static func program(if condition: String) throws -> StrategyProgram {
        try Played.program(
            buy: "{ send: 'GET {stock}', as: left }",
            "{ if: left > 0, send: 'GET {lock}', as: kind }",
            "{ if: \"\(condition)\", finish: won }",
            "{ finish: sold-out }")
    }

    @Test(
        "when a step is taken; this attempt is number 5, of buyer 3, for 2 of 10 units",
        arguments: [
            ("left > 0", ["1", "x"], true), ("left > 0", ["0"], false), ("left >= 1", ["1", "x"], true),
            ("left<0", ["-1"], true), ("{left} < 0", ["-1"], true), ("{left} < {quantity}", ["1", "x"], true),
            ("left < quantity", ["2", "x"], false), ("left == 7", ["7", "x"], true), ("left != 7", ["7", "x"], false),
            ("left <= 0", ["0"], true), ("left - quantity >= 0", ["2", "x"], true),
            ("{left - quantity} >= 0", ["1", "x"], false), ("left + 1 == 1", ["0"], true),
            ("quantity > 1", ["0"], true), ("units == 10", ["0"], true), ("attempt + buyer == 8", ["0"], true),
            ("3 < 2", ["0"], false), ("2 < 3", ["0"], true), ("-1 < left", ["0"], true),
            ("kind", ["1", "x"], true), ("kind", ["0"], false), ("not kind", ["1", "x"], false),
            ("not kind", ["0"], true), ("left", ["0"], true),
            ("kind == 'vip'", ["1", "vip"], true), ("kind == 'vip'", ["1", "VIP"], false),
            ("kind != 'vip'", ["1", "x"], true), ("kind != 'vip'", ["1", "vip"], false),
            ("{kind} == 'vip'", ["1", "vip"], true), ("kind=='a == b'", ["1", "a == b"], true),
            ("kind == ''", ["1", ""], true), ("kind == ' '", ["1", ""], false),
            // What was not captured compares with nothing.
            ("kind == 'vip'", ["0"], false), ("kind != 'vip'", ["0"], false),
        ] as [(String, [Said], Bool)])
    func holds(condition: String, replies: [Said], expected: Bool) throws {
        let played = Played.play(try Self.program(if: condition), replies, quantity: 2)
        #expect(played.result == .init(expected ? .won : .soldOut))
    }

    @Test("numbers of a capture that was not taken compare with nothing, either way")
    func untakenNumbers() throws {
        for condition in ["count < 5", "count >= 5", "count == 0", "count != 0"] {
            let program = try Played.program(
                buy: "{ send: 'GET {stock}', as: left }", "{ if: left > 0, send: 'GET {lock}', as: count }",
                "{ if: \(condition), finish: won }", "{ finish: sold-out }")
            var machine = StrategyMachine(program)
            // The attempt before has left a 4 and a 0 behind.
            for count in ["4", "0"] {
                _ = Played.play(&machine, ["1", .string(count)])
                #expect(Played.play(&machine, ["0"]).result == .init(.soldOut))
            }
        }
    }

    @Test("a step that is not taken sends nothing, and none of its outcomes counts")
    func skipped() throws {
        let program = try Played.program(
            buy: "{ send: 'DECR {stock}', as: left }",
            "{ if: left < 0, send: 'INCR {stock}', outcomes: [ { when: any, then: sold-out } ] }",
            "{ if: left == 0, atomically: [ 'DEL {stock}', 'DEL {lock}' ] }",
            "{ if: left > 5, script: buy }",
            "{ if: left > 5, think: 3ms }",
            "{ send: 'SET {lock} 1', outcomes: [ { when: ok, then: won, remaining: '{left}' } ] }")
        #expect(
            Played.play(program, [-1, 0])
                == Played(writes: ["DECR {t}:s", "INCR {t}:s"], result: .init(.soldOut)))
        #expect(
            Played.play(program, [0, .ok, .queued, .queued, [1, 0], .ok]).writes
                == ["DECR {t}:s", "MULTI | DEL {t}:s | DEL {t}:l | EXEC", "SET {t}:l 1"])
        #expect(
            Played.play(program, [3, .ok])
                == Played(writes: ["DECR {t}:s", "SET {t}:l 1"], result: .init(.won, remaining: 3)))
        #expect(
            Played.play(program, [6, 1, .ok])
                == Played(
                    writes: ["DECR {t}:s", "EVAL return 1 0", "SET {t}:l 1"], thoughts: [3000],
                    result: .init(.won, remaining: 6)))
        // An error of a step that was taken ends the attempt as ever.
        #expect(Played.play(program, [-1, .error("LOADING")]).result == .init(.unknown))
    }

    @Test(
        "finish ends an attempt without a command",
        arguments: [
            ("won", StrategyMachine.Result(.won)), ("won, remaining: '{left}'", .init(.won, remaining: 7)),
            ("won, remaining: '{left - quantity}'", .init(.won, remaining: 5)),
            ("won, remaining: '{units - left}'", .init(.won, remaining: 3)),
            ("won, remaining: '3'", .init(.won, remaining: 3)), ("won, remaining: '-3'", nil),
            ("won, remaining: '{3}'", .init(.won, remaining: 3)),
            ("unknown, remaining: '{left}'", .init(.unknown, remaining: 7)),
            ("sold-out", .init(.soldOut)), ("conflict", .init(.conflict)), ("duplicate", .init(.duplicate)),
            ("failed", .init(.failed)), ("unknown", .init(.unknown)),
        ] as [(String, StrategyMachine.Result?)])
    func finish(text: String, expected: StrategyMachine.Result?) throws {
        func program() throws -> StrategyProgram {
            try Played.program(
                buy: "{ send: 'GET {stock}', as: left }", "{ if: left < 0, finish: won }", "{ finish: \(text) }")
        }
        guard let expected else {
            #expect(throws: StrategyFileError.self) { try program() }
            return
        }
        let played = Played.play(try program(), ["7"], quantity: 2)
        #expect(played == Played(writes: ["GET {t}:s"], result: expected))
    }

    @Test("an attempt may end before it sends anything")
    func finishFirst() throws {
        let program = try Played.program(
            buy: "{ if: quantity > 1, finish: sold-out }",
            "{ send: 'INCR {stock}', outcomes: [ { when: any, then: won } ] }")
        #expect(Played.play(program, [], quantity: 2) == Played(result: .init(.soldOut)))
        #expect(Played.play(program, [1]).result == .init(.won))
    }

    @Test("where no step is left whose condition holds, the attempt ends as a hole")
    func nothingLeft() throws {
        let step = "{ if: quantity > 1, send: 'INCR {stock}', outcomes: [ { when: any, then: won } ] }"
        var machine = StrategyMachine(try Played.program(buy: step))
        #expect(Played.play(&machine, []) == Played(result: .init(.failed, isHole: true)))
        #expect(machine.firstHole == "(no step was left whose if: holds)")
        #expect(Played.play(&machine, [1], quantity: 2).result == .init(.won))
    }

    @Test("which step is the last one is decided by the conditions")
    func lastStep() throws {
        let program = try Played.program(
            buy: "{ send: 'INCR {stock}', as: left, outcomes: [ { when: 1, then: won } ] }",
            "{ if: left > 5, send: 'GET {stock}', outcomes: [ { when: 2, then: sold-out } ] }", "think: 1ms")
        var machine = StrategyMachine(program)
        #expect(Played.play(&machine, [4]).result == .init(.unknown, isHole: true))
        #expect(machine.firstHole == "(integer) 4")
        #expect(Played.play(&machine, [6, 2]).result == .init(.soldOut))
        #expect(Played.play(&machine, [6, 3]).result == .init(.unknown, isHole: true))
        #expect(machine.firstHole == "(integer) 4")
    }

    @Test("a condition on a random number is drawn once for each attempt")
    func random() throws {
        let program = try Played.program(
            buy: "{ send: 'GET {stock}' }", "{ if: 'random 1..2 == 1', finish: won }", "{ finish: sold-out }")
        var machine = StrategyMachine(program)
        var again = StrategyMachine(program)
        var outcomes: Set<Outcome> = []
        for attempt in 1...50 {
            let played = Played.play(&machine, ["1"], attempt: attempt)
            #expect(played == Played.play(&again, ["1"], attempt: attempt))
            if let outcome = played.result?.outcome { outcomes.insert(outcome) }
        }
        #expect(outcomes == [.won, .soldOut])
    }

    @Test("a random condition of the last step comes out the same whenever it is asked")
    func randomLast() throws {
        let program = try Played.program(
            buy: "{ send: 'GET {stock}' }", "{ if: 'random 1..2 == 1', finish: won }",
            "{ if: 'random 1..2 == 1', finish: sold-out }")
        var machine = StrategyMachine(program)
        var results: [StrategyMachine.Result] = []
        for attempt in 1...100 {
            let result = try #require(Played.play(&machine, ["1"], attempt: attempt).result)
            if !results.contains(result) { results.append(result) }
        }
        #expect(results.count == 3)
        for expected in [.init(.won), .init(.soldOut), .init(.unknown, isHole: true)] as [StrategyMachine.Result] {
            #expect(results.contains(expected))
        }
        #expect(machine.firstHole == "\"1\"")
    }
}
