import Foundation
import TestSupport
import Testing

/// `stress strategies`.
struct StrategiesCommandTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test func whatIsShownIsAFileOfOnesOwn() throws {
        for name in ["optimistic", "lua", "tokens", "function"] {
            let shown = try sandbox.stress(["strategies", "show", name])
            #expect(shown.exitCode == 0 && shown.output.hasPrefix("strategy: \(name)\n"))
            try sandbox.folder.file("mine.yaml", shown.output)
            let check = try sandbox.stress(["strategies", "check", "mine.yaml"])
            #expect(check.exitCode == 0, "\(check.errors)\(check.output)")
            #expect(check.output.contains("mine.yaml"))
        }
    }

    @Test(arguments: [["show", "luaa"], ["check", "luaa"], ["show"], ["check"], ["chekc", "lua"]])
    func wrongWords(_ words: [String]) throws {
        let run = try sandbox.stress(["strategies"] + words)
        #expect(run.exitCode == 64)
        #expect(run.output.isEmpty && !run.errors.isEmpty)
        if words.last == "luaa" { #expect(run.errors.contains("did you mean lua?")) }
    }

    @Test func withoutARedisServer() throws {
        let run = try sandbox.stress(["strategies", "check", "lua"], environment: ["STRESS_REDIS_SERVER": "/nowhere"])
        #expect(run.exitCode == 69 && run.errors.contains("/nowhere"), "\(run.errors)")
    }

    /// Every command, the reply as Redis gave it, what the file makes of it, and the stock after it.
    @Test func showsWhatHappens() throws {
        let check = try sandbox.stress(["strategies", "check", "lua-stream"])
        #expect(check.exitCode == 0, "\(check.errors)\(check.output)")
        for line in [
            "  open SET {stress:check}:stock 3",
            "  > EVALSHA buy 3 {stress:check}:stock {stress:check}:buyers {stress:check}:orders 1 1",
            "      script SISMEMBER {stress:check}:buyers 1",
            "  < (integer) 0",
            "  = won; stock 3 -> 2",
            "buyer 1, once more:",
            "  = duplicate; stock 2 -> 2",
            "  = sold-out; stock 0 -> 0",
        ] {
            #expect(check.output.contains("\(line)\n"), "\(line)\n\(check.output)")
        }
        #expect(check.errors.isEmpty)
        sandbox.expectNothingLeft()
    }

    private static func strategy(_ script: String, outcomes: String = "") -> String {
        """
        strategy: mine
        limit: 1
        keys: { stock: "{sale}:stock", who: "{sale}:who" }
        scripts:
          buy: |
        \(script.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
        open: [ "SET {stock} {units}" ]
        buy:
          - script: buy
            keys: [ "{stock}", "{who}" ]
            args: [ "{buyer}", "{sale}:extra" ]
            outcomes:
        \(outcomes.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n"))
              - { when: ">= 1", then: won }
              - { when: 0, then: sold-out }
        stock: GET {stock}
        close: [ "DEL {stock} {who}" ]
        """
    }

    struct Doubt: CustomTestStringConvertible, Sendable {
        var warning: String
        var exitCode: Int32
        var script: String
        var outcomes = ""
        var testDescription: String { warning }
    }

    static let doubts: [Doubt] = [
        Doubt(warning: "won-without-stock", exitCode: 1, script: "return 1"),
        Doubt(
            warning: "negative-stock", exitCode: 1,
            script: "if redis.call('DECR', KEYS[1]) < -1 then return 0 end\nreturn 1"),
        Doubt(
            warning: "unreachable-outcome", exitCode: 0,
            script: "if redis.call('DECR', KEYS[1]) < 0 then\n redis.call('INCR', KEYS[1])\n return 0 end\nreturn 1",
            outcomes: "- { when: 7, then: duplicate }"),
        Doubt(
            warning: "unreachable-outcome", exitCode: 0,
            script: "if tonumber(redis.call('GET', KEYS[1]) or '0') < 1 then return 0 end\n"
                + "return redis.call('DECR', KEYS[1]) + 1",
            outcomes: "- { when: \"-5..-1\", then: failed }\n- { when: -3, then: failed }"),
        Doubt(
            warning: "undeclared-key", exitCode: 0,
            script: "redis.call('SADD', ARGV[2], ARGV[1])\n"
                + "if redis.call('DECR', KEYS[1]) < 0 then\n redis.call('INCR', KEYS[1])\n return 0 end\nreturn 1"),
        Doubt(
            warning: "zero-is-true", exitCode: 1,
            script: "if redis.call('SISMEMBER', KEYS[2], ARGV[1]) then return 2 end\n"
                + "redis.call('DECR', KEYS[1])\nreturn 1",
            outcomes: "- { when: 2, then: duplicate }"),
        Doubt(
            warning: "string-comparison", exitCode: 1,
            script: "if redis.call('GET', KEYS[1]) == 0 then return 0 end\nredis.call('DECR', KEYS[1])\nreturn 1"),
        Doubt(
            warning: "sells-without-stock", exitCode: 0,
            script: "local left = redis.call('GET', KEYS[1])\nif left and tonumber(left) < 1 then return 0 end\n"
                + "if left then redis.call('DECR', KEYS[1]) end\nreturn 1"),
        Doubt(
            warning: "burned-stock", exitCode: 1,
            script: "if redis.call('DECR', KEYS[1]) < 0 then return 0 end\nreturn 1"),
        Doubt(
            warning: "sold-out-with-stock", exitCode: 1,
            script: "if tonumber(redis.call('GET', KEYS[1])) <= 1 then return 0 end\n"
                + "redis.call('DECR', KEYS[1])\nreturn 1"),
        Doubt(
            warning: "hole", exitCode: 2,
            script: "if tonumber(redis.call('GET', KEYS[1])) < 1 then return -1 end\n"
                + "redis.call('DECR', KEYS[1])\nreturn 1"),
    ]

    @Test("a rehearsal warns", arguments: doubts)
    func warns(_ doubt: Doubt) throws {
        // A buyer who comes twice would break the limit of some of them.
        let text = Self.strategy(doubt.script, outcomes: doubt.outcomes)
            .replacingOccurrences(
                of: "limit: 1", with: doubt.outcomes.contains("duplicate") ? "limit: 20" : "summary: none")
        try sandbox.folder.file("mine.yaml", text)
        let check = try sandbox.stress(["strategies", "check", "mine.yaml"])
        #expect(check.output.contains("\n  \(doubt.warning)  "), "\(check.errors)\(check.output)")
        #expect(check.exitCode == doubt.exitCode, "\(check.errors)\(check.output)")
        #expect(check.output.contains("BROKEN") == (doubt.exitCode == 1))
    }

    private func withoutClaims(_ name: String) throws -> String {
        try sandbox.stress(["strategies", "show", name]).output
            .replacing(/safe-under:.*\n/, with: "")
    }

    @Test func showsWhatTheAuthorClaims() throws {
        let shown = try withoutClaims("lua")
        try sandbox.folder.file("mine.yaml", shown + "safe-under: [ crash-redis, kill-connections ]\n")
        let check = try sandbox.stress(["strategies", "check", "mine.yaml"])
        #expect(
            check.exitCode == 0 && check.output.contains("safe under crash-redis, kill-connections"), "\(check.output)")
        #expect(
            check.output.contains("  - safe-under: kill-connections: held: under kill-connections@"), "\(check.output)")
    }

    @Test func putsWhatTheAuthorClaimsToTheTest() throws {
        let shown = try withoutClaims("lua")
        try sandbox.folder.file("mine.yaml", shown + "safe-under: [ restock-reset ]\n")
        let check = try sandbox.stress(["strategies", "check", "mine.yaml"])
        #expect(
            check.exitCode == 1 && check.output.contains("Claims of the strategy file  1 broken"), "\(check.output)")
        sandbox.expectNothingLeft()
    }

    @Test func warnsOfAWinThatTellsTheNumberSold() throws {
        let shown = try sandbox.stress(["strategies", "show", "hash"]).output
        try sandbox.folder.file("mine.yaml", shown.replacingOccurrences(of: "{total - sold}", with: "{sold}"))
        let check = try sandbox.stress(["strategies", "check", "mine.yaml"])
        #expect(check.output.contains("\n  wrong-remaining  "), "\(check.output)")
    }
}
