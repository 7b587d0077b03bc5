import FlashSale
import Strategies
import Testing

/// Steps that call scripts and functions, which the server may have forgotten.
@Suite struct ScriptStepTests {
    private static let noScript = Said.error("NOSCRIPT No matching script. Please use EVAL.")
    private static let noFunction = Said.error("ERR Function not found")
    private static let rules = "outcomes: [ { when: 1, then: won }, { when: error BUSY, then: sold-out } ]"
    private static let buy = "{ script: buy, keys: [ '{stock}' ], args: [ '{buyer}', '{quantity}' ], \(rules) }"
    private static let call = "EVALSHA abc 1 {t}:s 3 1"
    private static let hashes = ["buy": "abc", "free": "def", "whole": "123"]
    private static let load = "SCRIPT LOAD return 1"

    @Test(
        "what goes out",
        arguments: [
            (buy, hashes, call),
            (buy, [:], "EVAL return 1 1 {t}:s 3 1"),
            (buy, ["free": "def"], "EVAL return 1 1 {t}:s 3 1"),
            ("{ script: buy, \(rules) }", hashes, "EVALSHA abc 0"),
            ("{ script: buy, \(rules) }", [:], "EVAL return 1 0"),
            ("{ script: buy, args: [ '{buyer}' ], \(rules) }", hashes, "EVALSHA abc 0 3"),
            ("{ script: buy, args: 'a \"b c\" {attempt}', \(rules) }", hashes, "EVALSHA abc 0 a b c 5"),
            ("{ script: buy, keys: '{stock} {lock}', \(rules) }", hashes, "EVALSHA abc 2 {t}:s {t}:l"),
            ("{ script: whole, keys: [ '{stock}' ], \(rules) }", hashes, "EVAL return 3 1 {t}:s"),
            ("{ function: f_1, keys: [ '{stock}' ], args: [ '{buyer}' ], \(rules) }", hashes, "FCALL t_f_1 1 {t}:s 3"),
            ("{ function: f_1, \(rules) }", [:], "FCALL t_f_1 0"),
        ])
    func wire(step: String, hashes: [String: String], expected: String) throws {
        let played = Played.play(try Played.program(buy: step, hashes: hashes), [1])
        #expect(played.writes == [expected])
        #expect(played.result == .init(.won))
    }

    @Test("a script that the server forgot is loaded, and the call repeated in the same write")
    func reload() throws {
        var machine = StrategyMachine(try Played.program(buy: Self.buy, hashes: Self.hashes))
        for attempt in 1...2 {
            let played = Played.play(&machine, [Self.noScript, "abc", 1])
            #expect(played.writes == [Self.call, "\(Self.load) | \(Self.call)"])
            #expect(played.result == .init(.won))
            #expect(machine.reloads == attempt)
            #expect(machine.commandsSent == 3 * attempt)
        }
        #expect(machine.firstError == nil)
    }

