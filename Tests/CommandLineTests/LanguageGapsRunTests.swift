import FlashSale
import Foundation
import Strategies
import TestSupport
import Testing

/// What the strategy language has for schemes that would cost a trick each, in whole runs.
struct LanguageGapsRunTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// The second of two files is the nearest one that must not pass.
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var file: String
        var flags: [String] = []
        var exitCode: Int32
        var says = ""
    }

    /// Counts what it has sold in a key that comes with the first sale.
    private static func counter(_ stock: String, limit: String = "units") -> String {
        """
        strategy: mine
        keys: { sold: "{sale}:sold" }
        scripts:
          buy: |
            if tonumber(redis.call('GET', KEYS[1]) or '0') >= tonumber(ARGV[1]) then return 0 end
            return redis.call('INCR', KEYS[1])
        open: [ "DEL {sold}" ]
        buy:
          - script: buy
            keys: [ "{sold}" ]
            args: [ "{\(limit)}" ]
            outcomes:
              - { when: 0, then: sold-out }
              - { when: "{last}", then: won, remaining: 0 }
              - { when: ">= 1", then: won, remaining: "{units - reply}" }
        stock: \(stock)
        close: [ "DEL {sold}" ]
        """.replacing("{ when: \"{last}\"", with: "{ when: \"== {units}\"")
    }

    private static func pairs(_ load: String, each: Int = 2) -> String {
        """
        strategy: mine
        \(load)
        keys: { stock: "{sale}:stock" }
        scripts:
          buy: |
            if tonumber(redis.call('GET', KEYS[1])) < \(each) then return -1 end
            return redis.call('DECRBY', KEYS[1], \(each))
        open: [ "SET {stock} {units}" ]
        buy: [ { script: buy, keys: [ "{stock}" ], outcomes: [ { when: -1, then: sold-out }, { when: any, then: won, remaining: reply } ] } ]
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """
    }

    /// Buyers try random seats, twice named: in the bitmap and in the order.
    private static func seats(_ second: String) -> String {
        """
        strategy: mine
        draw: { seat: "1..{units}" }
        load: { attempts: 2 }
        keys: { seats: "{sale}:seats", orders: "{sale}:orders" }
        open: [ "SETBIT {seats} 0 0" ]
        buy:
          - send: HSETNX {orders} {seat} {buyer}
            outcomes: [ { when: 0, then: conflict } ]
          - send: SETBIT {seats} {\(second)} 1
            outcomes: [ { when: 0, then: won }, { when: 1, then: unknown } ]
        stock: { total: "{units}", minus: "BITCOUNT {seats}" }
        close: [ "DEL {seats} {orders}" ]
        """
    }

    static let cases: [Case] = [
        Case(
            testDescription: "a counter whose key does not exist yet",
            file: counter("{ total: \"{units}\", minus: { read: \"GET {sold}\", missing: 0 } }"), exitCode: 0),
        Case(
            testDescription: "the same where nobody said that it may be missing",
            file: counter("{ total: \"{units}\", minus: \"GET {sold}\" }"), exitCode: 64,
            says: "after open, the probe (stock:)"),
        Case(
            testDescription: "a counter that goes one too far",
            file: counter("{ total: \"{units}\", minus: { read: \"GET {sold}\", missing: 0 } }").replacing(
                ">= tonumber(ARGV[1])", with: "> tonumber(ARGV[1])"), exitCode: 1),
        Case(testDescription: "always two units", file: pairs("load: { quantity: 2 }"), exitCode: 0),
        Case(testDescription: "two units that nobody spoke of", file: pairs("limit: 9"), exitCode: 1),
        Case(
            testDescription: "another quantity than the file's", file: pairs("load: { quantity: 2 }"),
            flags: ["--quantity", "3"],
            exitCode: 64, says: "never says how many units are wanted"),
        Case(testDescription: "a seat that is drawn once", file: seats("seat"), exitCode: 0),
        Case(
            testDescription: "nothing to draw from",
            file: seats("seat").replacing("1..{units}", with: "1..{units - 500}"), exitCode: 64,
            says: "there is no number in this range"),
    ]

    @Test(arguments: cases) func verdict(_ row: Case) throws {
        try sandbox.folder.file("mine.yaml", row.file)
        let run = try sandbox.run(["--strategy", "mine.yaml"] + row.flags)
        #expect(run.exitCode == row.exitCode, "\(run.errors)\(run.output)")
        #expect(run.errors.contains(row.says) || row.says.isEmpty, "\(run.errors)")
    }

    /// Between a conflict and the next attempt of its purchase passes the pause, and no attempt is under way meanwhile.
    @Test("a pause before trying again, in both drivers", arguments: [1, 4]) func backoff(_ clients: Int) throws {
        let yaml = try sandbox.stress(["strategies", "show", "optimistic"]).output
        try sandbox.folder.file("mine.yaml", yaml + "backoff: 20ms..30ms\n")
        let run = try sandbox.stress([
            "run", "--strategy", "mine.yaml", "--procs", "2", "--threads", "5", "--clients", "\(clients)", "--units",
            "40", "--think-time", "5ms", "--attempts", "5",
        ])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        var ends: [String: (outcome: String, returned: Int)] = [:]
        var pauses: [Int] = []
        let rows = try sandbox.rows("attempts.csv").sorted {
            Int($0["invoked_ns"] ?? "") ?? 0 < Int($1["invoked_ns"] ?? "") ?? 0
        }
        for row in rows {
            let purchase = row["purchase"] ?? ""
            if let end = ends[purchase] {
                #expect(end.outcome == "conflict")
                pauses.append((Int(row["invoked_ns"] ?? "") ?? 0) - end.returned)
            }
            ends[purchase] = (row["outcome"] ?? "", Int(row["returned_ns"] ?? "") ?? 0)
        }
        #expect(pauses.count > 10 && pauses.allSatisfy { $0 >= 20_000_000 }, "\(pauses.min() ?? 0) of \(pauses.count)")
        #expect(Set(pauses.map { $0 / 1_000_000 }).count > 3)
    }

    @Test("Ctrl-C in the middle of a pause ends the run at once, with every attempt told", arguments: [1, 4])
    func interruptedBackoff(_ clients: Int) throws {
        let yaml = try sandbox.stress(["strategies", "show", "optimistic"]).output
        try sandbox.folder.file("mine.yaml", yaml + "backoff: 60s\n")
        let program = try sandbox.start([
            "run", "--strategy", "mine.yaml", "--procs", "2", "--threads", "5", "--clients", "\(clients)", "--units",
            "400",
            "--buyers", "800",
        ])
        #expect(TestProcess.eventually { sandbox.history.contains { $0.outcome == .conflict } })
        kill(program.process, SIGINT)
        #expect(program.wait()?.exitCode == 130, "\(program.errors)\(program.output)")
        #expect(try sandbox.record().check("complete-history")["result"].text == "upheld")
    }

    private static let madeUp = """
        strategy: mine
        limit: 1
        keys: { stock: "seckill:stock:1" }
        scripts:
          buy: |
            local key = 'seckill:stock:' .. ARGV[1]
            if tonumber(redis.call('GET', key)) < 1 then return 0 end
            if redis.call('SADD', 'seckill:buyers:' .. ARGV[1], ARGV[2]) == 0 then return 2 end
            redis.call('DECR', key)
            return 1
        open: [ "SET {stock} {units}" ]
        buy: [ { script: buy, args: [ "1", "{buyer}" ], outcomes: [ { when: 1, then: won }, { when: 0, then: sold-out }, { when: 2, then: duplicate } ] } ]
        stock: GET {stock}
        ledger: { read: "SMEMBERS seckill:buyers:1", holds: buyers, atomic: true }
        close: [ "DEL {stock} seckill:buyers:1" ]
        """

    @Test("a script that makes up its keys: allowed on a private server, with a warning, refused elsewhere")
    func keysThatAScriptMakesUp() throws {
        try sandbox.folder.file("mine.yaml", Self.madeUp)
        let run = try sandbox.run(["--strategy", "mine.yaml"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        #expect(try sandbox.record().finding("foreign-keys")?.contains("seckill:stock:1") == true)
        let check = try sandbox.stress(["strategies", "check", "mine.yaml"])
        #expect(check.exitCode == 0 && check.output.contains("foreign-key"), "\(check.errors)\(check.output)")
        let warm = try sandbox.run(["--strategy", "mine.yaml", "--warm-up", "100ms"])
        #expect(warm.exitCode == 64 && warm.errors.contains("--warm-up"), "\(warm.errors)")
        let own = try OwnServer()
        try own.call("SET seckill:stock:1 7")
        for flags in [[], ["--no-rehearsal-guard"]] {
            let refused = try sandbox.run(["--redis", own.url, "--strategy", "mine.yaml"] + flags)
            #expect(refused.exitCode == 64 && refused.errors.contains("{sale}"), "\(refused.errors)")
        }
        #expect(try own.call("GET seckill:stock:1").integer() == 7)
        #expect(try own.call("DBSIZE").integer() == 1)
        // Without a script nothing forces such a key on anybody.
        try sandbox.folder.file("plain.yaml", "strategy: a\nkeys: { stock: \"stock\" }\nopen: [ PING ]\n")
        let plain = try sandbox.run(["--strategy", "plain.yaml"])
        #expect(plain.exitCode == 64 && plain.errors.contains("should contain {sale}"), "\(plain.errors)")
    }

    @Test("an error of a script names the file and the line") func errorsHaveAPlace() throws {
        let file = Self.pairs("limit: 9").replacing(
            "-1 end\n", with: "-1 end\n    if not KEYS[9] then local x = KEYS[9] + 1 end\n")
        try sandbox.folder.file("mine.yaml", file)
        let run = try sandbox.run(["--strategy", "mine.yaml"])
        let told = try sandbox.record().finding("errors") ?? ""
        #expect(told.contains("mine.yaml:7") && !told.contains("user_script"), "\(told) \(run.errors)")
        let check = try sandbox.stress(["strategies", "check", "mine.yaml"])
        #expect(check.output.contains("mine.yaml:7") && !check.output.contains("user_script:"), "\(check.output)")
        try sandbox.folder.file("buy.lua", "return 1\nreturn 2 than\n")
        try sandbox.folder.file(
            "two.yaml",
            Self.madeUp.replacing(/scripts:(.|\n)*?open:/, with: "scripts: { buy: { file: buy.lua } }\nopen:"))
        let compile = try sandbox.run(["--strategy", "two.yaml"])
        #expect(compile.exitCode == 64 && compile.errors.contains("buy.lua:2"), "\(compile.errors)")
    }

    @Test("a script is no strategy file, but the start of one") func aScript() throws {
        let script =
            "-- KEYS: stock, buyers\nlocal user = ARGV[1]\n"
            + "if redis.call('SISMEMBER', KEYS[2], user) == 1 then return 2 end\n"
            + "if tonumber(redis.call('GET', KEYS[1])) <= 0 then return 1 end\n"
            + "redis.call('DECR', KEYS[1])\nredis.call('SADD', KEYS[2], user)\nreturn 0\n"
        try sandbox.folder.file("seckill.lua", script)
        for words in [
            ["strategies", "check", "seckill.lua"], ["run", "--strategy", "seckill.lua"],
            ["strategies", "show", "seckill.lua"],
        ] {
            let run = try sandbox.stress(words)
            #expect(run.exitCode == 64 && run.errors.contains("stress strategies new seckill.lua"), "\(run.errors)")
        }
        #expect(try sandbox.stress(["strategies", "check", "none.lua"]).errors.contains("There is no file none.lua"))
        let new = try sandbox.stress(["strategies", "new", "seckill.lua"])
        #expect(new.exitCode == 0 && new.output.contains("TODO"), "\(new.errors)")
        try sandbox.folder.file("seckill.yaml", new.output)
        let check = try sandbox.stress(["strategies", "check", "seckill.yaml"])
        #expect(check.exitCode == 0, "\(check.errors)\(check.output)")
        let run = try sandbox.run(["--strategy", "seckill.yaml", "--purchases-per-buyer", "2", "--buyers", "4000"])
        #expect(run.exitCode == 0, "\(run.errors)\(run.output)")
        let wrong: [(name: String, says: String)] = [
            ("none.lua", "does not exist"), ("seckill.yaml", "a Lua script (.lua) is wanted"),
            ("lua", "a Lua script (.lua) is wanted"),
        ]
        for (name, says) in wrong {
            let refused = try sandbox.stress(["strategies", "new", name])
            #expect(
                refused.exitCode == 64 && refused.errors.contains(says) && refused.output.isEmpty, "\(refused.errors)")
        }
    }
}
