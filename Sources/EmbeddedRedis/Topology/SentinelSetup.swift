internal import FlashSale

/// What one sentinel knows before it starts, so that it has to discover nothing: the primary, its replicas, and the other sentinels.
struct SentinelSetup: Codable, Equatable, Sendable {
    struct Peer: Codable, Equatable, Sendable {
        /// 40 hexadecimal digits.
        var id: String
        var port: Int
    }

    static let fileName = "sentinel.conf"

    var id: String
    var primaryPort: Int
    var replicaPorts: [Int]
    var others: [Peer]

    /// A majority, this one included.
    var quorum: Int { (others.count + 1) / 2 + 1 }

    /// The file that it reads, and writes again whenever it learns something.
    func configuration(port: Int, password: String?) -> String {
        let address = ServerSettings.address
        let name = Topology.masterName
        var lines = [
            "bind \(address)", "port \(port)", "protected-mode yes", "daemonize no", "logfile \"\"",
            "sentinel myid \(id)",
            "sentinel deny-scripts-reconfig yes",
            "sentinel monitor \(name) \(address) \(primaryPort) \(quorum)",
            "sentinel down-after-milliseconds \(name) \(ServerRole.silenceMilliseconds)",
            "sentinel failover-timeout \(name) 5000",
            // Nobody waits for another one's synchronization.
            "sentinel parallel-syncs \(name) \(max(1, replicaPorts.count))",
        ]
        if let password {
            // Also what sentinels tell each other.
            lines.append("requirepass \(password)")
            lines.append("sentinel auth-pass \(name) \(password)")
        }
        lines += ["sentinel config-epoch \(name) 0", "sentinel leader-epoch \(name) 0", "sentinel current-epoch 0"]
        lines += replicaPorts.map { "sentinel known-replica \(name) \(address) \($0)" }
        lines += others.map { "sentinel known-sentinel \(name) \(address) \($0.port) \($0.id)" }
        return lines.map { $0 + "\n" }.joined()
    }
}
