import Foundation
import TestSupport
import Testing

/// What a rehearsal warns of, and what it ends with; each beside the nearest scheme that is right.
struct RehearsalWarningTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    struct Scheme: CustomTestStringConvertible, Sendable {
        var name: String
        /// Warnings that there must be, each once.
        var warnings: [String] = []
        var exitCode: Int32 = 0
        var script = "return 1"
        var outcomes = "{ when: 1, then: won }, { when: 0, then: sold-out }"
        /// Instead of the script's call.
        var buy = ""
        var finally = ""
        var rest = ""
        var testDescription: String { name }
    }

    private static let right = """
        if tonumber(redis.call('GET', KEYS[1]) or 0) < 1 then return 0 end
        redis.call('DECR', KEYS[1])
        return 1
        """
    private static let ledger = "ledger: { read: \"HKEYS {who}\", holds: attempts, atomic: true }"
    private static let lateAnswer = """
        if tonumber(redis.call('GET', KEYS[1]) or 0) < 1 then return 0 end
        redis.call('HSET', KEYS[2], ARGV[1], 1)
        if redis.call('DECR', KEYS[1]) == 1 then return redis.error_reply('LATE answer') end
        return 1
        """
    private static let late = "{ when: 1, then: won }, { when: 0, then: sold-out }, { when: error LATE, then: unknown }"
    private static let lock = """
          - send: SET {lock} {attempt} NX
            outcomes: [ { when: nil, then: conflict } ]
            as: locked
          - script: buy
            keys: [ "{stock}" ]
            outcomes: [ { when: 1, then: won }, { when: 0, then: sold-out } ]
        """

    static let schemes: [Scheme] = [
        Scheme(name: "a scheme that is right", script: right),
        // Units that left without a clear end.
        Scheme(
            name: "an unknown that moved the stock", warnings: ["stock-in-doubt"], script: lateAnswer, outcomes: late),
        Scheme(name: "an unknown that its order tells of", script: lateAnswer, outcomes: late, rest: ledger),
        Scheme(
            name: "an unknown that moved nothing",
            script: "if redis.call('INCR', KEYS[2]) == 2 then return redis.error_reply('LATE answer') end\n" + right,
            outcomes: late),
        // Locks that are left behind.
        Scheme(name: "a lock that nobody gives back", warnings: ["leftover-lock"], script: right, buy: lock),
        Scheme(
            name: "a lock that is given back", script: right, buy: lock,
            finally: "  - { if: locked, send: \"DEL {lock}\" }"),
        Scheme(
            name: "a lock refusal that is called a failure", warnings: ["leftover-lock"], script: right,
            buy: lock.replacing("conflict", with: "failed")),
        Scheme(
            name: "seats that are taken", script: right,
            buy: """
                  - send: HSETNX {who} {random 1..40} {buyer}
                    outcomes: [ { when: 0, then: conflict } ]
                  - script: buy
                    keys: [ "{stock}" ]
                    outcomes: [ { when: 1, then: won }, { when: 0, then: sold-out } ]
                """),
        // Parts that a reply does not have.
        Scheme(
            name: "a remaining that is not there", warnings: ["no-remaining"], script: right,
            outcomes: "{ when: 1, then: won, remaining: \"reply[1]\" }, { when: 0, then: sold-out }"),
        Scheme(
            name: "a remaining that is there",
            script: right.replacing(
                "redis.call('DECR', KEYS[1])\nreturn 1", with: "return redis.call('DECR', KEYS[1]) + 1"),
            outcomes: "{ when: \">= 1\", then: won, remaining: \"{reply - 1}\" }, { when: 0, then: sold-out }"),
        Scheme(
            name: "a capture that is not there", warnings: ["no-capture", "stock-in-doubt", "nothing-sold"],
            exitCode: 2,
            script: right,
            buy: """
                  - script: buy
                    keys: [ "{stock}" ]
                    outcomes: [ { when: 0, then: sold-out } ]
                    as: { code: "reply[1]" }
                  - { send: "HSET {who} {attempt} {code}", outcomes: [ { when: any, then: won } ] }
                """),
        Scheme(
            name: "a capture that the reply of another outcome does not have",
            script: right.replacing("return 1", with: "return { 1, 'code' }"),
            buy: """
                  - script: buy
                    keys: [ "{stock}" ]
                    outcomes: [ { when: 0, then: sold-out } ]
                    as: { code: "reply[1]" }
                  - { send: "HSET {who} {attempt} {code}", outcomes: [ { when: any, then: won } ] }
                """),
        // Errors where a buyer should be told that nothing is left.
        Scheme(
            name: "an error after the last unit", warnings: ["error-after-sold-out"],
            script: right.replacing("return 0", with: "return redis.error_reply('EMPTY shelf')"),
            outcomes: "{ when: 1, then: won }, { when: error EMPTY, then: failed }"),
        Scheme(
            name: "an error that means sold-out",
            script: right.replacing("return 0", with: "return redis.error_reply('EMPTY shelf')"),
            outcomes: "{ when: 1, then: won }, { when: error EMPTY, then: sold-out }"),
        // Replies without an outcome.
        Scheme(
            name: "a reply without an outcome", warnings: ["hole"], exitCode: 2, script: right,
            outcomes: "{ when: 1, then: won }"),
        Scheme(
            name: "a reply without an outcome that goes on to the next step", script: right,
            buy: """
                  - { script: buy, keys: [ "{stock}" ], outcomes: [ { when: 0, then: sold-out } ] }
                  - finish: won
                """),
        Scheme(
            name: "nobody wins", warnings: ["nothing-sold"], exitCode: 2, script: "return 0",
            outcomes: "{ when: 1, then: won }, { when: 0, then: failed }"),
        Scheme(
            name: "everybody is told sold-out at once", warnings: ["nothing-sold"], exitCode: 1, script: "return 0"),
        // Once for each kind, and not once for each buyer.
        Scheme(name: "wins that take nothing", warnings: ["won-without-stock", "never-sold-out"], exitCode: 1),
        Scheme(
            name: "refusals that take units", warnings: ["burned-stock"], exitCode: 1,
            script: "if redis.call('DECR', KEYS[1]) < 2 then return 0 end\nreturn 1", rest: "load: { units: 20 }"),
        // What the file itself says of the load.
        Scheme(
            name: "a limit that is not kept", exitCode: 1, script: right, rest: "limit: 3"),
        Scheme(
            name: "a limit that is kept",
            script: "if tonumber(redis.call('HGET', KEYS[2], ARGV[2]) or 0) >= 3 then return 2 end\n"
                + right.replacing("return 1", with: "redis.call('HINCRBY', KEYS[2], ARGV[2], 1)\nreturn 1"),
            outcomes: "{ when: 1, then: won }, { when: 0, then: sold-out }, { when: 2, then: duplicate }",
            rest: "limit: 3"),
        Scheme(
            name: "units and quantities that only load: tells", exitCode: 1,
            script:
                "if redis.call('GET', KEYS[1]) < ARGV[3] then return 0 end\nredis.call('DECRBY', KEYS[1], ARGV[3])\nreturn 1",
            rest: "load: { units: 9, quantity: 10..12 }"),
    ]

    private func yaml(_ scheme: Scheme) -> String {
        let call = """
              - script: buy
                keys: [ "{stock}", "{who}" ]
                args: [ "{attempt}", "{buyer}", "\(scheme.rest.contains("quantity") ? "{quantity}" : "1")" ]
                outcomes: [ \(scheme.outcomes) ]
            """
        let script = scheme.script.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        return """
            strategy: mine
            \(scheme.rest)
            keys: { stock: "{sale}:stock", who: "{sale}:who", lock: "{sale}:lock" }
            scripts:
              buy: |
            \(script)
            open: [ "SET {stock} {units}" ]
            buy:
            \(scheme.buy.isEmpty ? call : scheme.buy)
            \(scheme.finally.isEmpty ? "" : "finally:\n\(scheme.finally)")
            stock: GET {stock}
            close: [ "DEL {stock} {who} {lock}" ]

            """
    }

    /// What a reading of the scripts warns of is told elsewhere.
    private static let names = [
        "stock-in-doubt", "leftover-lock", "no-remaining", "no-capture", "error-after-sold-out", "hole", "nothing-sold",
        "won-without-stock", "burned-stock", "never-sold-out",
    ]

    @Test("a scheme", arguments: schemes)
    func scheme(_ scheme: Scheme) throws {
        try sandbox.folder.file("mine.yaml", yaml(scheme))
        let check = try sandbox.stress(["strategies", "check", "mine.yaml"])
        for name in Self.names {
            let count = check.output.components(separatedBy: "\n  \(name)  ").count - 1
            #expect(count == (scheme.warnings.contains(name) ? 1 : 0), "\(name)\n\(check.errors)\(check.output)")
        }
        #expect(check.exitCode == scheme.exitCode, "\(check.errors)\(check.output)")
        #expect(check.output.contains("\nBROKEN  ") == (scheme.exitCode == 1), "\(check.output)")
        #expect(check.output.contains("\nOPEN  ") == (scheme.exitCode == 2), "\(check.output)")
    }
}
