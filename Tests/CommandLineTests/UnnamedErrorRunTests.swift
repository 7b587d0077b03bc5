import Foundation
import TestSupport
import Testing

/// Scripts that take a unit and then raise: whoever got an error is not forgotten by the verdict.
struct UnnamedErrorRunTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What every second buyer's call ends with.
        var ending: String
        var rule: String
        var ledger: String
        var verdict: String
        /// The check that is not green.
        var check: String?
    }

    private static let orders = "redis.call('RPUSH', KEYS[2], ARGV[1])"
    private static let raise = "return redis.error_reply('WRONGTYPE of a key')"

    static let cases = [
        Case(
            testDescription: "an error that nobody named", ending: raise, rule: "", ledger: "", verdict: "inconclusive",
            check: "meaningful"),
        Case(
            testDescription: "named, and nothing tells whether the units are somebody's", ending: raise,
            rule: "{ when: error, then: unknown }", ledger: "", verdict: "inconclusive", check: "exact-accounting"),
        Case(
            testDescription: "named, and its order is written with the unit", ending: orders + " " + raise,
            rule: "{ when: error, then: unknown }",
            ledger: "ledger: { read: 'LRANGE {orders} 0 -1', holds: attempts, atomic: true }", verdict: "upheld",
            check: nil),
        Case(
            testDescription: "named as if it changed nothing, although it took a unit", ending: raise,
            rule: "{ when: error, then: failed }", ledger: "", verdict: "violated", check: "exact-accounting"),
        Case(
            testDescription: "no error at all", ending: orders + " return 1", rule: "",
            ledger: "ledger: { read: 'LRANGE {orders} 0 -1', holds: attempts, atomic: true }", verdict: "upheld",
            check: nil),
    ]

    @Test(arguments: cases) func judged(_ row: Case) throws {
        let sandbox = try Sandbox()
        let file = sandbox.folder.path + "/raises.yaml"
        try """
        strategy: raises
        keys: { stock: "{sale}:stock", orders: "{sale}:orders" }
        open: [ "SET {stock} {units}" ]
        close: [ "DEL {stock} {orders}" ]
        scripts:
          buy: |
            if tonumber(redis.call('GET', KEYS[1])) <= 0 then return 0 end
            redis.call('DECR', KEYS[1])
            if tonumber(ARGV[2]) % 2 == 0 then \(row.ending) end
            \(row.ledger.isEmpty ? "" : Self.orders)
            return 1
        buy:
          - script: buy
            keys: ["{stock}", "{orders}"]
            args: ["{attempt}", "{buyer}"]
            outcomes: [ { when: 1, then: won }, { when: 0, then: sold-out } \(row.rule.isEmpty ? "" : ", " + row.rule) ]
        stock: GET {stock}
        \(row.ledger)
        """.write(toFile: file, atomically: true, encoding: .utf8)
        let run = try sandbox.stress([
            "run", "--procs", "2", "--threads", "10", "--strategy", file, "--units", "50", "--buyers", "80",
            "--attempts",
            "1",
        ])
        let record = try sandbox.record()
        #expect(record["verdict"].text == row.verdict, "\(run.output)\(run.errors)")
        if let check = row.check {
            #expect(record.check(check)["result"].text == row.verdict, "\(run.output)")
            #expect(!run.output.contains("every one is accounted for"))
        }
        if row.check == "meaningful" {
            #expect(record.finding("hole")?.contains("WRONGTYPE of a key") == true)
            #expect(record["totals"]["unknown"].number ?? 0 > 0)
        }
        if row.verdict == "inconclusive" {
            let sold = record["sale"]["sold_to_buyers"].number ?? 0
            #expect(run.output.contains("sold \(sold) of 50 units, with \(50 - sold) in doubt"), "\(run.output)")
        }
    }
}
