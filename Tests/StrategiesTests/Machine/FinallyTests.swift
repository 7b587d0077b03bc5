import FlashSale
import Strategies
import Testing

/// The steps that every exit of an attempt takes.
@Suite struct FinallyTests {
    private static let release = "{ if: locked, send: 'DEL {lock}' }"

    private static func locked() throws -> StrategyProgram {
        try Played.program(
            buy: "{ send: 'SET {lock} {attempt} NX', outcomes: [ { when: nil, then: conflict } ], as: locked }",
            """
            { send: 'GET {stock}', as: left, outcomes: [
                { when: nil, then: failed }, { when: '< {quantity}', then: sold-out }, { when: gone, then: duplicate } ] }
            """,
            "{ if: left == 99, finish: unknown }",
            "{ send: 'DECR {stock}', outcomes: [ { when: '>= 0', then: won, remaining: reply } ] }",
            finally: [release])
    }

    @Test(
        "every exit takes them, and the outcome stays",
        arguments: [
            ([.ok, "7", 6, 1], .init(.won, remaining: 6)),
            ([.ok, "0", 1], .init(.soldOut)),
            ([.ok, .null, 1], .init(.failed)),
            ([.ok, "gone", 1], .init(.duplicate)),
            // A capture that cannot be taken, after a write.
            ([.ok, "many", 1], .init(.unknown, isHole: true)),
            ([.ok, "99", 1], .init(.unknown)),
            // An error is an answer, unless the server only says that it does not serve.
            ([.ok, .error("WRONGTYPE"), 1], .init(.unknown, isHole: true)),
            ([.ok, "7", .error("OOM"), 1], .init(.unknown)),
            ([.ok, "7", -1, 1], .init(.unknown, isHole: true)),
            // Whatever the reply is, even an error or one that an outcome of buy speaks of.
            ([.ok, "7", 6, .error("WRONGTYPE")], .init(.won, remaining: 6)),
            ([.ok, "7", 6, .null], .init(.won, remaining: 6)),
            ([.ok, "0", [.error("ERR"), 1]], .init(.soldOut)),
        ] as [([Said], StrategyMachine.Result)])
    func everyExit(replies: [Said], expected: StrategyMachine.Result) throws {
        var machine = StrategyMachine(try Self.locked())
        let played = Played.play(&machine, replies)
        #expect(played.result == expected)
        #expect(played.writes.last == "DEL {t}:l")
        #expect(played.writes.count(where: { $0.contains("DEL") }) == 1)
    }

    @Test("a step whose condition does not hold is not sent")
    func notLocked() throws {
        var machine = StrategyMachine(try Self.locked())
        #expect(Played.play(&machine, [.ok, "7", 6, 1]).writes.count == 4)
        // The lock of the attempt before does not count.
        #expect(Played.play(&machine, [.null]) == Played(writes: ["SET {t}:l 5 NX"], result: .init(.conflict)))
        #expect(Played.play(&machine, [.error("LOADING")]).result == .init(.failed))
    }

    @Test("nothing is sent after a lost connection, and one that is lost inside keeps the outcome")
    func lost() throws {
        var machine = StrategyMachine(try Self.locked())
        for (replies, outcome) in [
            ([], .unknown), ([.ok], .unknown), ([.ok, "7"], .unknown), ([.ok, "7", 6], .won), ([.ok, "0"], .soldOut),
            ([.ok, .null], .failed),
        ] as [([Said], Outcome)] {
            let played = Played.play(&machine, replies)
            #expect(played.result?.outcome == outcome)
            #expect(played.result?.remaining == (outcome == .won ? 6 : nil))
            #expect(machine.mayStillTakeEffect == (outcome == .unknown))
            #expect(played.writes.count == min(replies.count, 3) + 1)
        }
        #expect(Played.play(&machine, [.ok, "7", 6, 1]).result == .init(.won, remaining: 6))
    }

    @Test("they come after finish, and after a step that lacks a capture")
    func otherExits() throws {
        let finally = ["{ send: 'DEL {lock}' }"]
        let finish = try Played.program(buy: "{ finish: won }", finally: finally)
        #expect(Played.play(finish, [1]) == Played(writes: ["DEL {t}:l"], result: .init(.won)))
        let lack = try Played.program(
            buy: "{ if: quantity > 1, send: 'GET {stock}', as: left }",
            "{ send: 'SET {stock} {left}', outcomes: [ { when: ok, then: won } ] }", finally: finally)
        #expect(Played.play(lack, [1]) == Played(writes: ["DEL {t}:l"], result: .init(.failed)))
        let hole = try Played.program(buy: "{ if: quantity > 1, finish: won }", finally: finally)
        #expect(Played.play(hole, [1]) == Played(writes: ["DEL {t}:l"], result: .init(.failed, isHole: true)))
    }

