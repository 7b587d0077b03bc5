/// What a private server is among others: what it has to know of them before it starts.
enum ServerRole: Codable, Equatable, Sendable {
    /// It knows no others.
    case alone
    /// It has replicas, which come to it by themselves.
    case primary
    case replica(ofPort: Int)
    case sentinel(SentinelSetup)
    case clusterNode(ClusterSetup)

    var isSentinel: Bool {
        if case .sentinel = self { true } else { false }
    }

    /// How far the port at which the nodes of a cluster talk to each other lies above the one for clients.
    static let busDistance = 10_000

    /// How long a server may be silent until the others hold it for dead. Shorter, and a busy machine makes failovers of its own.
    static let silenceMilliseconds = 1000

    /// Lines of redis.conf.
    ///
    /// - Parameter password: of all servers of the topology.
    func configurationLines(password: String?) -> [String] {
        var lines: [String]
        switch self {
        case .alone, .sentinel: return []
        case .primary: lines = []
        case .replica(let port): lines = ["replicaof \(ServerSettings.address) \(port)"]
        case .clusterNode:
            lines = [
                "cluster-enabled yes", "cluster-config-file \(ClusterSetup.fileName)",
                "cluster-node-timeout \(Self.silenceMilliseconds)",
                // Who was cut off for long may still be the only one who has the data.
                "cluster-replica-validity-factor 0",
                "cluster-announce-ip \(ServerSettings.address)",
            ]
        }
        // A replica that comes waits for no other one, which the delay is for.
        lines.append("repl-diskless-sync-delay 0")
        // One that was away for some seconds of a sale goes on where it was.
        lines.append("repl-backlog-size 16mb")
        if let password { lines.append("masterauth \(password)") }
        return lines
    }
}
