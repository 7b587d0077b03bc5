import EmbeddedRedis
import FlashSale
import Foundation
import TestSupport
import Testing

/// Sales whose slot is on its way from one primary of a cluster to another, for as long as they last.
@Suite(.serialized) struct MigratingSlotRunTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var strategy: String
        var clients: Int
        var exitCode: Int32 = 0
        /// Whether the slot arrives while the doors are open.
        var arrives = false

        var testDescription: String {
            "\(strategy), \(clients == 1 ? "threads" : "clients")\(arrives ? ", and arrives" : "")"
        }
    }

    static let cases = [
        Case(strategy: "lua", clients: 1), Case(strategy: "lua", clients: 8),
        Case(strategy: "optimistic", clients: 1), Case(strategy: "optimistic", clients: 8, arrives: true),
        Case(strategy: "function", clients: 8), Case(strategy: "lock", clients: 1, arrives: true),
        Case(strategy: "decr", clients: 8), Case(strategy: "decr", clients: 1),
        Case(strategy: "naive", clients: 1, exitCode: 1),
        Case(strategy: "naive", clients: 8, exitCode: 1, arrives: true),
    ]

    @Test("buyers buy where the keys are, and the verdict is that of the strategy", arguments: cases)
    func verdict(_ expected: Case) throws {
        let nodes = try SeveralNodes(.cluster(primaries: 3, replicas: 0))
        let fleet =
            expected.clients == 1 ? ["--threads", "8"] : ["--threads", "1", "--clients", "\(expected.clients)"]
        let think = expected.strategy == "naive" ? ["--think-time", "5ms"] : []
        let run = try sandbox.start(
            [
                "run", "--procs", "2", "--rate", "700/s", "--buyers", "1400", "--units", "900", "--attempts", "30",
                "--no-rehearsal-guard", "--no-rehearsal", "--strategy", expected.strategy, "--redis", nodes.url,
            ] + fleet + think, environment: nodes.environment)
        #expect(sandbox.isSelling(), "\(run.errors)")
        let slot = try nodes.open(try #require(nodes.slotOfTheSale()))
        usleep(200_000)
        #expect(try nodes.migrate(slot) > 0)
        if expected.arrives {
            usleep(400_000)
            _ = try nodes.migrate(slot)
            try nodes.close(slot)
        }
        let ending = run.wait()
        let record = try sandbox.record()
        let said = "\(run.output)\(run.errors)"
        #expect(ending == .init(exitCode: expected.exitCode), "\(said)")
        // Both nodes sold, and what the second sold it did behind ASKING, as long as the slot had not arrived.
        let attempts = try sandbox.rows("attempts.csv")
        let won = attempts.filter { $0["outcome"] == "won" }
        let (from, to) = ("127.0.0.1:\(slot.from.port)", "127.0.0.1:\(slot.to.port)")
        #expect(won.contains { $0["node"] == from } && won.contains { $0["node"] == to }, "\(said)")
        if !expected.arrives {
            #expect(record["totals"]["unknown"].number == 0, "\(said)")
            #expect(try nodes.topology.primary(of: slot.slot) === slot.from)
            #expect(record.finding("commands-not-compared")?.contains("ASK") == true, "\(said)")
        }
        #expect(record.finding("commands-differ") == nil && record.finding("foreign-commands") == nil, "\(said)")
        // Independently of the checks: each win is an attempt, and each order names one.
        if expected.exitCode == 0 {
            let orders = try Set(sandbox.rows("ledger.csv").compactMap { $0["attempt"] })
            #expect(Set(won.compactMap { $0["attempt"] }) == orders && orders.count == 900, "\(orders.count): \(said)")
        }
        #expect(TestProcess.eventually { nodes.leftovers.isEmpty }, "\(nodes.leftovers)")
        sandbox.expectNothingLeft()
    }
}
