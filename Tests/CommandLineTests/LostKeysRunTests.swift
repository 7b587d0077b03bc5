import Foundation
import RedisDriver
import Strategies
import TestSupport
import Testing

/// Keys that go while buyers buy, through no fault of the scheme; and errors that leave no sale.
struct LostKeysRunTests {
    private let sandbox: Sandbox
    private let own: OwnServer

    init() throws {
        sandbox = try Sandbox()
        own = try OwnServer()
    }

    /// Runs a sale during which somebody sends such commands.
    private func run(_ strategy: String, _ commands: [String]) throws -> (exitCode: Int32?, output: String) {
        let run = try sandbox.start(
            ["run", "--redis", own.url, "--strategy", strategy] + Sandbox.small
                + ["--think-time", "20ms..40ms", "--quantity", "1"])
        #expect(sandbox.isSelling())
        for command in commands {
            let orders = try own.call("KEYS *:orders")
            let name = orders.element(0).map { orders.string(at: $0) } ?? "none"
            let stock = name.replacing(":orders", with: ":stock")
            try own.call(command.replacing("ORDERS", with: name).replacing("STOCK", with: stock))
        }
        let ending = run.wait()
        return (ending?.exitCode, run.output + run.errors)
    }

    @Test(
        arguments: [
            ("optimistic", ["FLUSHALL"], "server-flushed", "somebody else sent 1 FLUSHALL while the doors were open"),
            ("optimistic-decr", ["FLUSHALL ASYNC"], "server-flushed", "1 FLUSHALL"),
            ("optimistic", ["FLUSHDB"], "server-flushed", "1 FLUSHDB"),
            ("optimistic", ["SWAPDB 0 3"], "server-flushed", "1 SWAPDB"),
            // The scheme makes it anew.
            ("optimistic", ["UNLINK ORDERS"], "keys-removed", "1 UNLINK"),
            ("optimistic", ["UNLINK STOCK"], "keys-removed", "1 UNLINK"),
            (
                "optimistic", ["CONFIG SET maxmemory-policy allkeys-random", "CONFIG SET maxmemory 1"], "keys-evicted",
                "evicted"
            ),
        ])
    func isNotBlamedOnTheScheme(_ strategy: String, _ commands: [String], _ finding: String, _ says: String) throws {
        let run = try run(strategy, commands)
        #expect(run.exitCode == 2, "\(run.output)")
        let record = try sandbox.record()
        #expect(record.finding(finding)?.contains("not held against the scheme") == true, "\(run.output)")
        let output = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(output.contains(says), "\(run.output)")
        #expect(record["observed"]["keys_loss"].names.contains("evicted"))
        // Who judges the run again says the same.
        let again = try sandbox.stress(["verify", sandbox.latest, "--format", "json"])
        #expect(again.exitCode == 2)
        let verified = try JSON(Data(again.output.utf8))
        #expect(verified["verdict"].text == "inconclusive" && verified.finding(finding) == record.finding(finding))
    }

    /// The nearest right ones: what does not concern the sale's keys changes no verdict.
    @Test(
        arguments: [
            ("optimistic-decr", ["FLUSHDB ASYNC x", "DEL elsewhere", "UNLINK elsewhere"], 0),
            ("naive", ["DEL elsewhere", "PEXPIRE elsewhere 1"], 1),
        ] as [(String, [String], Int32)])
    func whatIsElsewhereChangesNothing(_ strategy: String, _ commands: [String], _ exitCode: Int32) throws {
        // Before the doors open.
        try own.call("FLUSHALL")
        let run = try run(strategy, commands)
        #expect(run.exitCode == exitCode, "\(run.output)")
        let record = try sandbox.record()
        for name in ["keys-evicted", "server-flushed"] { #expect(record.finding(name) == nil) }
        #expect((record.finding("keys-removed") == nil) == (exitCode == 0))
    }

    /// Another database is emptied: the finding says so, and where everything agrees, it is upheld.
    @Test func anotherDatabase() throws {
        var other = try own.connect(database: 5)
        _ = try other.call(["SET", "elsewhere", "x"])
        let run = try sandbox.start(
            ["run", "--redis", own.url, "--strategy", "optimistic-decr"] + Sandbox.small
                + ["--think-time", "20ms..40ms"])
        #expect(sandbox.isSelling())
        _ = try other.call(["FLUSHDB"])
        #expect(run.wait()?.exitCode == 0, "\(run.output)")
        #expect(try sandbox.record().finding("server-flushed") != nil)
    }

    /// Memory that is full refuses nearly everybody: what little was sold proves nothing.
    @Test func mostlyErrors() throws {
        let run = try run(
            "optimistic", ["CONFIG SET maxmemory-policy noeviction", "CONFIG SET maxmemory 1"])
        #expect(run.exitCode == 2, "\(run.output)")
        let check = try sandbox.record().check("meaningful")
        #expect(check["result"].text == "inconclusive")
        #expect(check["detail"].text?.contains("met an error: (error) OOM") == true, "\(check["detail"].text ?? "")")
        let again = try sandbox.stress(["verify", sandbox.latest, "--format", "json"])
        #expect(try JSON(Data(again.output.utf8)).check("meaningful")["detail"].text == check["detail"].text)
    }
}
