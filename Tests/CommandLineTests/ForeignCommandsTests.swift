import RedisDriver
import TestSupport
import Testing

/// Somebody else on the same server while a sale is open.
struct ForeignCommandsTests {
    private let sandbox: Sandbox
    private let own: OwnServer

    init() throws {
        sandbox = try Sandbox()
        own = try OwnServer()
    }

    /// The findings of a sale during which somebody sends such commands.
    private func record(_ commands: [String]) throws -> JSON {
        let run = try sandbox.start(
            ["run", "--redis", own.url, "--strategy", "optimistic-decr"] + Sandbox.small
                + ["--think-time", "20ms..40ms"])
        #expect(sandbox.isSelling())
        for command in commands { try own.call(command) }
        #expect(run.wait()?.exitCode == 0, "\(run.errors)")
        return try sandbox.record()
    }

    @Test func whatWeDoNotSendIsNoticed() throws {
        let record = try record(["LPUSH elsewhere a", "LPUSH elsewhere b", "PING", "CLIENT LIST"])
        #expect(record.finding("foreign-commands")?.contains("2 LPUSH.") == true)
        #expect(record.finding("commands-differ") == nil)
        #expect(record["server"]["commands"]["by_name"]["LPUSH"]["counted"].number == 2)
    }

    @Test func whatWeSendTooIsNoticed() throws {
        let record = try record(["GET elsewhere", "GET elsewhere"])
        let get = record["server"]["commands"]["by_name"]["GET"]
        let sent = try #require(get["sent"].number)
        #expect(get["counted"].number == sent + 2)
        #expect(record.finding("commands-differ")?.contains("GET") == true)
        #expect(record.finding("foreign-commands") == nil)
    }

    @Test func nobodyElseWasThere() throws {
        let record = try record(["PING"])
        for name in ["foreign-commands", "commands-differ", "commands-not-compared", "latency-counts-differ"] {
            #expect(record.finding(name) == nil)
        }
    }
}
