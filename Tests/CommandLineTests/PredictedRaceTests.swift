import Foundation
import TestSupport
import Testing

/// Races that a rehearsal names without having seen one.
struct PredictedRaceTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// The sentences of a warning in what `strategies check` prints, each in one line.
    private func warnings(_ name: String, of file: String) throws -> [String] {
        let check = try sandbox.stress(["strategies", "check", file])
        #expect(check.exitCode != 64 && check.exitCode != 70, "\(check.errors)\(check.output)")
        let lines = check.output.components(separatedBy: "\nWarnings\n").last?.split(separator: "\n") ?? []
        var found: [String] = []
        var isInside = false
        for line in lines {
            if line.hasPrefix("   ") {
                if isInside { found[found.count - 1] += " " + line.trimmingCharacters(in: .whitespaces) }
            } else {
                isInside = line.hasPrefix("  \(name)  ")
                if isInside { found.append(line.trimmingCharacters(in: .whitespaces)) }
            }
        }
        return found
    }

    /// Those that are broken by a race, and none of the others, broken or not.
    @Test("of the built-in strategies, those that race", arguments: BuiltinVerdictTests.cases)
    func builtins(_ expected: BuiltinVerdictTests.Case) throws {
        let races = try warnings("race", of: expected.strategy)
        let isRace = ["naive", "unguarded", "lock-expires"].contains(expected.strategy)
        #expect(races.count == (isRace ? 1 : 0), "\(races)")
        if isRace {
            #expect(races.first?.contains("GET {sale}:stock, then SET {sale}:stock 2: two buyers") == true, "\(races)")
        }
        #expect(races.first?.contains("lease") ?? false == (expected.strategy == "lock-expires"), "\(races)")
    }

    @Test("none of the examples races", arguments: ExampleStrategy.all)
    func examples(_ example: ExampleStrategy) throws {
        guard example.verdict == .upheld else { return }
        #expect(try warnings("race", of: example.path) == [])
    }

    private static let racingCases = [
        "01-locked-stock", "02-lock-lapses", "04-cache-refill", "07-claimed-twice", "10-voucher-uses",
        "11-checked-before-the-lock", "12-code-redeemed-twice", "13-lock-of-ones-own", "14-session-overwritten",
        "21-watch-elsewhere", "23-unlocks-another", "26-last-one-keeps-it", "27-first-seats-uncounted",
        "32-beyond-capacity",
    ]

    @Test("of the casebook, the bugs that are races, and no repair", arguments: ExampleStrategy.casebook)
    func casebook(_ example: ExampleStrategy) throws {
        let races = try warnings("race", of: example.path)
        let isRace = !example.isRepair && Self.racingCases.contains(example.caseName)
        #expect(races.count == (isRace ? 1 : 0), "\(races)")
    }

    // MARK: Small schemes

    struct Scheme: CustomTestStringConvertible, Sendable {
        var name: String
        /// What the warning says; nil where there must be none.
        var says: String?
        var buy: String
        var finally = ""
        var rest = ""
        var testDescription: String { name }
    }

    private static let read = """
          - send: GET {stock}
            outcomes:
              - { when: nil, then: failed }
              - { when: "<= 0", then: sold-out }
            as: left
        """
    private static let write = """
          - send: SET {stock} {left - 1}
            outcomes: [ { when: any, then: won } ]
        """
    private static let transaction = """
          - atomically: [ "SET {stock} {left - 1}" ]
            outcomes: [ { when: nil, then: conflict }, { when: array, then: won } ]
        """
    private static func lock(_ lease: String, key: String = "{lock}") -> String {
        """
          - send: SET \(key) {attempt} NX\(lease)
            outcomes: [ { when: nil, then: conflict } ]
            as: locked
        """
    }
    private static let unlock = "  - { if: locked, send: \"DEL {lock}\" }"

    static let schemes: [Scheme] = [
        Scheme(name: "read, then write", says: "overwrites", buy: "\(read)\n\(write)"),
        Scheme(
            name: "a captured number that a condition asks for", says: "overwrites",
            buy: """
                  - { send: "GET {stock}", as: left }
                  - { if: left <= 0, finish: sold-out }
                \(write)
                """),
        // WATCH: around both, too late, and of something else.
        Scheme(name: "WATCH around both", buy: "  - send: WATCH {stock}\n\(read)\n\(transaction)"),
        Scheme(
            name: "WATCH after the read", says: "overwrites", buy: "\(read)\n  - send: WATCH {stock}\n\(transaction)"),
        Scheme(
            name: "WATCH of another key", says: "overwrites", buy: "  - send: WATCH {lock}\n\(read)\n\(transaction)"),
        Scheme(
            name: "WATCH that UNWATCH ends", says: "overwrites",
            buy: "  - send: WATCH {stock}\n\(read)\n  - send: UNWATCH\n\(transaction)"),
        // A first look before a command whose own answer decides, and before one whose answer nobody looks at.
        Scheme(
            name: "a first look before a judged DECR",
            buy: """
                \(read)
                  - send: DECR {stock}
                    outcomes: [ { when: ">= 0", then: won }, { when: "< 0", then: sold-out } ]
                """, rest: "stock: { read: \"GET {stock}\", below-zero: sold-out }"),
        Scheme(
            name: "a judged DECR by a condition",
            buy: """
                \(read)
                  - { send: "DECR {stock}", as: now }
                  - { if: now < 0, send: "INCR {stock}", outcomes: [ { when: any, then: sold-out } ] }
                  - finish: won
                """),
        Scheme(
            name: "a look before a DECR that is not judged", says: "both go on to write",
            buy: """
                \(read)
                  - send: DECR {stock}
                    outcomes: [ { when: any, then: won } ]
                """),
        // Only whether the key is there is asked, and a DECR does not change that.
        Scheme(
            name: "a look whether the key is there",
            buy: """
                  - { send: "EXISTS {stock}", outcomes: [ { when: 0, then: failed } ] }
                  - send: DECR {stock}
                    outcomes: [ { when: any, then: won } ]
                """),
        // Counting and then writing.
        Scheme(
            name: "a DECR whose answer is written down again", says: "DECR {sale}:stock, then SET",
            buy: """
                  - { send: "DECR {stock}", outcomes: [ { when: "< 0", then: sold-out } ], as: left }
                  - send: SET {stock} {left}
                    outcomes: [ { when: any, then: won } ]
                """),
        Scheme(
            name: "a DECR, and back to zero",
            buy: """
                  - { send: "DECR {stock}", as: left }
                  - { if: left < 0, send: "SET {stock} 0", outcomes: [ { when: any, then: sold-out } ] }
                  - finish: won
                """),
        // Locks: with an end that comes too early, early released, of one's own, released by everybody.
        Scheme(name: "a lock", buy: "\(lock(" PX 30000"))\n\(read)\n\(write)", finally: unlock),
        Scheme(
            name: "a lock whose lease ends while the buyer thinks",
            says: "its lease (SET {sale}:lock 1 NX PX 50, 50 ms)",
            buy: "\(lock(" PX 50"))\n\(read)\n  - think: 60ms\n\(write)", finally: unlock),
        Scheme(
            name: "a lock whose lease is longer than that",
            buy: "\(lock(" EX 1"))\n\(read)\n  - think: 60ms\n\(write)", finally: unlock),
        Scheme(
            name: "a lease that is made longer",
            buy: "\(lock(" PX 50"))\n\(read)\n  - send: PEXPIRE {lock} 5000\n  - think: 60ms\n\(write)", finally: unlock
        ),
        Scheme(
            name: "a lock that is given up before the write", says: "is given up before the write",
            buy: "\(lock(""))\n\(read)\n  - send: DEL {lock}\n\(write)"),
        Scheme(
            name: "a lock that everybody removes", says: "also where somebody else holds it",
            buy: "\(lock(""))\n\(read)\n\(write)", finally: "  - send: DEL {lock}"),
        Scheme(
            name: "a lock for each buyer", says: "for theirs differ",
            buy: "\(lock("", key: "{lock}:{buyer}"))\n\(read)\n\(write)",
            finally: "  - { if: locked, send: \"DEL {lock}:{buyer}\" }"),
        Scheme(
            name: "a lock that nobody asks whether they got it", says: "overwrites",
            buy: "  - send: SET {lock} {attempt} NX\n\(read)\n\(write)", finally: "  - send: DEL {lock}"),
        Scheme(
            name: "a first look before the lock, and another in it",
            buy: "\(read)\n\(lock(""))\n\(read.replacing("as: left", with: "as: now"))\n"
                + write.replacing("left", with: "now"), finally: unlock),
        Scheme(
            name: "a lock after the read", says: "overwrites", buy: "\(read)\n\(lock(""))\n\(write)", finally: unlock),
        Scheme(
            name: "a lock with a key in a list",
            buy: """
                  - send: BLPOP {lock} 4
                    outcomes: [ { when: nil, then: conflict } ]
                    as: { locked: "reply[1]" }
                \(read)
                \(write)
                """, finally: "  - { if: locked, send: \"RPUSH {lock} {locked}\" }",
            rest: "open: [ \"SET {stock} {units}\", \"RPUSH {lock} key\" ]"),
        // What belongs to one buyer only.
        Scheme(
            name: "a limit that is looked up and then written", says: "two purchases of one buyer",
            buy: """
                  - { send: "SISMEMBER {who} {buyer}", outcomes: [ { when: 1, then: duplicate } ] }
                  - { send: "DECR {stock}", outcomes: [ { when: "< 0", then: sold-out } ] }
                  - { send: "SADD {who} {buyer}", outcomes: [ { when: any, then: won } ] }
                """, rest: "limit: 1\nstock: { read: \"GET {stock}\", below-zero: sold-out }"),
        Scheme(
            name: "a limit that the write itself tells",
            buy: """
                  - { send: "SISMEMBER {who} {buyer}", outcomes: [ { when: 1, then: duplicate } ] }
                  - { send: "SADD {who} {buyer}", outcomes: [ { when: 0, then: duplicate } ] }
                  - { send: "DECR {stock}", outcomes: [ { when: "< 0", then: sold-out }, { when: any, then: won } ] }
                """, rest: "limit: 1\nstock: { read: \"GET {stock}\", below-zero: sold-out }"),
        Scheme(
            name: "a note of one's own that nobody else reads",
            buy: """
                  - { send: "DECR {stock}", outcomes: [ { when: "< 0", then: sold-out } ] }
                  - { send: "HGET {who} {attempt}", as: none, outcomes: [ { when: "> 0", then: failed }, { when: any, then: won } ] }
                """, rest: "stock: { read: \"GET {stock}\", below-zero: sold-out }"),
        Scheme(
            name: "a note of one's own that is read and written",
            buy: """
                  - { send: "DECR {stock}", outcomes: [ { when: "< 0", then: sold-out } ] }
                  - { send: "HEXISTS {who} {attempt}", outcomes: [ { when: 1, then: failed } ] }
                  - { send: "HSET {who} {attempt} {buyer}", outcomes: [ { when: any, then: won } ] }
                """, rest: "stock: { read: \"GET {stock}\", below-zero: sold-out }"),
        Scheme(
            name: "a set that is counted and then added to", says: "SCARD",
            buy: """
                  - { send: "SCARD {who}", outcomes: [ { when: ">= {units}", then: sold-out } ] }
                  - { send: "SADD {who} {attempt}", outcomes: [ { when: 1, then: won }, { when: 0, then: failed } ] }
                """, rest: "open: []\nstock: { total: \"ECHO {units}\", minus: \"SCARD {who}\" }"),
        Scheme(
            name: "a count as a first look before a judged DECR",
            buy: """
                  - { send: "HLEN {who}", outcomes: [ { when: ">= {units}", then: sold-out } ] }
                  - { send: "DECR {stock}", outcomes: [ { when: "< 0", then: sold-out } ] }
                  - { send: "HSET {who} {attempt} {buyer}", outcomes: [ { when: any, then: won } ] }
                """, rest: "stock: { read: \"GET {stock}\", below-zero: sold-out }"),
        // Scripts: one that looks and another that takes.
        Scheme(
            name: "a script that looks, and one that takes", says: "(script look)",
            buy: """
                  - { script: look, keys: [ "{stock}" ], outcomes: [ { when: 0, then: sold-out } ] }
                  - { script: take, keys: [ "{stock}" ], outcomes: [ { when: any, then: won } ] }
                """,
            rest:
                "scripts: { look: \"return redis.call('GET', KEYS[1]) ~= '0' and 1 or 0\", take: \"return redis.call('DECR', KEYS[1])\" }"
        ),
        Scheme(
            name: "a script that looks, and one that looks again and takes",
            buy: """
                  - { script: look, keys: [ "{stock}" ], outcomes: [ { when: 0, then: sold-out } ] }
                  - { script: take, keys: [ "{stock}" ], outcomes: [ { when: -1, then: sold-out }, { when: any, then: won } ] }
                """,
            rest: "scripts: { look: \"return redis.call('GET', KEYS[1]) ~= '0' and 1 or 0\", "
                + "take: \"if redis.call('GET', KEYS[1]) == '0' then return -1 end return redis.call('DECR', KEYS[1])\" }"
        ),
    ]

    @Test("a scheme", arguments: schemes)
    func scheme(_ scheme: Scheme) throws {
        var yaml = "strategy: mine\nkeys: { stock: \"{sale}:stock\", lock: \"{sale}:lock\", who: \"{sale}:who\" }\n"
        for (name, line) in [("open", "open: [ \"SET {stock} {units}\" ]"), ("stock", "stock: GET {stock}")]
        where !scheme.rest.contains("\(name): ") { yaml += line + "\n" }
        yaml += scheme.rest + "\nbuy:\n\(scheme.buy)\n"
        if !scheme.finally.isEmpty { yaml += "finally:\n\(scheme.finally)\n" }
        try sandbox.folder.file("mine.yaml", yaml + "close: [ \"DEL {stock} {lock} {who}\" ]\n")
        let races = try warnings("race", of: "mine.yaml")
        #expect(races.count == (scheme.says == nil ? 0 : 1), "\(races)\n\(yaml)")
        if let says = scheme.says {
            #expect(races.first?.contains(says) == true, "\(races)")
            #expect(races.first?.contains("mine.yaml:") == true, "\(races)")
        }
    }

    /// A warning is no verdict.
    @Test func doesNotJudge() throws {
        #expect(try sandbox.stress(["strategies", "check", "naive"]).exitCode == 0)
    }
}
