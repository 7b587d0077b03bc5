import Foundation
import TestSupport
import Testing

/// Purchases that take their time, of several items, in whole runs.
struct PhasedItemsRunTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    private static let fleet = [
        "--procs", "2", "--threads", "10", "--clients", "2", "--items", "5", "--units", "10", "--buyers", "800",
        "--seed", "4",
    ]

    private static func words(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test(
        "reserve runs with items unchanged: each purchase has one item in all of its phases, and each item its account")
    func right() throws {
        let run = try sandbox.stress(["run", "--strategy", "reserve"] + Self.fleet)
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        for check in ["held-then-sold", "given-back-once", "exact-accounting", "linearizable"] {
            #expect(record.check(check)["result"].text == "upheld", "\(check): \(record.check(check)["detail"])")
        }
        let rows = try sandbox.rows("attempts.csv")
        for own in Dictionary(grouping: rows, by: { $0["purchase"] }).values {
            #expect(Set(own.map { $0["item"] }).count == 1)
        }
        let items = record["items"].list
        #expect(items.count == 5)
        let table = try sandbox.rows("items.csv")
        for (item, row) in zip(items, table) {
            let sale = item["sale"]
            let sold = try #require(sale["sold_to_buyers"].number)
            #expect(sold + (sale["remaining"].number ?? 0) == 10 && sale["held"].number != nil)
            #expect(item["verdict"].text == "upheld" && item.check("held-then-sold")["result"].text != nil)
            let own = rows.filter { $0["item"] == item["item"].text }
            #expect(own.contains { $0["phase"] == "pay" && $0["outcome"] == "won" })
            #expect(own.count { $0["outcome"] == "held" } == item["totals"]["held"].number)
            #expect(row["held"].flatMap { Int($0) } == item["totals"]["held"].number)
            #expect(row["held_at_end"].flatMap { Int($0) } == sale["held"].number)
        }
        let held = items.reduce(0) { $0 + ($1["sale"]["held"].number ?? 0) }
        #expect(record["sale"]["held"].number == held)
        let again = try sandbox.stress(["verify", sandbox.latest])
        #expect(again.exitCode == 0 && !again.output.contains("The run itself said"), "\(again.errors)\(again.output)")
        let foreign = try sandbox.stress([
            "verify", "--history", sandbox.latest + "/attempts.csv", "--item-column", "item", "--units", "10",
            "--ledger", sandbox.latest + "/ledger.csv",
        ])
        #expect(foreign.exitCode != 1 && foreign.exitCode != 64, "\(foreign.errors)\(foreign.output)")
        sandbox.expectNothingLeft()
    }

    @Test(
        "both broken twins are caught, and an item is named",
        arguments: [("reserve-two-cancels", "given-back-once"), ("reserve-late-payment", "held-then-sold")])
    func broken(_ strategy: String, _ check: String) throws {
        let run = try sandbox.stress(["run", "--strategy", strategy] + Self.fleet)
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record.check(check)["result"].text == "violated", "\(record.check(check)["detail"])")
        #expect(record.check(check)["detail"].text?.contains("such as item ") == true)
        #expect(record["items"].list.contains { $0.check(check)["result"].text == "violated" })
    }

    /// One hash has the stock of every item, one what is on hold of each.
    private static let table = """
        strategy: held-table
        lapses: 200ms
        items: [ tea, cup, pot ]
        keys: { stock: "{sale}:stock", held: "{sale}:held", holds: "{sale}:holds", orders: "{sale}:orders" }
        scripts:
          reserve: |
            if tonumber(redis.call('HGET', KEYS[1], ARGV[1])) < 1 then return -1 end
            redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
            redis.call('SADD', KEYS[3], ARGV[2])
            return redis.call('HINCRBY', KEYS[1], ARGV[1], -1)
          pay: |
            if redis.call('SREM', KEYS[2], ARGV[2]) == 0 then return 0 end
            redis.call('HINCRBY', KEYS[1], ARGV[1], -1)
            redis.call('RPUSH', KEYS[3], ARGV[1] .. ':' .. ARGV[2])
            return 1
        open: [ "HSET {stock} {item} {units}" ]
        phases:
          reserve:
            - script: reserve
              keys: [ "{stock}", "{held}", "{holds}" ]
              args: [ "{item}", "{purchase}" ]
              outcomes: [ { when: "< 0", then: sold-out }, { when: any, then: won, remaining: reply } ]
          pay:
            share: 100%
            after: 1ms..30ms
            steps:
              - script: pay
                keys: [ "{held}", "{holds}", "{orders}" ]
                args: [ "{item}", "{purchase}" ]
                outcomes: [ { when: 1, then: won }, { when: 0, then: conflict } ]
        stock: { by-item: "HGETALL {stock}" }
        held: { by-item: "HGETALL {held}" }
        ledger: { read: "LRANGE {orders} 0 -1", holds: "{item}:{purchase}", atomic: true }
        close: [ "DEL {stock} {held} {holds} {orders}" ]
        """

    @Test(
        "one answer may have what is on hold of every item, and one that it lacks is named", arguments: [true, false])
    func heldTable(_ isWhole: Bool) throws {
        let yaml =
            isWhole
            ? Self.table
            : Self.table.replacing(
                "redis.call('HINCRBY', KEYS[2], ARGV[1], 1)",
                with: "if ARGV[1] ~= 'pot' then redis.call('HINCRBY', KEYS[2], ARGV[1], 1) end"
            ).replacing(
                "redis.call('HINCRBY', KEYS[1], ARGV[1], -1)\n    redis.call('RPUSH'",
                with:
                    "if ARGV[1] ~= 'pot' then redis.call('HINCRBY', KEYS[1], ARGV[1], -1) end\n    redis.call('RPUSH'")
        try sandbox.folder.file("shop.yaml", yaml)
        let run = try sandbox.stress([
            "run", "--procs", "2", "--threads", "10", "--units", "40", "--strategy", "shop.yaml",
        ])
        #expect(run.exitCode == (isWhole ? 0 : 2), "\(run.errors)\(run.output)")
        let items = try sandbox.record()["items"].list
        #expect(items.map { $0["verdict"].text } == ["upheld", "upheld", isWhole ? "upheld" : "inconclusive"])
        #expect(items.map { $0["sale"]["held"].number } == [0, 0, isWhole ? 0 : nil])
        #expect(Self.words(run.output).contains("no number for the item pot") == !isWhole, "\(run.output)")
    }

    @Test("held: has to say which item it is of")
    func heldOfAll() throws {
        try sandbox.folder.file(
            "shop.yaml", Self.table.replacing("held: { by-item: \"HGETALL {held}\" }", with: "held: HLEN {held}"))
        let run = try sandbox.stress(["run", "--strategy", "shop.yaml"])
        #expect(
            run.exitCode == 64 && run.errors.contains("held: it reads the same for every item"),
            "\(run.errors)\(run.output)")
    }
}
