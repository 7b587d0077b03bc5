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
        Case(strategy: "decr", clients: 8), Case(strategy: "marks.yaml", clients: 1),
        Case(strategy: "naive", clients: 1, exitCode: 1),
        Case(strategy: "naive", clients: 8, exitCode: 1, arrives: true),
    ]

    /// A key for each attempt, which only the second node can make.
    private static let marks = """
        strategy: marks
        summary: a mark for each order
        keys: { stock: "{sale}:stock", orders: "{sale}:orders", mark: "{sale}:mark:{attempt}" }
        open: [ "SET {stock} {units}" ]
        buy:
          - send: DECR {stock}
            outcomes:
              - { when: "< 0", then: sold-out }
            as: left
          - send: SET {mark} {buyer}
          - send: HSET {orders} {attempt} {buyer}
            outcomes:
              - { when: any, then: won, remaining: "{left}" }
        stock: { read: "GET {stock}", below-zero: sold-out }
        ledger: { read: "HGETALL {orders}", holds: attempt-to-buyer, atomic: false }
        close: [ "DEL {stock} {orders}" ]
        """

    @Test("buyers buy where the keys are, and the verdict is that of the strategy", arguments: cases)
    func verdict(_ expected: Case) throws {
        let nodes = try SeveralNodes(.cluster(primaries: 3, replicas: 0))
        let fleet =
            expected.clients == 1 ? ["--threads", "8"] : ["--threads", "1", "--clients", "\(expected.clients)"]
        // Who buys one unit each needs fewer, so that they end in mid-sale.
        let units = ["lua", "function", "lock"].contains(expected.strategy) ? 2000 : 1000
        let think = expected.strategy == "naive" ? ["--think-time", "5ms"] : []
        try sandbox.folder.file("marks.yaml", Self.marks)
        let run = try sandbox.start(
            [
                "run", "--procs", "2", "--rate", "700/s", "--buyers", "1400", "--units", "\(units)", "--attempts", "30",
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
            #expect(Set(won.compactMap { $0["attempt"] }) == orders, "\(said)")
            // A lock is held, and so written, before the transaction that is sent away.
            if expected.strategy != "lock" { #expect(record["sale"]["sold_to_buyers"].number == units, "\(said)") }
        }
        #expect(TestProcess.eventually { nodes.leftovers.isEmpty }, "\(nodes.leftovers)")
        sandbox.expectNothingLeft()
    }
}
