import Foundation
import TestSupport
import Testing

/// Purchases that take their time, in whole runs.
struct PhasesRunTests {
    private static let fleet = ["--procs", "2", "--threads", "10", "--buyers", "400", "--units", "30"]

    private static func rows(_ sandbox: Sandbox) throws -> [[String: String]] {
        let text = try String(contentsOfFile: sandbox.results + "/latest/attempts.csv", encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let header = try #require(lines.first)
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
    }

    @Test(
        "each phase is an attempt of its own, made by one client or by many, and the account has three columns",
        arguments: [1, 8])
    func recorded(clients: Int) throws {
        let sandbox = try Sandbox()
        let run = try sandbox.stress(
            ["run", "--strategy", "reserve", "--clients", "\(clients)", "--seed", "5"] + Self.fleet)
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        let (sale, totals, purchases) = (record["sale"], record["totals"], record["purchases"])
        let left = try #require(sale["remaining"].number) - (sale["held"].number ?? 0)
        #expect(left + (sale["held"].number ?? 0) + (sale["sold_to_buyers"].number ?? 0) == 30)
        #expect(record.check("exact-accounting")["detail"].text?.contains("left, ") == true)
        #expect(record["scenario"]["phases"]["pay"]["share"].number == 6000)
        let rows = try Self.rows(sandbox)
        func count(_ phase: String, _ outcome: String) -> Int {
            rows.count { $0["phase"] == phase && $0["outcome"] == outcome }
        }
        #expect(count("reserve", "held") > 30 && count("reserve", "held") == totals["held"].number)
        #expect(count("pay", "won") == totals["won"].number && count("cancel", "returned") == totals["returned"].number)
        #expect(count("reserve", "won") == 0 && count("cancel", "won") == 0)
        let ended = ["won", "returned", "lapsed"].reduce(0) { $0 + (purchases[$1].number ?? 0) }
        #expect(ended == totals["held"].number, "\(run.output)")
        #expect(Set(rows.compactMap { $0["attempt"] }).count == rows.count)
        for row in rows where row["phase"] != "reserve" {
            let hold = try #require(rows.first { $0["purchase"] == row["purchase"] && $0["outcome"] == "held" })
            #expect(try #require(Int(row["invoked_ns"]!)) >= #require(Int(hold["returned_ns"]!)) + 20_000_000)
        }
        let verify = try sandbox.stress(["verify", "results/latest"])
        #expect(verify.exitCode == 0 && !verify.output.contains("verdict-differs"), "\(verify.output)")
        let told = try sandbox.stress(
            [
                "verify", "--history", "results/latest/attempts.csv", "--units", "30", "--remaining",
                "\(Int(left + (sale["held"].number ?? 0)))",
            ])
        #expect(told.exitCode == 0, "\(told.output)\(told.errors)")
        sandbox.expectNothingLeft()
    }

    @Test("elsewhere: true is never the client that reserved, and captures go along")
    func elsewhere() throws {
        let sandbox = try Sandbox()
        try sandbox.folder.file("s.yaml", Self.tokens)
        let run = try sandbox.stress(["run", "--strategy", "s.yaml", "--clients", "4"] + Self.fleet)
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let rows = try Self.rows(sandbox)
        let paid = rows.filter { $0["phase"] == "pay" }
        #expect(paid.contains { $0["outcome"] == "won" })
        for row in paid {
            let hold = try #require(rows.first { $0["purchase"] == row["purchase"] && $0["outcome"] == "held" })
            #expect(
                row["client"] != hold["client"] && row["thread"] == hold["thread"] && row["worker"] == hold["worker"])
        }
        let alone = try sandbox.stress(["run", "--strategy", "s.yaml"] + Self.fleet)
        #expect(
            alone.exitCode == 64 && alone.errors.contains(": pay: elsewhere: true wants another client"),
            "\(alone.errors)")
        sandbox.expectNothingLeft()
    }

    /// A token that the reply gives has to be shown by whoever pays.
    private static let tokens = """
        strategy: tokens-of-holds
        lapses: 60s
        keys: { stock: "{sale}:stock", holds: "{sale}:holds", orders: "{sale}:orders" }
        scripts:
          reserve: "if redis.call('DECR', KEYS[1]) < 0 then redis.call('INCR', KEYS[1]) return '' end redis.call('HSET', KEYS[2], 't' .. ARGV[1], 1) return 't' .. ARGV[1]"
          pay: "if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end redis.call('SADD', KEYS[2], ARGV[2]) return 1"
        open: [ "SET {stock} {units}" ]
        phases:
          reserve:
            - script: reserve
              keys: [ "{stock}", "{holds}" ]
              args: [ "{random}" ]
              outcomes: [ { when: empty, then: sold-out }, { when: any, then: won } ]
              as: token
          pay:
            share: 100%
            after: 1ms..30ms
            elsewhere: true
            steps:
              - script: pay
                keys: [ "{holds}", "{orders}" ]
                args: [ "{token}", "{purchase}" ]
                outcomes: [ { when: 1, then: won }, { when: 0, then: failed } ]
        stock: GET {stock}
        held: HLEN {holds}
        ledger: { read: "SMEMBERS {orders}", holds: purchases, atomic: true }
        close: [ "DEL {stock} {holds} {orders}" ]
        """.replacing("lapses: 60s", with: "lapses: 300ms")

    @Test(
        "what does not go with phases: is refused before anything is sold",
        arguments: [
            (["run", "--fault", "crash-redis@50%"], "--fault crash-redis"),
            (["run", "--items", "3", "--cart", "2"], "--cart: the strategy reserve has phases:"),
            (["run", "--retry-unknown"], "--retry-unknown"),
        ])
    func refused(_ arguments: [String], _ words: String) throws {
        let sandbox = try Sandbox()
        let run = try sandbox.stress(arguments + ["--strategy", "reserve"])
        #expect(run.exitCode == 64 && run.errors.contains(words), "\(run.errors)\(run.output)")
        sandbox.expectNothingLeft()
    }

    @Test("lost replies leave holds and payments open, and accuse nobody")
    func lostReplies() throws {
        let sandbox = try Sandbox()
        let run = try sandbox.stress(["run", "--strategy", "reserve", "--fault", "lose-replies@0s:5%"] + Self.fleet)
        #expect(run.exitCode != 1 && run.exitCode != 64, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(try #require(record["totals"]["unknown"].number) > 0)
        sandbox.expectNothingLeft()
    }

    /// A shop with two counters and an order for each purchase, of whose payments three in ten are declined.
    private static let counters = """
        strategy: counters
        lapses: 200ms
        load: { units: 400, buyers: 600 }
        draw: { luck: "1..10" }
        keys: { stock: "{sale}:stock", holds: "{sale}:holds", orders: "{sale}:orders" }
        scripts:
          reserve: |
            local time = redis.call('TIME'); local now = time[1] * 1000 + math.floor(time[2] / 1000)
            for _, hold in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now)) do
              redis.call('ZREM', KEYS[2], hold)
              redis.call('HINCRBY', KEYS[1], 'left', 1); redis.call('HINCRBY', KEYS[1], 'held', -1)
            end
            if tonumber(redis.call('HGET', KEYS[1], 'left')) < 1 then return 0 end
            redis.call('HINCRBY', KEYS[1], 'left', -1); redis.call('HINCRBY', KEYS[1], 'held', 1)
            redis.call('ZADD', KEYS[2], now + 210, ARGV[1])
            return 1
          pay: |
            if redis.call('HEXISTS', KEYS[3], ARGV[1]) == 1 then return 1 end
            if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return 0 end
            redis.call('HINCRBY', KEYS[1], 'held', -1)
            if tonumber(ARGV[3]) <= 3 then redis.call('HINCRBY', KEYS[1], 'left', 1) return 2 end
            redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
            return 1
        open: [ "HSET {stock} left {units} held 0" ]
        phases:
          reserve:
            - think: 1ms..20ms
            - script: reserve
              keys: [ "{stock}", "{holds}" ]
              args: [ "{purchase}" ]
              outcomes: [ { when: 1, then: won }, { when: 0, then: sold-out } ]
          pay:
            share: 80%
            after: 20ms..400ms
            at-least-once: 30%
            steps:
              - script: pay
                keys: [ "{stock}", "{holds}", "{orders}" ]
                args: [ "{purchase}", "{buyer}", "{luck}" ]
                outcomes: [ { when: 1, then: won }, { when: 0, then: conflict }, { when: 2, then: returned } ]
        stock: HGET {stock} left
        held: HGET {stock} held
        ledger: { read: "HGETALL {orders}", holds: purchase-to-buyer, atomic: true }
        close: [ "DEL {stock} {holds} {orders}" ]
        """

    @Test("a payment that is declined lets the hold go, by a number that is drawn for the purchase")
    func declined() throws {
        let sandbox = try Sandbox()
        try sandbox.folder.file("s.yaml", Self.counters)
        let run = try sandbox.stress(["run", "--strategy", "s.yaml", "--procs", "2", "--threads", "10"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let rows = try Self.rows(sandbox)
        #expect(rows.contains { $0["phase"] == "pay" && $0["outcome"] == "returned" })
        #expect(rows.contains { $0["phase"] == "pay" && $0["outcome"] == "won" })
        sandbox.expectNothingLeft()
    }

    /// The two counters and the orders still add up: what is held falls below 0 by as many units as were sold and are for sale again.
    @Test("holds that are counted below 0 hide no unit that there never was")
    func belowZero() throws {
        let sandbox = try Sandbox()
        let check = "if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return 0 end"
        #expect(Self.counters.contains(check))
        try sandbox.folder.file(
            "s.yaml",
            Self.counters.replacing(check, with: "redis.call('ZREM', KEYS[2], ARGV[1])")
                .replacing("<= 3", with: "<= 0"))
        // So many units that nobody is refused, and nothing else shows it.
        let run = try sandbox.stress([
            "run", "--strategy", "s.yaml", "--units", "2000", "--procs", "2", "--threads", "10",
        ])
        #expect(run.exitCode == 1, "\(run.errors)\(run.output)")
        let record = try sandbox.record()
        #expect(record["sale"]["held"].number ?? 0 < 0, "\(run.output)")
        #expect(record.check("exact-accounting")["result"].text == "violated", "\(run.output)")
        #expect(record.check("held-then-sold")["result"].text == "violated", "\(run.output)")
        #expect(try sandbox.stress(["verify", sandbox.latest]).exitCode == 1)
        sandbox.expectNothingLeft()
    }
}
