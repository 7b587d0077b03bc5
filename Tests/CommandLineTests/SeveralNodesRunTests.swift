import EmbeddedRedis
import FlashSale
import Foundation
import RedisDriver
import Strategies
import TestSupport
import Testing

/// `--redis redis+sentinel://…` and `redis+cluster://…`: sales on servers of the user's, whose primary may change.
@Suite(.serialized) struct SeveralNodesRunTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    private static let topologies: [Topology] = [.sentinel(3), .cluster(primaries: 3, replicas: 3)]

    /// Takes some seconds, whatever the machine.
    private static let slow = [
        "run", "--procs", "2", "--threads", "8", "--rate", "900/s", "--buyers", "3600", "--units", "2000",
        "--attempts", "20", "--no-rehearsal-guard", "--no-rehearsal",
    ]

    // MARK: At rest

    /// The strategy, and the check that finds what is broken in it.
    private static let builtins: [(String, finder: String?)] = [
        ("optimistic", nil), ("lua", nil), ("function", nil), ("decr", nil), ("lock", nil), ("tokens", nil),
        ("naive", "unique-units"), ("hash-off-by-one", "no-oversell"),
    ]

    @Test(
        "built-in strategies end as on a single server, with threads that wait and with many clients on one that does not",
        arguments: topologies, [["--threads", "20"], ["--threads", "2", "--clients", "10"]])
    func builtinVerdicts(_ topology: Topology, _ fleet: [String]) throws {
        let nodes = try SeveralNodes(topology)
        for (strategy, finder) in Self.builtins {
            let think = strategy == "naive" ? ["--think-time", "1ms"] : []
            let run = try sandbox.stress(
                ["run", "--procs", "2", "--units", "200", "--strategy", strategy, "--redis", nodes.url] + fleet + think,
                environment: nodes.environment)
            let said = "\(strategy): \(run.errors)\(run.output)"
            #expect(run.exitCode == (finder == nil ? 0 : 1), "\(said)")
            let record = try sandbox.record()
            if let finder { #expect(record.check(finder)["result"].text == "violated", "\(said)") }
            #expect(record["server"]["mode"].text == (topology.isCluster ? "cluster" : "sentinel"))
            #expect(record["server"]["url"].text == nodes.url)
            #expect(record.finding("failover") == nil && record.finding("stragglers") == nil, "\(said)")
            // Every attempt was at the node that is named first.
            let names = record["nodes"].list.compactMap(\.text)
            // A cluster's node may not have heard of all replicas yet.
            #expect((topology.isCluster ? 3...6 : 3...3).contains(names.count), "\(names)")
            #expect(Set(try sandbox.rows("attempts.csv").compactMap { $0["node"] }) == [names.first ?? ""])
            #expect(nodes.leftovers.isEmpty, "\(nodes.leftovers)")
            guard fleet.count == 2 else { continue }
            let verified = try sandbox.stress(["verify", sandbox.latest])
            #expect(verified.exitCode == run.exitCode, "\(verified.output)\(verified.errors)")
        }
        #expect(sandbox.filesHolding(nodes.environment["REDISCLI_AUTH"] ?? "?").isEmpty)
        sandbox.expectNothingLeft()
    }

    @Test("what a dead run left is found on every node", arguments: topologies)
    func clean(_ topology: Topology) throws {
        let nodes = try SeveralNodes(topology)
        let run = try sandbox.start(
            ["run"] + Sandbox.long + ["--strategy", "lua", "--no-rehearsal-guard", "--redis", nodes.url],
            environment: nodes.environment)
        #expect(sandbox.isSelling())
        run.signal(SIGKILL)
        _ = run.wait()
        #expect(TestProcess.eventually { TestProcess.using(sandbox.path).isEmpty })
        #expect(nodes.slotOfTheSale() != nil)
        let cleaned = try sandbox.stress(
            ["clean", "--redis", nodes.url, "--yes"], environment: nodes.environment)
        #expect(cleaned.exitCode == 0 && cleaned.output.contains("Removed"), "\(cleaned.output)\(cleaned.errors)")
        #expect(TestProcess.eventually { nodes.leftovers.isEmpty }, "\(nodes.leftovers)")
    }

    // MARK: On the move

    struct Case: CustomTestStringConvertible, Sendable {
        enum Event: String { case failover, moveSlot, freeze }
        var topology: Topology
        var event: Event
        var strategy: String
        /// What the run ends with; nil where moments decide.
        var exitCode: Int32?
        var testDescription: String { "\(event.rawValue) of \(topology) under \(strategy)" }
    }

    private static let cluster = Topology.cluster(primaries: 3, replicas: 3)

    static let cases = [
        Case(topology: cluster, event: .failover, strategy: "lua", exitCode: 0),
        Case(topology: cluster, event: .failover, strategy: "optimistic", exitCode: 0),
        // Sentinels do not wait for the replica.
        Case(topology: .sentinel(3), event: .failover, strategy: "lua"),
        Case(topology: .sentinel(3), event: .failover, strategy: "optimistic"),
        Case(topology: .sentinel(3), event: .freeze, strategy: "lua"),
        Case(topology: cluster, event: .moveSlot, strategy: "lua", exitCode: 0),
        Case(topology: cluster, event: .moveSlot, strategy: "optimistic", exitCode: 0),
        Case(topology: cluster, event: .moveSlot, strategy: "decr"),
        Case(topology: cluster, event: .moveSlot, strategy: "naive", exitCode: 1),
    ]

    @Test("the sale goes on where the primary is, and nothing is forgotten in silence", arguments: cases)
    func moves(_ expected: Case) throws {
        // Sentinels may take longer on a busy machine than the sale lasts: then nobody wins on the second node, and it is made again.
        for _ in 1...8 where try hasMoved(expected) { return }
        Issue.record("in eight sales in a row nobody won on the second node")
    }

    /// One sale, whose verdict has to be that of its files.
    ///
    /// - Returns: whether buyers won on both nodes.
    private func hasMoved(_ expected: Case) throws -> Bool {
        let nodes = try SeveralNodes(expected.topology)
        let think = expected.strategy == "naive" ? ["--think-time", "5ms"] : []
        let run = try sandbox.start(
            Self.slow + think + ["--strategy", expected.strategy, "--redis", nodes.url],
            environment: nodes.environment)
        #expect(sandbox.isSelling(), "\(run.errors)")
        try happen(expected.event, to: nodes)
        let ending = run.wait()
        let said = "\(run.output)\(run.errors)"
        let record = try sandbox.record()
        if let exitCode = expected.exitCode {
            #expect(ending == .init(exitCode: exitCode), "\(said)")
        }
        // Both nodes had attempts that won, and the finding names them.
        let names = record["nodes"].list.compactMap(\.text)
        let won = try sandbox.rows("attempts.csv").filter { $0["outcome"] == "won" }
        let hasMoved = Set(won.compactMap { $0["node"] }).count == 2
        let finding = record.finding(expected.event == .moveSlot ? "slot-moved" : "failover")
        #expect(!hasMoved || names.first.map { finding?.contains($0) == true } == true, "\(said)")
        #expect(record.finding("server-restarted") == nil && record.finding("primary-in-doubt") == nil, "\(said)")
        // Independently of the checks: each win is an attempt, and each order names one.
        if expected.strategy != "naive" {
            let orders = try Set(sandbox.rows("ledger.csv").compactMap { $0["attempt"] })
            let forgotten = Set(won.compactMap { $0["attempt"] }).subtracting(orders).count
            let kept = record.check("acknowledged-sales-kept")
            // Where the new primary has nothing at all, there is no stock to count what it forgot by.
            #expect(
                (forgotten > 0) == (kept["result"].text == "violated") || record["sale"]["remaining"].number == nil,
                "\(forgotten) forgotten: \(said)")
            #expect(forgotten == 0 || ending == .init(exitCode: 1), "\(said)")
            #expect(forgotten > 0 || ending != .init(exitCode: 1), "\(said)")
            if expected.exitCode == 0 { #expect(forgotten == 0) }
        }
        let verified = try sandbox.stress(["verify", sandbox.latest])
        #expect(ending == .init(exitCode: verified.exitCode ?? -1), "\(verified.output)\(verified.errors)\(said)")
        #expect(TestProcess.eventually { nodes.leftovers.isEmpty }, "\(nodes.leftovers)")
        sandbox.expectNothingLeft()
        return hasMoved
    }

    private func happen(_ event: Case.Event, to nodes: SeveralNodes) throws {
        let slot = nodes.topology.topology.isCluster ? nodes.slotOfTheSale() : nil
        let old = try nodes.topology.primary(of: slot)
        switch event {
        case .failover: _ = try nodes.topology.failOver(from: old, slot: slot)
        case .moveSlot: #expect(try nodes.topology.moveSlot(slot ?? 0).keys > 0)
        case .freeze:
            _ = try old.freeze()
            let next = try nodes.topology.successor(of: old, slot: slot)
            _ = try old.thaw()
            try nodes.topology.waitUntilDemoted(old, behind: next)
        }
    }

    // MARK: Bad input

    private func refusal(
        _ url: String, _ environment: [String: String], exitCode: Int32 = 69, _ flags: [String] = []
    ) throws -> String {
        let run = try sandbox.run(["--redis", url] + flags, environment: environment)
        #expect(run.exitCode == exitCode && run.output.isEmpty, "\(run.errors)\(run.output)")
        #expect(!FileManager.default.fileExists(atPath: sandbox.results))
        sandbox.expectNothingLeft()
        return run.errors
    }

    @Test func sentinelsThatAreNotMeant() throws {
        let nodes = try SeveralNodes(.sentinel(1))
        let (sentinel, node) = (nodes.topology.sentinels[0].port, nodes.topology.nodes[0].port)
        let own = nodes.environment
        let unknown = try refusal("redis+sentinel://127.0.0.1:\(sentinel)/other", own)
        #expect(unknown.contains("knows no primary called other"), "\(unknown)")
        let server = try refusal("redis+sentinel://127.0.0.1:\(node)/mymaster", own)
        #expect(server.contains("is a Redis server and no Sentinel"), "\(server)")
        let nobody = try refusal("redis+sentinel://127.0.0.1:1/mymaster", own)
        #expect(nobody.contains("no Sentinel answers (127.0.0.1:1: Connection refused)"), "\(nobody)")
        let single = try refusal("redis://127.0.0.1:\(sentinel)", own)
        #expect(single.contains("write redis+sentinel://"), "\(single)")
        let wrong = own.merging(["STRESS_SENTINEL_AUTH": "wrong-password"]) { $1 }
        let password = try refusal("redis+sentinel://127.0.0.1:\(sentinel)/mymaster", wrong)
        #expect(password.contains("WRONGPASS") && !password.contains("wrong-password"), "\(password)")
    }

    @Test func clustersThatAreNotMeant() throws {
        let nodes = try SeveralNodes(.cluster(primaries: 3, replicas: 0))
        let own = nodes.environment
        let port = nodes.topology.nodes[0].port
        let single = try refusal("redis://127.0.0.1:\(port)", own)
        #expect(single.contains("write redis+cluster://127.0.0.1:\(port)"), "\(single)")
        let database = try refusal("redis+cluster://127.0.0.1:\(port)/1", own, exitCode: 64)
        #expect(database.contains("only database 0"), "\(database)")
        try sandbox.folder.file("two.yaml", Self.twoSlots)
        let slots = try refusal(
            nodes.url, own, exitCode: 64, ["--strategy", "two.yaml", "--no-rehearsal-guard", "--no-rehearsal"])
        #expect(slots.contains("CROSSSLOT") && slots.contains("{other}"), "\(slots)")
        // One that lacks slots.
        for node in nodes.topology.nodes { _ = try nodes.ask(node, "CLUSTER", "FLUSHSLOTS") }
        // Each still takes the others' slots for theirs.
        for node in nodes.topology.nodes {
            let table = try nodes.ask(node, "CLUSTER", "SLOTS")
            for row in (0..<table.elementCount()).compactMap({ table.element($0) }) {
                guard let first = table.element(0, of: row).flatMap({ table.integer(at: $0) }),
                    let last = table.element(1, of: row).flatMap({ table.integer(at: $0) })
                else { continue }
                _ = try nodes.ask(node, "CLUSTER", "DELSLOTSRANGE", "\(first)", "\(last)")
            }
        }
        let uncovered = try refusal(nodes.url, own)
        #expect(uncovered.contains("no node has the slot"), "\(uncovered)")
        let alone = try OwnServer()
        let standalone = try refusal("redis+cluster://127.0.0.1:\(alone.port)", [:])
        #expect(standalone.contains("cluster support disabled"), "\(standalone)")
    }

    private static let twoSlots = """
        strategy: two-slots
        summary: a key of another slot
        keys: { stock: "{sale}:stock", other: "{{other}:{sale}" }
        open: [ "SET {stock} {units}" ]
        buy:
          - send: DECR {stock}
            outcomes:
              - { when: ">= 0", then: won, remaining: reply }
              - { when: "< 0", then: sold-out }
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """
}
