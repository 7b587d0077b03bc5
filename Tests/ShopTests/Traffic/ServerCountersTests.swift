import FlashSale
import Strategies
import Testing

@testable import Shop

/// What INFO of several servers says, and what happened between two of them.
struct ServerCountersTests {
    private static let cpu = "# CPU\r\nused_cpu_sys:1.250000\r\nused_cpu_user:2.500000\r\nused_cpu_sys_children:9.0\r\n"

    private static func counters(_ commandstats: String, processed: Int = 10) -> ServerCounters {
        ServerCounters(
            commandstats: commandstats, cpu: cpu,
            stats: "# Stats\r\ntotal_connections_received:9\r\ntotal_commands_processed:\(processed)\r\n")
    }

    @Test(
        arguments: [
            ("cmdstat_get:calls=7,usec=76,usec_per_call=76.00,rejected_calls=2,failed_calls=1\r\n", ["GET": 9], true),
            (
                "# Commandstats\r\ncmdstat_client|setname:calls=2,usec=1,usec_per_call=0.50,rejected_calls=0,failed_calls=0\r\n"
                    + "cmdstat_client|list:calls=3,usec=1,usec_per_call=0.50,rejected_calls=0,failed_calls=0\r\n",
                ["CLIENT": 5], true
            ),
            // Redis 6.0.
            (
                "cmdstat_client:calls=5,usec=1,usec_per_call=0.20\r\ncmdstat_evalsha:calls=1,usec=1,usec_per_call=1.00\r\n",
                ["CLIENT": 5, "EVALSHA": 1], false
            ),
            ("", [:], false), ("nonsense\r\ncmdstat_get\r\ncmdstat_get:calls=x\r\n", [:], false),
        ] as [(String, [String: Int], Bool)])
    func commands(text: String, commands: [String: Int], refusalsAreCounted: Bool) {
        let counters = Self.counters(text)
        #expect(counters.commands == commands && counters.refusalsAreCounted == refusalsAreCounted)
        #expect(counters.cpuSeconds == 3.75 && counters.commandsProcessed == 10)
    }

    /// What was refused or failed had no effect.
    @Test func executed() {
        let counters = Self.counters(
            "cmdstat_flushall:calls=3,usec=1,rejected_calls=2,failed_calls=1\r\ncmdstat_flushdb:calls=4,usec=1\r\n")
        #expect(counters.executed == ["FLUSHALL": 2, "FLUSHDB": 4] && counters.evictedKeys == nil)
        let evicting = ServerCounters(commandstats: "", cpu: "", stats: "# Stats\r\nevicted_keys:17\r\n")
        #expect(evicting.evictedKeys == 17)
    }

    @Test(
        arguments: [
            ("cmdstat_get:calls=5", 10, "cmdstat_get:calls=9\ncmdstat_set:calls=1", 20, ["GET": 4, "SET": 1]),
            ("cmdstat_get:calls=5", 10, "cmdstat_get:calls=5", 10, [:]),
            // Reset, or another process.
            ("cmdstat_get:calls=5", 10, "cmdstat_get:calls=4", 20, nil),
            ("cmdstat_get:calls=5", 10, "cmdstat_set:calls=4", 20, nil),
            ("cmdstat_get:calls=5", 10, "cmdstat_get:calls=6", 7, nil),
        ] as [(String, Int, String, Int, [String: Int]?)])
    func inBetween(before: String, first: Int, after: String, second: Int, counted: [String: Int]?) {
        #expect(Self.counters(after, processed: second).since(Self.counters(before, processed: first)) == counted)
    }

    private static func counters(server: String) -> ServerCounters {
        ServerCounters(commandstats: "cmdstat_get:calls=5", cpu: cpu, stats: "", server: server)
    }

    @Test(
        arguments: [
            ("run_id:aa\r\nuptime_in_seconds:90", "run_id:aa\r\nuptime_in_seconds:91", false),
            ("# Server\r\nrun_id:aa\r\nuptime_in_seconds:90", "# Server\r\nrun_id:ab\r\nuptime_in_seconds:91", true),
            // Some managed servers hide the id.
            ("uptime_in_seconds:90", "uptime_in_seconds:90", false),
            ("uptime_in_seconds:90", "uptime_in_seconds:1", true),
            ("run_id:aa", "uptime_in_seconds:1", false), ("", "", false),
        ])
    func anotherProcess(before: String, after: String, isAnother: Bool) {
        let (first, second) = (Self.counters(server: before), Self.counters(server: after))
        #expect(second.isAnotherProcess(than: first) == isAnother)
        #expect((second.since(first) == nil) == isAnother)
        #expect((second.cpuSeconds(since: first) == nil) == isAnother)
    }

    // MARK: What is said where there is nothing to compare

    private static func findings(_ before: ServerCounters?, after: ServerCounters?, wasDenied: Bool = false) throws
        -> [String]
    {
        let strategy = try StrategyFile.parse(BuiltinStrategies.yaml(named: "decr") ?? "", file: "decr")
        let traffic = Traffic(
            strategy, steps: SentSteps(writes: [3]), scriptHashes: [:], before: before, after: after, brokenOff: 0,
            untold: 0,
            wasDenied: wasDenied)
        #expect(traffic.commands == 3)
        return traffic.findings.map { "\($0.name.rawValue): \($0.detail)" }
    }

    @Test func withoutCountersItIsSaidOnce() throws {
        let some = Self.counters("cmdstat_get:calls=5")
        let never = try Self.findings(nil, after: nil)
        #expect(never.count == 1 && never[0].hasPrefix("commands-not-compared") && never[0].contains("does not tell"))
        let gone = try Self.findings(some, after: nil)
        #expect(gone.count == 1 && gone[0].contains("does not answer any more"))
        #expect(try Self.findings(nil, after: nil, wasDenied: true) == [])
    }
}