    @Test("a step that needs what was not captured is left out, and those after it are sent")
    func lackingCapture() throws {
        let program = try Played.program(
            buy: "{ if: quantity > 1, send: 'GET {lock}', as: token }",
            "{ send: 'INCR {stock}', outcomes: [ { when: any, then: won } ] }",
            finally: ["{ send: 'LREM {lock} 1 {token}' }", "{ send: 'DEL {lock}' }"])
        var machine = StrategyMachine(program)
        #expect(
            Played.play(&machine, ["t1", 1, 1, 1], quantity: 2).writes
                == ["GET {t}:l", "INCR {t}:s", "LREM {t}:l 1 t1", "DEL {t}:l"])
        let played = Played.play(&machine, [1, 1])
        #expect(played == Played(writes: ["INCR {t}:s", "DEL {t}:l"], result: .init(.won)))
        #expect(machine.firstError == nil)
    }

    @Test("steps without effect go out together, each for itself where a capture is missing")
    func joined() throws {
        let program = try Played.program(
            buy: "{ if: quantity > 1, send: 'GET {lock}', as: token }",
            "{ send: 'INCR {stock}', outcomes: [ { when: any, then: won } ] }",
            finally: ["{ send: 'GET {stock}' }", "{ send: 'GET {token}' }", "{ send: 'GET {lock}' }"])
        var machine = StrategyMachine(program)
        #expect(
            Played.play(&machine, ["t1", 1, 1, 1, 1], quantity: 2).writes.last
                == "GET {t}:s | GET t1 | GET {t}:l")
        // What the attempt before captured is not sent again.
        #expect(
            Played.play(&machine, [1, 1, 1]).writes.dropFirst().joined(separator: " | ") == "GET {t}:s | GET {t}:l")
    }

    @Test("what went out with the step that decided is read first")
    func drained() throws {
        let program = try Played.program(
            buy: "{ send: 'WATCH {stock}' }", "{ send: 'GET {stock}' }",
            "{ send: 'GET {lock}', outcomes: [ { when: any, then: sold-out }, { when: 1, then: won } ] }",
            finally: ["{ send: 'DEL {lock}' }"])
        var machine = StrategyMachine(program)
        let played = Played.play(&machine, [.error("OOM"), "7", "8", .ok, 1])
        #expect(played.writes == ["WATCH {t}:s | GET {t}:s | GET {t}:l", "UNWATCH | DEL {t}:l"])
        #expect(played.result == .init(.failed))
        // Lost in the middle of that: the outcome is known, and nothing more is sent.
        #expect(Played.play(&machine, [.error("OOM"), "7"]).result == .init(.failed))
        #expect(Played.play(&machine, [.ok, "7", "8", .ok, 1]).result == .init(.soldOut))
    }

    @Test("a transaction in finally: its replies are read, and its errors change nothing")
    func transaction() throws {
        let program = try Played.program(
            buy: "{ send: 'INCR {stock}', outcomes: [ { when: any, then: won } ] }",
            finally: ["{ atomically: [ 'DEL {lock}', 'INCR {lock}' ] }"])
        for replies in [
            [1, .ok, .queued, .queued, [1, 1]], [1, .ok, .queued, .queued, .null],
            [1, .ok, .error("OOM"), .queued, .error("EXECABORT")],
            [1, .ok, .queued, .queued, [1, .error("WRONGTYPE")]],
            [1, .error("NOPERM"), 1, 1, .error("ERR EXEC without MULTI")],
        ] as [[Said]] {
            let played = Played.play(program, replies)
            #expect(played.writes.last == "MULTI | DEL {t}:l | INCR {t}:l | EXEC")
            #expect(played.result == .init(.won))
        }
    }

    // MARK: UNWATCH

    private static func watching(_ first: String = "{ send: 'WATCH {stock}' }") throws -> StrategyProgram {
        try Played.program(
            buy: first,
            "{ send: 'GET {stock}', outcomes: [ { when: '<= 0', then: sold-out }, { when: any, then: won } ] }",
            finally: ["{ send: 'DEL {lock}' }"])
    }

    @Test("UNWATCH goes with the first bytes of finally: a watch of the attempt must not undo an unlock")
    func unwatch() throws {
        var machine = StrategyMachine(try Self.watching())
        for _ in 1...2 {
            let played = Played.play(&machine, [.ok, "0", .ok, 1])
            #expect(played.writes == ["WATCH {t}:s | GET {t}:s", "UNWATCH | DEL {t}:l"])
            #expect(played.result == .init(.soldOut))
        }
        #expect(machine.commandsSent == 2 * 4)
        // Lost before its reply: the outcome stands, and a new connection watches nothing.
        #expect(Played.play(&machine, [.ok, "1"]).result == .init(.won))
        #expect(Played.play(&machine, [.ok, "1", .ok, 1]).writes.first == "WATCH {t}:s | GET {t}:s")
    }

    @Test("UNWATCH goes with the next attempt where finally sends nothing")
    func unwatchLater() throws {
        let program = try Played.program(
            buy:
                "{ if: quantity == 2, finish: conflict }, { if: quantity == 3, think: 1ms }, { send: 'WATCH {stock}' }",
            "{ send: 'GET {stock}', outcomes: [ { when: '<= 0', then: sold-out }, { when: any, then: won } ] }",
            finally: ["{ if: quantity == 2, send: 'DEL {lock}' }"])
        var machine = StrategyMachine(program)
        #expect(Played.play(&machine, [.ok, "0"]).writes == ["WATCH {t}:s | GET {t}:s"])
        #expect(
            Played.play(&machine, [.ok, 1], quantity: 2)
                == Played(writes: ["UNWATCH | DEL {t}:l"], result: .init(.conflict)))
        #expect(Played.play(&machine, [.ok, "0"]).writes == ["WATCH {t}:s | GET {t}:s"])
        let third = Played.play(&machine, [.ok, .ok, "0"], quantity: 3)
        #expect(third.writes == ["UNWATCH | WATCH {t}:s | GET {t}:s"])
        #expect(third.thoughts == [1000])
        #expect(third.result == .init(.soldOut))
        #expect(machine.commandsSent == 2 + 2 + 2 + 3)
    }

    @Test("UNWATCH is owed until it is sent, also where attempts send nothing at all")
    func unwatchOwed() throws {
        let program = try Played.program(
            buy:
                "{ if: quantity == 2, finish: conflict }, { if: quantity == 3, think: 1ms }, { send: 'WATCH {stock}' }",
            "{ send: 'GET {stock}', outcomes: [ { when: any, then: won } ] }")
        var machine = StrategyMachine(program)
        #expect(Played.play(&machine, [.ok, "1"]).writes.count == 1)
        #expect(Played.play(&machine, [], quantity: 2) == Played(result: .init(.conflict)))
        // Stopped while it thinks.
        let action = machine.begin(.init(buyer: 1, purchase: 1, attempt: 1, quantity: 3))
        #expect(action == .think(microseconds: 1000))
        #expect(machine.abandon() == .init(.failed))
        #expect(Played.play(&machine, [.ok, .ok, "1"]).writes == ["UNWATCH | WATCH {t}:s | GET {t}:s"])
        // A new connection watches nothing.
        #expect(Played.play(&machine, []).writes == ["UNWATCH | WATCH {t}:s | GET {t}:s"])
        #expect(Played.play(&machine, [.ok, "1"]).writes == ["WATCH {t}:s | GET {t}:s"])
    }

    @Test("a watch of finally's own ends with its EXEC, unless MULTI was refused")
    func unwatchAfterExec() throws {
        let program = try Played.program(
            buy: "{ send: 'GET {stock}', outcomes: [ { when: any, then: won } ] }",
            finally: ["{ send: 'WATCH {lock}' }", "{ atomically: [ 'DEL {lock}' ] }"])
        var machine = StrategyMachine(program)
        _ = Played.play(&machine, ["1", .ok, .ok, .queued, [1]])
        #expect(
            Played.play(&machine, ["1", .ok, .error("NOPERM"), 1, .error("ERR")]).writes.first == "GET {t}:s")
        #expect(Played.play(&machine, [.ok, "1", .ok, .ok, .queued, [1]]).writes.first == "UNWATCH | GET {t}:s")
    }
}