    @Test("a function that the server forgot comes back with every library of the file")
    func reloadFunction() throws {
        var machine = StrategyMachine(
            try Played.program(buy: "{ function: f, keys: [ '{stock}' ], \(Self.rules) }", hashes: [:]))
        let played = Played.play(&machine, [Self.noFunction, "a", .error("ERR Library 'b' already exists"), 1])
        #expect(
            played.writes == [
                "FCALL t_f 1 {t}:s", "FUNCTION LOAD #!lua name=t_a | FUNCTION LOAD #!lua name=t_b | FCALL t_f 1 {t}:s",
            ])
        #expect(played.result == .init(.won))
        #expect(machine.reloads == 1)
        #expect(machine.commandsSent == 4)
    }

    @Test(
        "what was forgotten twice has not run",
        arguments: [
            (buy, [noScript, "abc", noScript], Outcome.failed),
            (buy, [noScript, .error("NOPERM"), noScript], .failed),
            ("{ function: f, \(rules) }", [noFunction, "a", "b", noFunction], .failed),
            ("{ send: INCR {lock} }, \(buy)", [1, noScript, "abc", noScript], .unknown),
            ("{ send: INCR {lock} }, { function: f, \(rules) }", [1, noFunction, "a", "b", noFunction], .unknown),
            ("{ send: GET {lock} }, \(buy)", [1, noScript, "abc", noScript], .failed),
            // A script that is sent whole is never asked for.
            ("{ script: whole, \(rules) }", [noScript], .failed),
        ] as [(String, [Said], Outcome)])
    func twice(steps: String, replies: [Said], expected: Outcome) throws {
        let quoted = steps.replacing("INCR {lock}", with: "'INCR {lock}'").replacing("GET {lock}", with: "'GET {lock}'")
        var machine = StrategyMachine(try Played.program(buy: quoted, hashes: Self.hashes))
        #expect(Played.play(&machine, replies).result == .init(expected))
        #expect(machine.firstError != nil)
    }

    @Test("each step may load its script again, in one attempt")
    func twoScripts() throws {
        let steps = "{ script: buy }, { script: free, \(Self.rules) }"
        let played = Played.play(
            try Played.program(buy: steps, hashes: Self.hashes), [Self.noScript, "abc", 7, Self.noScript, "def", 1])
        #expect(
            played.writes == [
                "EVALSHA abc 0", "\(Self.load) | EVALSHA abc 0", "EVALSHA def 0",
                "SCRIPT LOAD return 2 | EVALSHA def 0",
            ])
        #expect(played.result == .init(.won))
    }

    @Test("a script that is unknown in finally is loaded too, and changes nothing of the outcome")
    func finally() throws {
        let program = try Played.program(
            buy: Self.buy, finally: ["{ script: free, keys: [ '{lock}' ] }"], hashes: Self.hashes)
        var machine = StrategyMachine(program)
        let played = Played.play(&machine, [1, Self.noScript, "def", 0])
        #expect(
            played.writes == [Self.call, "EVALSHA def 1 {t}:l", "SCRIPT LOAD return 2 | EVALSHA def 1 {t}:l"])
        #expect(played.result == .init(.won))
        #expect(machine.reloads == 1)
        // Twice, and lost in between.
        #expect(Played.play(&machine, [1, Self.noScript, "def", Self.noScript]).result == .init(.won))
        #expect(Played.play(&machine, [1, Self.noScript]).result == .init(.won))
        #expect(Played.play(&machine, [1, Self.noScript, "def"]).result == .init(.won))
        // What was left over of the lost attempt is forgotten.
        #expect(Played.play(&machine, [1, 1]).result == .init(.won))
    }

    @Test(
        "an error of a script leaves the attempt unknown, whatever it is, unless an outcome speaks of it",
        arguments: [
            (.error("ERR user_script:1: attempt to compare nil with number"), .init(.unknown, isHole: true)),
            (.error("WRONGTYPE Operation against a key"), .init(.unknown, isHole: true)),
            (.error("LOADING Redis is loading"), .init(.unknown)),
            (.error("OOM command not allowed"), .init(.unknown)),
            (.error("NOSCRIPTED"), .init(.unknown, isHole: true)),
            (.error("OOMPH"), .init(.unknown, isHole: true)),
            (.error("BUSY Redis is busy"), .init(.soldOut)),
        ] as [(Said, AttemptResult)])
    func errors(reply: Said, expected: AttemptResult) throws {
        for step in [Self.buy, "{ function: f, \(Self.rules) }"] {
            let played = Played.play(try Played.program(buy: step, hashes: Self.hashes), [reply])
            #expect(played.result == expected)
        }
    }

    @Test(
        "a connection that is lost before each reply",
        arguments: [
            ([], Outcome.failed), ([.null], .unknown), ([.null, noScript], .unknown),
            ([.null, noScript, "abc"], .unknown), ([.null, noScript, "abc", 1], .won),
        ] as [([Said], Outcome)])
    func lost(replies: [Said], expected: Outcome) throws {
        var machine = StrategyMachine(
            try Played.program(buy: "{ send: 'GET {stock}' }", Self.buy, hashes: Self.hashes))
        #expect(Played.play(&machine, replies).result == .init(expected))
        #expect(machine.mayStillTakeEffect == (expected == .unknown))
        // The next attempt waits for none of the replies that were lost.
        #expect(Played.play(&machine, [.null, 1]).result == .init(.won))
    }
}
