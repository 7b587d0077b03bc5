import EmbeddedRedis
import FlashSale
import Foundation
import Glibc
import RedisDriver
import Strategies
import TestSupport
import Testing

/// Servers that belong together: they serve when the start returns, and nothing of them stays.
struct EmbeddedTopologyTests {
    private let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
    }

    private func start(
        _ topology: Topology, persistence: Scenario.Persistence = .none, environment extra: [String: String] = [:]
    ) throws(EmbeddedServerError) -> EmbeddedTopology {
        try EmbeddedTopology.start(
            topology, persistence: persistence, maximumClients: 100, executable: StressBinary.path,
            environment: sandbox.environment.merging(extra) { $1 })
    }

    private func info(_ server: EmbeddedServer, _ section: String) throws -> [String] {
        try sandbox.ask(server.endpoint, "INFO", section).split(whereSeparator: \.isNewline).map(String.init)
    }

    @Test(arguments: Scenario.Persistence.allCases)
    func aPrimaryHasItsReplicas(_ persistence: Scenario.Persistence) throws {
        let topology = try start(.replicas(2), persistence: persistence)
        #expect(topology.nodes.count == 3 && topology.sentinels.isEmpty)
        #expect(try info(topology.nodes[0], "replication").contains("connected_slaves:2"))
        #expect(try sandbox.ask(topology.nodes[0].endpoint, "SET", "k", "v") == "OK")
        var connection = try sandbox.connect(to: topology.nodes[0].endpoint)
        _ = try connection.call(["SET", "k", "kept"])
        #expect(try connection.call(["WAIT", "2", "2000"]).integer() == 2)
        for node in topology.nodes {
            #expect(try sandbox.ask(node.endpoint, "GET", "k") == "kept")
            let appends = persistence == .everysec || persistence == .always
            var asked = try sandbox.connect(to: node.endpoint)
            #expect(try asked.call(["CONFIG", "GET", "appendonly"]).string(at: 2) == (appends ? "yes" : "no"))
        }
        topology.stop()
        #expect(sandbox.entries.isEmpty)
        sandbox.expectNothingLeft()
    }

    @Test func sentinelsWatchOverThem() throws {
        let topology = try start(.sentinel(3))
        #expect(topology.nodes.count == 3 && topology.sentinels.count == 3)
        for sentinel in topology.sentinels {
            #expect(try sandbox.ask(sentinel.endpoint, "SENTINEL", "CKQUORUM", Topology.masterName).hasPrefix("OK 3"))
            var connection = try sandbox.connect(to: sentinel.endpoint)
            let address = try connection.call(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", Topology.masterName])
            guard case .tcp(let host, let port) = topology.nodes[0].endpoint.transport else { return }
            #expect(address.string(at: 1) == host && address.string(at: 2) == "\(port)")
        }
        topology.stop()
        sandbox.expectNothingLeft()
    }

    /// With replicas for each primary, for some of them, and for none.
    @Test(arguments: [(3, 3), (3, 4), (3, 1), (3, 0)])
    func aClusterServes(_ primaries: Int, _ replicas: Int) throws {
        let topology = try start(.cluster(primaries: primaries, replicas: replicas), persistence: .everysec)
        #expect(topology.nodes.count == primaries + replicas)
        for node in topology.nodes {
            #expect(try sandbox.ask(node.endpoint, "CLUSTER", "INFO").contains("cluster_state:ok"))
        }
        for (index, node) in topology.nodes.enumerated() {
            #expect(try info(node, "replication").contains("role:\(index < primaries ? "master" : "slave")"))
        }
        // Every slot has exactly one primary that takes a write.
        let answers = try ["{a}k", "{b}k", "{c}k", "{d}k"].map { key in
            try topology.nodes.prefix(primaries).map { try writes(key, to: $0) }
        }
        #expect(answers.allSatisfy { $0.count { $0 == "OK" } == 1 }, "\(answers)")
        topology.stop()
        sandbox.expectNothingLeft()
    }

    /// Where one is silent for too long before all have found each other, another one has its place from then on.
    @Test func aClusterWhoseRolesHaveChangedIsStartedAgain() async throws {
        let starting = Task.detached { try start(.cluster(primaries: 3, replicas: 3)) }
        var replicas: Set<Int32> = []
        var silent: Int32?
        _ = TestProcess.eventually {
            for process in TestProcess.using(sandbox.path) {
                guard let lines = try? String(contentsOfFile: "/proc/\(process)/cwd/nodes.conf", encoding: .utf8) else {
                    continue
                }
                if lines.contains("myself,slave") { replicas.insert(process) }
                // It has taken its place over.
                if silent == nil, lines.contains("myself,master"), replicas.contains(process) { silent = process }
            }
            return silent != nil
        }
        let process = try #require(silent)
        kill(process, SIGSTOP)
        try await Task.sleep(for: .seconds(3))
        kill(process, SIGCONT)
        let topology = try await starting.value
        #expect(TestProcess.hasEnded(process))
        for (index, node) in topology.nodes.enumerated() {
            #expect(try info(node, "replication").contains("role:\(index < 3 ? "master" : "slave")"))
        }
        topology.stop()
        sandbox.expectNothingLeft()
    }

    private func writes(_ key: String, to node: EmbeddedServer) throws -> String {
        do {
            return try sandbox.ask(node.endpoint, "SET", key, "v")
        } catch ConnectionError.rejected(let text) {
            return text
        }
    }

    /// A path that Redis would take for a pattern.
    @Test func worksInAFolderWithAwkwardName() throws {
        let folder = sandbox.path + "/a [b]* 'c"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        for topology in [Topology.sentinel(1), .cluster(primaries: 3, replicas: 0)] {
            let started = try start(topology, environment: ["TMPDIR": folder])
            started.stop()
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test func strangersAreNotServed() throws {
        let topology = try start(.sentinel(1))
        for server in topology.nodes + topology.sentinels {
            var stranger = server.endpoint
            stranger.password = nil
            #expect(throws: ConnectionError.self) {
                var connection = try sandbox.connect(to: stranger)
                let reply = try connection.call(["PING"])
                if reply.kind == .error { throw ConnectionError.rejected(reply.string()) }
            }
        }
    }

    @Test func everyServerDiesWithItsGuard() throws {
        let topology = try start(.sentinel(1))
        for server in topology.nodes + topology.sentinels { kill(server.guardProcessID, SIGKILL) }
        for server in topology.nodes + topology.sentinels {
            #expect(TestProcess.eventually { TestProcess.hasEnded(server.processID) })
        }
        #expect(topology.hasLost)
        topology.stop()
        sandbox.expectNothingLeft()
    }

    @Test func nothingStaysOfOneThatDoesNotStart() throws {
        // The sentinels do not come up.
        let program = try sandbox.script(
            """
            case "$*" in *--sentinel*) echo cannot go on; exit 3;; esac
            exec redis-server "$@"
            """)
        let error = #expect(throws: EmbeddedServerError.self) {
            _ = try start(.sentinel(3), environment: ["STRESS_REDIS_SERVER": program])
        }
        #expect(error?.description.contains("cannot go on") == true, "\(String(describing: error))")
        sandbox.expectNothingLeft()
    }
}
