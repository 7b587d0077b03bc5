import FlashSale
import Foundation
import Strategies
import Testing

/// The machine by scripted replies: every outcome, and every place where a connection can be lost.
@Suite struct StrategyMachineTests {
    static let optimisticEnd = "MULTI | SET {t}:stock 6 | HSET {t}:orders 5 3 | EXEC"

    @Test(
        "optimistic: what goes over the wire, and each outcome",
        arguments: [
            ([.ok, "7", .ok, .queued, .queued, [.ok, 1]], .init(.won, remaining: 6)),
            ([.ok, "7", .ok, .queued, .queued, .null], .init(.conflict)),
            ([.ok, "0"], .init(.soldOut)),
            ([.ok, "-1"], .init(.soldOut)),
            ([.ok, .null], .init(.failed)),
            // What cannot be a number cannot be captured; nothing was written.
            ([.ok, "many"], .init(.failed, isHole: true)),
            ([.ok, ["7"]], .init(.failed, isHole: true)),
            // Errors before anything was written.
            ([.ok, .error("LOADING Redis is loading the dataset in memory")], .init(.failed)),
            ([.error("NOAUTH Authentication required."), .error("NOAUTH Authentication required.")], .init(.failed)),
            // EXEC refuses: nothing of the transaction ran.
            ([.ok, "7", .ok, .error("OOM"), .queued, .error("EXECABORT Transaction discarded")], .init(.failed)),
            (
                [.ok, "7", .ok, .error("ERR unknown command"), .queued, .error("EXECABORT Transaction discarded")],
                .init(.failed, isHole: true)
            ),
            ([.ok, "7", .error("LOADING"), .error("LOADING"), .error("LOADING"), .error("LOADING")], .init(.failed)),
            // MULTI refuses, and the server takes the commands one by one.
            ([.ok, "7", .error("NOPERM"), .ok, 1, .error("ERR EXEC without MULTI")], .init(.unknown)),
            // An error inside EXEC's array: the other command has run.
            ([.ok, "7", .ok, .queued, .queued, [.ok, .error("WRONGTYPE")]], .init(.unknown, isHole: true)),
            // A reply that no outcome matches at the last step is a hole.
            ([.ok, "7", .ok, .queued, .queued, 17], .init(.unknown, isHole: true)),
        ] as [([Said], StrategyMachine.Result)])
    func optimistic(replies: [Said], expected: StrategyMachine.Result) throws {
        var machine = StrategyMachine(try Played.program("optimistic"))
        let played = Played.play(&machine, replies)
        #expect(played.result == expected)
        // WATCH and GET need nothing of each other: they go out together.
        #expect(played.writes.first == "WATCH {t}:stock | GET {t}:stock")
        if replies.count > 2 { #expect(played.writes.dropFirst() == [Self.optimisticEnd]) }
        #expect((machine.firstHole == nil) == !expected.isHole)
    }

    @Test(
        "a connection lost before each reply",
        arguments: [
            // Nothing but WATCH and GET was sent: certainly no effect.
            (0, Outcome.failed), (1, .failed),
            // The transaction was sent, whether or not replies came.
            (2, .unknown), (3, .unknown), (4, .unknown), (5, .unknown),
        ])
    func lost(afterReplies count: Int, expected: Outcome) throws {
        var machine = StrategyMachine(try Played.program("optimistic"))
        let all: [Said] = [.ok, "7", .ok, .queued, .queued, [.ok, 1]]
        let played = Played.play(&machine, Array(all.prefix(count)))
        #expect(played.result == .init(expected))
        #expect(machine.mayStillTakeEffect == (expected == .unknown))
    }

    @Test(
        "naive: a lost connection after SET, and an error at each write",
        arguments: [
            (["7"], Outcome.unknown),
            (["7", .ok], .unknown),
            (["7", .ok, 1], .won),
            // A plain command that failed had no effect, but what was written before it stays.
            (["7", .error("OOM command not allowed")], .failed),
            (["7", .ok, .error("OOM command not allowed")], .unknown),
            ([], .failed),
        ] as [([Said], Outcome)])
    func naive(replies: [Said], expected: Outcome) throws {
        var machine = StrategyMachine(try Played.program("naive"))
        let played = Played.play(&machine, replies)
        #expect(played.result?.outcome == expected)
        #expect(played.result?.remaining == (expected == .won ? 6 : nil))
    }

    @Test("an unknown command counts as a write where the server does not say that it is readonly")
    func unknownCommandsWrite() throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: "naive"))
        let strategy = try StrategyFile.parse(yaml, file: "naive")
        let scenario = Scenario(
            strategy: .init(name: "naive", yaml: yaml), units: 10, buyers: 10, procs: 1, threads: 1)
        var machine = StrategyMachine(
            StrategyProgram(strategy, saleTag: "{t}", readOnlyCommands: [], scenario: scenario))
        let played = Played.play(&machine, [])
        #expect(played.result?.outcome == .unknown)
    }

    @Test("optimistic-decr takes the remaining units from EXEC's reply")
    func optimisticDecr() throws {
        var machine = StrategyMachine(try Played.program("optimistic-decr"))
        let won = Played.play(&machine, [.ok, "7", .ok, .queued, .queued, [6, 1]])
        #expect(won.result == .init(.won, remaining: 6))
        #expect(won.writes.last == "MULTI | DECR {t}:stock | HSET {t}:orders 5 3 | EXEC")
    }

    @Test("unguarded never watches")
    func unguarded() throws {
        var machine = StrategyMachine(try Played.program("unguarded"))
        let played = Played.play(&machine, ["7", .ok, .queued, .queued, [.ok, 1]])
        #expect(played.result == .init(.won, remaining: 6))
        #expect(!played.writes.joined().contains("WATCH"))
    }

    @Test("an attempt that watched and ended without EXEC is followed by UNWATCH")
    func unwatch() throws {
        var machine = StrategyMachine(try Played.program("optimistic"))
        _ = Played.play(&machine, [.ok, "0"])
        let next = Played.play(&machine, [.ok, .ok, "7", .ok, .queued, .queued, .null], attempt: 6)
        #expect(next.writes.first == "UNWATCH | WATCH {t}:stock | GET {t}:stock")
        #expect(next.result == .init(.conflict))
        // EXEC has ended the watch, so nothing is owed now.
        let last = Played.play(&machine, [.ok, "0"], attempt: 7)
        #expect(last.writes == ["WATCH {t}:stock | GET {t}:stock"])
        // A new connection watches nothing.
        _ = machine.lose()
        let fresh = Played.play(&machine, [.ok, "0"], attempt: 8)
        #expect(fresh.writes == ["WATCH {t}:stock | GET {t}:stock"])
    }

    @Test("EXEC that was refused for want of MULTI leaves the watch in place")
    func unwatchAfterRefusedMulti() throws {
        var machine = StrategyMachine(try Played.program("optimistic"))
        _ = Played.play(
            &machine, [.ok, "7", .error("NOPERM"), .error("X"), .error("X"), .error("ERR EXEC without MULTI")])
        let next = Played.play(&machine, [.ok, .ok, "0"])
        #expect(next.writes.first?.hasPrefix("UNWATCH | ") == true)
    }

    @Test("a decision in the middle of a write still reads the other replies")
    func drain() throws {
        var machine = StrategyMachine(try Played.program("optimistic"))
        // The second reply belongs to GET, which went out with WATCH.
        let played = Played.play(&machine, [.error("OOM"), "7"])
        #expect(played.result == .init(.failed))
        var lost = StrategyMachine(try Played.program("optimistic"))
        #expect(Played.play(&lost, [.error("OOM")]).result == .init(.failed))
    }

    @Test("thinking takes what the flag says, within its range, and the same for the same seed")
    func thinking() throws {
        let program = try Played.program("optimistic", think: .init(min: 1000, max: 5000))
        var machine = StrategyMachine(program)
        var again = StrategyMachine(program)
        var seen: Set<Int> = []
        for attempt in 1...50 {
            let replies: [Said] = [.ok, "7", .ok, .queued, .queued, .null]
            let first = Played.play(&machine, replies, attempt: attempt)
            #expect(first == Played.play(&again, replies, attempt: attempt))
            let thought = try #require(first.thoughts.first)
            #expect((1000...5000).contains(thought))
            seen.insert(thought)
        }
        #expect(seen.count > 10)
        var idle = StrategyMachine(try Played.program("optimistic"))
        #expect(Played.play(&idle, [.ok, "7", .ok, .queued, .queued, .null]).thoughts.isEmpty)
    }

    @Test("a run that is stopped while an attempt thinks has bought nothing")
    func abandon() throws {
        var machine = StrategyMachine(try Played.program("optimistic", think: .init(min: 10, max: 10)))
        _ = machine.begin(.init(buyer: 1, purchase: 1, attempt: 1))
        _ = machine.receive(Said.ok.reply)
        #expect(machine.receive(Said.string("7").reply) == .think(microseconds: 10))
        #expect(machine.abandon() == .init(.failed))
        // It watched and never sent EXEC.
        #expect(Played.play(&machine, [.ok, .ok, "0"]).writes.first?.hasPrefix("UNWATCH") == true)
    }

    @Test("templates: a value never becomes two arguments, and each kind of piece is written with its length")
    func templates() throws {
        let yaml = """
            strategy: pieces
            keys: { stock: "{sale}:s", cart: "cart:{sale}:{buyer}" }
            open: [ "SET {stock} {units}" ]
            buy:
              - send: GET {stock}
                as: word
              - send: [ SET, "{cart}", "{word}", "n{attempt}-{purchase + 1}", "{units - 3}", "{{x}", "", "{random 5..5}" ]
                outcomes: [ { when: ok, then: won } ]
            stock: GET {stock}
            close: [ "DEL {stock}" ]
            """
        var machine = StrategyMachine(try Played.program(yaml: yaml))
        let played = Played.play(&machine, ["a b\"c", .ok], attempt: 1234, buyer: 10)
        #expect(played.writes.last == "SET cart:{t}:10 a b\"c n1234-5 7 {x}  5")
        #expect(played.result == .init(.won))
    }

    @Test(
        "numbers that are too large to reckon with are not captured",
        arguments: [
            "-9223372036854775808", "99999999999999999999", "9007199254740993",
        ])
    func extremes(left: String) throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: "optimistic")).replacing("\"<= 0\"", with: "\"0\"")
        var machine = StrategyMachine(try Played.program(yaml: yaml))
        #expect(Played.play(&machine, [.ok, .string(left)]).result == .init(.failed, isHole: true))
        #expect(machine.firstError == "\"\(left)\"")
    }

    @Test("an EXEC that is refused in an unknown way leaves the attempt unknown and the connection unused")
    func suspect() throws {
        var machine = StrategyMachine(try Played.program("optimistic"))
        let played = Played.play(&machine, [.ok, "7", .ok, .queued, .queued, .error("ERR upstream failure")])
        #expect(played.result == .init(.unknown, isHole: true))
        let isSuspect = machine.connectionIsSuspect
        #expect(isSuspect)
        #expect(machine.firstError == "(error) ERR upstream failure")
        #expect(Played.play(&machine, [.ok, "0"], attempt: 6).result == .init(.soldOut))
        let isStillSuspect = machine.connectionIsSuspect
        #expect(!isStillSuspect)
    }

    @Test("an element may judge a reply with an error inside only if it speaks of the error")
    func errorsInside() throws {
        let yaml = try #require(BuiltinStrategies.yaml(named: "optimistic-decr"))
            .replacing("when: array,", with: "when: \"[0] >= 0\",")
        var machine = StrategyMachine(try Played.program(yaml: yaml))
        let played = Played.play(&machine, [.ok, "7", .ok, .queued, .queued, [6, .error("WRONGTYPE")]])
        #expect(played.result == .init(.unknown, isHole: true))
    }
}
