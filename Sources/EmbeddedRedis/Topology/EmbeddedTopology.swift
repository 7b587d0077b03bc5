package import FlashSale
internal import FoundationEssentials
package import RedisDriver
internal import Synchronization

/// Private servers that belong together: a primary with replicas, with or without sentinels, or a cluster.
///
/// Each is an ``EmbeddedServer`` with a guard of its own, so that whatever ends us, nothing of them stays. They have one password.
/// All of them know each other before they start.
package final class EmbeddedTopology: Sendable {
    package let topology: Topology
    /// Those that hold data; as they start, primaries first.
    package let nodes: [EmbeddedServer]
    package let sentinels: [EmbeddedServer]
    /// Which of ``nodes`` we have made the primary, where nobody else decides that.
    private let appointedPlace = Mutex(0)

    private init(_ topology: Topology, nodes: [EmbeddedServer], sentinels: [EmbeddedServer]) {
        self.topology = topology
        self.nodes = nodes
        self.sentinels = sentinels
    }

    /// The node that we have made the primary, where nobody else decides that.
    var appointed: EmbeddedServer {
        get { nodes[appointedPlace.withLock { $0 }] }
        set { appointedPlace.withLock { $0 = nodes.firstIndex { $0 === newValue } ?? $0 } }
    }

    /// Starts all servers and returns once they serve, every replica has its primary's data, and whoever has to watch does.
    ///
    /// - Parameters:
    ///   - persistence: how each of them keeps its data.
    ///   - maximumClients: connections that each takes, at least 1.
    ///   - executable: our own binary, whose `guard` and `die-with-parent` subcommands are used.
    ///   - environment: `STRESS_REDIS_SERVER`, `PATH` and `TMPDIR` are looked at.
    /// - Throws: ``EmbeddedServerError``. Nothing is left behind then.
    package static func start(
        _ topology: Topology, persistence: Scenario.Persistence, maximumClients: Int,
        executable: String = "/proc/self/exe",
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(EmbeddedServerError) -> EmbeddedTopology {
        AbandonedFolders.remove(in: TemporaryFolder.parent(environment: environment))
        let program = try ServerExecutable.find(environment: environment)
        var problem = EmbeddedServerError.didNotStart("five times, ports on 127.0.0.1 were free and then taken")
        var triesToAssemble = 2
        // A port that was free can be taken by somebody else before the server binds it.
        for _ in 0..<5 where triesToAssemble > 0 {
            guard let reserved = ReservedPorts(TopologyPlan.portCount(topology), areNodes: topology.isCluster) else {
                throw .didNotStart("no free ports on 127.0.0.1 for \(topology)")
            }
            let plan = TopologyPlan(topology, ports: reserved.ports, id: { drawID() })
            let password = RunPassword()
            func settings(_ server: TopologyPlan.Server) -> ServerSettings {
                ServerSettings(
                    folder: TemporaryFolder.choosePath(environment: environment), port: server.port,
                    maximumClients: maximumClients + TopologyPlan.portCount(topology) * 4, persistence: persistence,
                    program: program, role: server.role)
            }
            // A replica that finds no primary tries again a second later only.
            let firstCount = topology.isCluster ? plan.data.count : 1
            let waves = [plan.data[..<firstCount], plan.data[firstCount...], plan.sentinels[...]]
            var servers: [EmbeddedServer] = []
            for wave in waves {
                servers += try launch(wave.map(settings), executable: executable, password: password)
            }
            guard servers.count == TopologyPlan.portCount(topology) else { continue }
            let started = EmbeddedTopology(
                topology, nodes: Array(servers[..<plan.data.count]), sentinels: Array(servers[plan.data.count...]))
            do throws(EmbeddedServerError) {
                try started.assemble(plan)
                return started
            } catch {
                // On a machine that stood still for a second they may have promoted others than were meant, for good.
                started.stop()
                triesToAssemble -= 1
                problem = error
            }
        }
        throw problem
    }

    /// Starts some at once.
    ///
    /// - Returns: fewer where the port of one was taken.
    private static func launch(
        _ settings: [ServerSettings], executable: String, password: RunPassword
    ) throws(EmbeddedServerError) -> [EmbeddedServer] {
        var launches: [ServerLaunch] = []
        var problem: EmbeddedServerError?
        for settings in settings {
            do throws(SystemError) {
                launches.append(try ServerLaunch(executable: executable, settings: settings, password: password))
            } catch {
                problem = .didNotStart("cannot run \(executable) guard: \(error)")
                break
            }
        }
        var servers: [EmbeddedServer] = []
        for (launch, settings) in zip(launches, settings) {
            switch launch.waitUntilReady() {
            case .ready(let identity, let endpoint, let guardHandle):
                servers.append(
                    EmbeddedServer(
                        settings: settings, endpoint: endpoint, identity: identity, guardHandle: guardHandle))
            case .portTaken: continue
            case .failed(let error): problem = problem ?? error
            }
        }
        // Those that started end with their last reference.
        if let problem { throw problem }
        return servers
    }

    private static func drawID() -> String {
        (0..<40).map { _ in String(Int.random(in: 0..<16), radix: 16) }.joined()
    }

    /// Ends all of them and removes their folders. Returns when everything is gone. Safe to call again.
    package func stop() {
        // Nobody promotes anybody meanwhile.
        for server in sentinels + nodes { server.stop() }
    }

    /// How clients find the one that takes writes.
    package var endpoint: RedisEndpoint {
        var endpoint = (sentinels.first ?? nodes[0]).endpoint
        let addresses = (sentinels.isEmpty ? nodes : sentinels).map(\.address)
        endpoint.deployment =
            switch topology {
            case .replicas: .replicas(addresses)
            case .sentinel:
                .sentinel(
                    .init(sentinels: addresses, name: Topology.masterName, password: endpoint.password))
            case .cluster: .cluster(.init(nodes: addresses))
            }
        return endpoint
    }

    /// Whether one of them is gone that nobody here ended.
    package var hasLost: Bool { (nodes + sentinels).contains { $0.status == .died } }
}
