import FlashSale
import Foundation
import Strategies
import Testing

/// What an attempt fills in: who it is, how much it wants, and random numbers.
@Suite struct AttemptValuesTests {
    @Test("every variable")
    func variables() throws {
        let program = try Played.program(
            buy: """
                { send: 'SET {lock} {buyer} {purchase} {attempt} {quantity} {units} {worker} {thread} {now-ms} {sale} {{x}',
                  outcomes: [ { when: ok, then: won } ] }
                """)
        #expect(program.usesWallClock)
        var machine = StrategyMachine(program)
        let action = machine.begin(
            .init(
                buyer: 1, purchase: 2, attempt: 3, quantity: 4, worker: 5, thread: 6, nowMilliseconds: 1_700_000_000_000
            ))
        #expect(action == .send)
        #expect(Played.commands(Array(machine.output)) == "SET {t}:l 1 2 3 4 10 5 6 1700000000000 {t} {x}")
    }

    @Test("quantities, added and subtracted")
    func quantities() throws {
        let program = try Played.program(
            buy: "{ send: 'DECRBY {stock} {quantity}', as: left }",
            "{ if: left < 0, send: 'DECRBY {stock} {0 - quantity}', outcomes: [ { when: any, then: sold-out } ] }",
            "{ send: 'SET {lock} {left + quantity - 1 + units}', outcomes: [ { when: ok, then: won } ] }")
        #expect(!program.usesWallClock)
        #expect(
            Played.play(program, [-1, 2], quantity: 3)
                == Played(writes: ["DECRBY {t}:s 3", "DECRBY {t}:s -3"], result: .init(.soldOut)))
        #expect(Played.play(program, [5, .ok], quantity: 3).writes.last == "SET {t}:l 17")
    }

    private static func words(_ played: Played) -> [String] {
        played.writes.flatMap { $0.split(separator: " ").map(String.init) }.filter { $0.first != "{" }
    }

    @Test("{random} is drawn once for each attempt, and the same for the same seed")
    func random() throws {
        let program = try Played.program(
            buy: "{ send: 'SET {lock} {random}' }", "{ send: 'SET {lock} {random} x{random}', as: a }",
            "{ finish: won }")
        var machine = StrategyMachine(program)
        var again = StrategyMachine(program)
        var seen: Set<String> = []
        for attempt in 1...100 {
            let played = Played.play(&machine, [.ok, .ok], attempt: attempt)
            #expect(played == Played.play(&again, [.ok, .ok], attempt: attempt))
            let words = Self.words(played).filter { $0 != "SET" }
            #expect(words.count == 3)
            #expect(words[1] == words[0] && words[2] == "x\(words[0])")
            #expect((Int(words[0]) ?? -1) >= 0)
            seen.insert(words[0])
        }
        #expect(seen.count == 100)
    }

    @Test("{random 1..5} is drawn for each use, within its bounds, all of them reached")
    func randomRange() throws {
        let program = try Played.program(
            buy: "{ send: 'SET {lock} {random 1..5} a{random -2..2}b{random 7..7}' }", "{ finish: won }")
        var machine = StrategyMachine(program)
        var again = StrategyMachine(program)
        var first: Set<Int> = []
        var second: Set<String> = []
        var differs = false
        for attempt in 1...200 {
            let played = Played.play(&machine, [.ok], attempt: attempt)
            #expect(played == Played.play(&again, [.ok], attempt: attempt))
            let words = Self.words(played)
            first.insert(try #require(Int(words[1])))
            second.insert(words[2])
            differs = differs || "a\(words[1])b7" != words[2]
        }
        #expect(first == Set(1...5))
        #expect(second == Set((-2...2).map { "a\($0)b7" }))
        #expect(differs)
    }

    @Test("the widest range of random numbers, and the largest sums, trap nothing")
    func extremes() throws {
        let most = "9007199254740992"
        let sum = [String](repeating: most, count: 99).joined(separator: " + ")
        let program = try Played.program(
            buy:
                "{ send: 'SET {lock} {random \(Int.min)..\(Int.max)} {\(sum)} {0 - \(sum.replacing("+", with: "-"))}', as: a }",
            "{ finish: won, remaining: '{quantity + \(sum)}' }")
        #expect(Played.play(program, [.ok]).result?.outcome == .won)
    }

    @Test("replies that arrive in the middle of a batch are matched with their own steps")
    func batches() throws {
        let program = try Played.program(
            buy: "{ send: 'GET a{stock}' }", "{ send: 'GET b{stock}' }",
            "{ send: 'GET {stock}', outcomes: [ { when: 3, then: sold-out } ], as: left }", "{ send: 'GET c{stock}' }",
            "{ send: 'GET {lock}', outcomes: [ { when: any, then: won, remaining: '{left}' } ] }")
        let played = Played.play(program, [3, 3, 4, 3, 3])
        #expect(played.writes == ["GET a{t}:s | GET b{t}:s | GET {t}:s", "GET c{t}:s | GET {t}:l"])
        #expect(played.result == .init(.won, remaining: 4))
        #expect(Played.play(program, [1, 1, 3]).result == .init(.soldOut))
    }

    @Test("a batch is decided by an error in its middle, and the others are read")
    func drainedBatch() throws {
        let program = try Played.program(
            buy: "{ send: 'GET a{stock}' }", "{ send: 'GET b{stock}' }", "{ send: 'GET {stock}', as: left }",
            "{ finish: won }")
        var machine = StrategyMachine(program)
        #expect(
            Played.play(&machine, [1, .error("ERR first"), .error("ERR second")]).result == .init(.failed, isHole: true)
        )
        #expect(machine.firstError == "(error) ERR first")
        #expect(Played.play(&machine, [1, 1, 1]).result == .init(.won))
    }
}
