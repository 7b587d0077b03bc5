import EmbeddedRedis
import FlashSale
import Foundation
import RedisDriver
import Strategies
import TestSupport

/// Servers of the test's own that `stress` did not start: a primary with replicas and Sentinels, or a cluster.
final class SeveralNodes {
    let folder: TestFolder
    let topology: EmbeddedTopology
    private let password: String

    init(_ topology: Topology, persistence: Scenario.Persistence = .none) throws {
        folder = try TestFolder("command-line-nodes")
        self.topology = try EmbeddedTopology.start(
            topology, persistence: persistence, maximumClients: 200, executable: StressBinary.path,
            environment: ProcessInfo.processInfo.environment.merging(["TMPDIR": folder.path]) { $1 })
        password = self.topology.nodes[0].endpoint.password ?? ""
    }

    deinit { topology.stop() }

    /// The URL that a user would write, without a password.
    var url: String {
        func hosts(_ servers: [EmbeddedServer]) -> String {
            servers.map { "127.0.0.1:\($0.port)" }.joined(separator: ",")
        }
        return topology.topology.isCluster
            ? "redis+cluster://\(hosts(Array(topology.nodes.prefix(2))))"
            : "redis+sentinel://\(hosts(topology.sentinels))/\(Topology.masterName)"
    }

    var environment: [String: String] { ["REDISCLI_AUTH": password, "STRESS_SENTINEL_AUTH": password] }

    func ask(_ server: EmbeddedServer, _ words: String...) throws -> Reply {
        var connection = try Connection(
            to: server.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
        return try connection.call(words)
    }

    /// The slot that the run's keys are in, once there are any.
    func slotOfTheSale() -> Int? {
        for node in topology.nodes {
            guard let keys = try? ask(node, "KEYS", "{stress:*}*"), let first = keys.element(0) else { continue }
            return ClusterSlot.of(Array(keys.bytes(at: first)))
        }
        return nil
    }

    /// Keys and libraries of runs that are left anywhere.
    var leftovers: [String] {
        topology.nodes.flatMap { node -> [String] in
            let keys = (try? ask(node, "KEYS", "*")) ?? Reply()
            let libraries = (try? ask(node, "FUNCTION", "LIST")) ?? Reply()
            guard !keys.nodes.isEmpty, !libraries.nodes.isEmpty else { return ["\(node.port) does not answer"] }
            return (0..<keys.elementCount()).compactMap { index in
                keys.element(index).map { "\(node.port) \(keys.string(at: $0))" }
            } + (libraries.elementCount() > 0 ? ["\(node.port) \(libraries.description)"] : [])
        }
    }
}
