import FlashSale
import Shop
import Strategies
import Testing

/// Steps that were written, and what they are as commands.
@Suite struct SentCommandsTests {
    private static func strategy(_ name: String) throws -> Strategy {
        try StrategyFile.parse(try #require(BuiltinStrategies.yaml(named: name)), file: name)
    }

    /// Plays attempts and counts: direct + queued.
    private static func sent(
        _ name: String, _ attempts: [[Said]], hashes: [String: String] = [:]
    ) throws -> [String: String] {
        var machine = StrategyMachine(try Played.program(name, hashes: hashes))
        for (index, replies) in attempts.enumerated() { _ = Played.play(&machine, replies, attempt: index + 1) }
        let sent = SentCommands(machine.sent, of: try strategy(name), scriptHashes: hashes)
        let total = machine.commandsSent
        #expect(sent.total == total)
        return sent.byName.mapValues { "\($0.direct)+\($0.queued)" }
    }

    @Test func aTransaction() throws {
        let won: [Said] = [.ok, "5", .ok, .queued, .queued, [.ok, 1]]
        let soldOut: [Said] = [.ok, "0"]
        let unwatched: [Said] = [.ok] + won
        #expect(
            // After the first sold-out, the reply to UNWATCH comes first; the last one's UNWATCH is owed still.
            try Self.sent("optimistic", [soldOut, unwatched, won, soldOut]) == [
                "WATCH": "4+0", "GET": "4+0", "MULTI": "2+0", "SET": "0+2", "HSET": "0+2", "EXEC": "2+0",
                "UNWATCH": "1+0",
            ])
    }

    @Test func aScript() throws {
        let noScript = Said.error("NOSCRIPT No matching script.")
        #expect(
            try Self.sent("lua", [[5], [noScript, "abc", 4]], hashes: ["buy": "abc"])
                == ["EVALSHA": "3+0", "SCRIPT": "1+0"])
        #expect(try Self.sent("lua", [[5]]) == ["EVAL": "1+0"])
    }

    @Test func aFunction() throws {
        let unknown = Said.error("ERR Function not found")
        #expect(try Self.sent("function", [[5], [unknown, "x", 4]]) == ["FCALL": "3+0", "FUNCTION": "1+0"])
    }

    @Test(arguments: BuiltinStrategies.names)
    func noAttemptSendsMore(_ name: String) throws {
        let strategy = try Self.strategy(name)
        let most = SentCommands.most(inOneAttemptOf: strategy, scriptHashes: [:])
        var steps = SentSteps(writes: strategy.allSteps.map { _ in 1 }, unwatches: 1)
        let once = SentCommands(steps, of: strategy, scriptHashes: [:])
        for (name, numbers) in once.byName {
            #expect(most[name].direct >= numbers.direct && most[name].queued >= numbers.queued)
        }
        steps.add(steps)
        #expect(SentCommands(steps, of: strategy, scriptHashes: [:]).total == 2 * once.total)
    }

    @Test func clientsAddUp() {
        var sum = SentSteps()
        sum.add(SentSteps(writes: [1, 2], reloads: [0, 1], unwatches: 1))
        sum.add(SentSteps(writes: [10, 20], reloads: [1, 0], unwatches: 2))
        #expect(sum == SentSteps(writes: [11, 22], reloads: [1, 1], unwatches: 3))
    }

    // MARK: Scripts

    @Test(
        arguments: [
            ("return redis.call('decr', KEYS[1])", ["DECR"]), ("return 1", []),
            ("redis.pcall('SET', KEYS[1], 1) -- call('LPUSH')", ["SET"]),
            ("return redis['call']('GET', KEYS[1])", ["GET"]),
            ("local name = KEYS[2] return redis.call(name, KEYS[1])", nil),
            ("return redis.call('GET' .. ARGV[1], KEYS[1])", nil),
        ] as [(String, Set<String>?)])
    func whatAScriptMayCall(_ script: String, _ commands: Set<String>?) throws {
        let strategy = try StrategyFile.parse(
            """
            strategy: mine
            keys: { stock: "{sale}:s" }
            scripts: { buy: "\(script)" }
            open: [ "SET {stock} {units}" ]
            buy: [ { script: buy, keys: [ "{stock}" ], outcomes: [ { when: 1, then: won }, { when: 0, then: sold-out } ] } ]
            stock: GET {stock}
            close: [ "DEL {stock}" ]
            """, file: "mine.yaml")
        #expect(ScriptReach(strategy) == commands.map { .commands($0) } ?? .anything)
    }

    @Test func builtinScriptsAreUnderstood() throws {
        for name in BuiltinStrategies.names {
            #expect(ScriptReach(try Self.strategy(name)) != .anything, "\(name)")
        }
        #expect(ScriptReach(try Self.strategy("lua")) == .commands(["GET", "HSET", "DECRBY"]))
        #expect(ScriptReach(try Self.strategy("optimistic")) == .commands([]))
    }

    @Test func whatNoScriptMayCallIsBeyondAnything() {
        #expect(ScriptReach.anything.includes("GET") && !ScriptReach.anything.includes("EVALSHA"))
        #expect(!ScriptReach.commands(["GET"]).includes("SET"))
    }
}
