import FlashSale
import Foundation
import Glibc
import TestSupport
import Testing

/// Sales on several servers of the run's own, and what becomes of them when the primary changes.
@Suite(.serialized) struct TopologyFaultTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    /// What may come of a sale.
    enum Expected: Sendable {
        /// Nothing is forgotten, and everything is known.
        case upheld
        /// Acknowledged sales are forgotten, and named.
        case forgets
        /// Nothing that was acknowledged is forgotten; what nobody was told may stay open.
        case keeps
        /// It depends on moments; the verdict has to say what is there.
        case either
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var topology: String
        var fault: String
        var strategy: String
        var expected: Expected

        init(_ topology: String, _ fault: String, _ strategy: String, _ expected: Expected) {
            (self.topology, self.fault, self.strategy, self.expected) = (topology, fault, strategy, expected)
        }

        var testDescription: String { "\(strategy), \(topology), \(fault)" }
    }

    private static let waits = ExampleStrategy.folder + "/wait-for-replica.yaml"

    static let cases = [
        Case("replicas:2", "failover", "lua", .upheld), Case("replicas:2", "failover", "optimistic", .upheld),
        Case("cluster:3+3", "failover", "lua", .upheld), Case("cluster:3+3", "failover", "optimistic", .upheld),
        Case("sentinel:3", "failover", "lua", .either),
        Case("replicas:2", "crash-primary", "lua", .either), Case("sentinel:3", "crash-primary", waits, .keeps),
        Case("cluster:3+3", "crash-primary", waits, .keeps),
        Case("replicas:2", "cut-replication", "lua", .forgets), Case("replicas:2", "cut-replication", waits, .keeps),
        Case("sentinel:3", "cut-replication", "lua", .forgets), Case("cluster:3+3", "cut-replication", "lua", .forgets),
        Case("replicas:2", "freeze-primary+300ms", "lua", .forgets),
        Case("replicas:2", "freeze-primary+300ms", waits, .keeps),
        Case("sentinel:3", "freeze-primary", "lua", .forgets), Case("cluster:3+3", "freeze-primary", "lua", .either),
        Case("cluster:3+3", "freeze-primary", waits, .keeps),
        Case("cluster:3+3", "move-slot", "lua", .upheld), Case("cluster:3+3", "move-slot", "optimistic", .upheld),
    ]

    @Test("what a failover forgets is named, and what it keeps is not doubted", arguments: cases)
    func verdict(_ expected: Case) throws {
        // Whether anything is on its way to a replica at the moment is not for us to say, so that it may take several sales.
        for _ in 1...(expected.expected == .forgets ? 4 : 1) {
            let sale = try sale(expected)
            switch expected.expected {
            case .upheld: #expect(sale.exitCode == 0 && sale.forgotten == 0, "\(sale.said)")
            case .forgets: if sale.forgotten > 0 { return }
            case .keeps: #expect(sale.exitCode != 1 && sale.forgotten == 0 && sale.won > 0, "\(sale.said)")
            case .either: #expect(sale.exitCode == 1 || sale.forgotten == 0, "\(sale.said)")
            }
        }
        #expect(expected.expected != .forgets, "four sales in a row forgot nothing")
    }

    private struct Made {
        var exitCode: Int32?
        var won: Int
        var forgotten: Int
        var said: String
    }

    /// One sale, whose verdict has to be that of its files.
    private func sale(_ expected: Case) throws -> Made {
        let parts = expected.fault.split(separator: "+", maxSplits: 1)
        let fault = "\(parts[0])@10%" + (parts.count > 1 ? "+\(parts[1])" : "")
        let run = try sandbox.stress([
            "run", "--procs", "2", "--threads", "10", "--units", "4000", "--buyers", "8000", "--attempts", "30",
            "--strategy", expected.strategy, "--topology", expected.topology, "--fault", fault, "--no-rehearsal",
        ])
        let record = try sandbox.record()
        let said = "\(run.output)\(run.errors)"
        #expect(record["faults"].list.first?["effect"].text == "proven", "\(said)")
        #expect(
            record["scenario"]["topology"].text == expected.topology && record["scenario"]["redis"].text == "embedded")
        let kept = record.check("acknowledged-sales-kept")
        // Independently of the checks: each win is an attempt, and each order names one.
        let won = try Set(sandbox.rows("attempts.csv").filter { $0["outcome"] == "won" }.compactMap { $0["attempt"] })
        let orders = try Set(sandbox.rows("ledger.csv").compactMap { $0["attempt"] })
        let forgotten = won.subtracting(orders).count
        #expect((forgotten > 0) == (kept["result"].text == "violated"), "\(forgotten) forgotten: \(said)")
        if forgotten > 0 {
            #expect(
                kept["detail"].text?.contains("the server forgot \(forgotten.grouped) acknowledged sale") == true,
                "\(said)")
            #expect(run.exitCode == 1)
        }
        sandbox.expectNothingLeft()
        return Made(exitCode: run.exitCode, won: won.count, forgotten: forgotten, said: said)
    }

    @Test("without a fault a sale is like any other", arguments: ["replicas:1", "sentinel:1", "cluster:3+0"])
    func quiet(_ topology: String) throws {
        let right = try sandbox.run(["--strategy", "lua", "--topology", topology, "--persistence", "always"])
        #expect(right.exitCode == 0, "\(right.output)\(right.errors)")
        let wrong = try sandbox.run(["--strategy", "naive", "--topology", topology])
        #expect(wrong.exitCode == 1, "\(wrong.output)\(wrong.errors)")
        sandbox.expectNothingLeft()
    }

    @Test(
        "whatever ends the run, nothing stays", arguments: ["replicas:2", "sentinel:3", "cluster:3+3"],
        [SIGKILL, SIGINT])
    func ends(_ topology: String, _ signal: Int32) throws {
        let run = try sandbox.start(["run"] + Sandbox.long + ["--strategy", "lua", "--topology", topology])
        #expect(sandbox.isSelling())
        run.signal(signal)
        #expect(run.wait() == (signal == SIGKILL ? .init(signal: SIGKILL) : .init(exitCode: 130)), "\(run.errors)")
        sandbox.expectNothingLeft()
    }

    @Test("a run that ends while the primary stands still leaves nothing")
    func endsFrozen() throws {
        let run = try sandbox.start(
            ["run"] + Sandbox.long + [
                "--strategy", "lua", "--topology", "replicas:1", "--fault", "freeze-primary@200ms+30s",
            ])
        #expect(sandbox.isSelling())
        usleep(600_000)
        run.signal(SIGKILL)
        #expect(run.wait() == .init(signal: SIGKILL))
        sandbox.expectNothingLeft()
    }

    @Test(
        "what cannot be is refused before anything starts",
        arguments: [
            (["--topology", "ring:3"], "--topology: replicas:N"),
            (["--topology", "replicas:99"], "1 to 8 replicas"),
            (["--topology", "replicas:2", "--redis", "redis://127.0.0.1:1"], "leave --redis"),
            (["--fault", "failover@10%"], "add --topology"),
            (["--fault", "move-slot@10%", "--topology", "replicas:2"], "--topology cluster:3+3"),
            (["--fault", "crash-primary@10%", "--topology", "cluster:3+1"], "may have no replica"),
            (["--fault", "crash-redis@10%", "--topology", "replicas:2"], "use crash-primary"),
            (["--strategy", waits], "add --topology replicas:1"),
        ])
    func refused(_ flags: [String], _ says: String) throws {
        let strategy = flags.contains("--strategy") ? [] : ["--strategy", "lua"]
        let run = try sandbox.run(strategy + flags)
        #expect(run.exitCode == 64 && run.errors.contains(says), "\(run.errors)\(run.output)")
        sandbox.expectNothingLeft()
    }
}
