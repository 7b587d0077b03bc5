internal import CLinux
internal import FlashSale
internal import Glibc
internal import RedisDriver
internal import Strategies

/// From servers that answer to a topology that serves.
extension EmbeddedTopology {
    /// How long they may take until each has found the others.
    private static var patienceMilliseconds: Int { 15_000 }

    /// - Throws: `didNotStart`, with what was still wanted.
    func assemble(_ plan: TopologyPlan) throws(EmbeddedServerError) {
        let deadline = Deadline(milliseconds: Self.patienceMilliseconds)
        for place in plan.takesOver { try takeOver(nodes[place], before: deadline) }
        quickenSentinels()
        while let wanted = firstWant() {
            guard !deadline.hasPassed else {
                throw .didNotStart(
                    "the servers of \(topology) did not find each other within \(Self.patienceMilliseconds / 1000) seconds: "
                        + wanted)
            }
            usleep(Self.pauseMicroseconds)
        }
    }

    /// Makes a node of a cluster the primary whose replica it started as; see ``ClusterSetup``.
    private func takeOver(_ node: EmbeddedServer, before deadline: Deadline) throws(EmbeddedServerError) {
        while true {
            let isOK = InfoFields(Self.ask(node, ["CLUSTER", "INFO"]))["cluster_state"] == "ok"
            if isOK, Self.ask(node, ["CLUSTER", "FAILOVER", "TAKEOVER"]).string() == "OK" { return }
            guard !deadline.hasPassed else { throw .didNotStart("a node of \(topology) does not become a primary") }
            usleep(Self.pauseMicroseconds)
        }
    }

    /// Sentinels look at roles every ten seconds and tell each other every two; a primary that comes back is then demoted after
    /// eight. Redis 7 lets both be shortened; before that it takes as long.
    private func quickenSentinels() {
        for sentinel in sentinels {
            _ = Self.ask(sentinel, ["SENTINEL", "DEBUG", "INFO-PERIOD", "500", "PUBLISH-PERIOD", "250"])
        }
    }

    /// What is not there yet, in words; nil once the topology serves.
    private func firstWant() -> String? {
        if topology.isCluster { return firstWantOfCluster() }
        let replicas = topology.replicasOfAPrimary
        let primary = InfoFields(Self.ask(nodes[0], ["INFO", "replication"]))
        let online = primary.replicas.count { $0.contains("state=online") }
        guard primary["role"] == "master", online == replicas else {
            return "\(online) of \(replicas) replicas are connected"
        }
        for replica in nodes.dropFirst() {
            guard InfoFields(Self.ask(replica, ["INFO", "replication"]))["master_link_status"] == "up" else {
                return "the replica at \(replica.endpoint.redacted) has no data of its primary"
            }
        }
        for sentinel in sentinels {
            if let want = Self.want(of: sentinel, replicas: replicas, others: sentinels.count - 1) { return want }
        }
        return nil
    }

    private static func want(of sentinel: EmbeddedServer, replicas: Int, others: Int) -> String? {
        let name = Topology.masterName
        let known = pairs(ask(sentinel, ["SENTINEL", "MASTER", name]))
        let place = sentinel.endpoint.redacted
        guard known["flags"] == "master", known["num-slaves"] == "\(replicas)",
            known["num-other-sentinels"] == "\(others)"
        else { return "the sentinel at \(place) does not know all of them" }
        guard ask(sentinel, ["SENTINEL", "CKQUORUM", name]).string().hasPrefix("OK") else {
            return "the sentinel at \(place) sees no quorum"
        }
        let list = ask(sentinel, ["SENTINEL", "REPLICAS", name])
        for index in 0..<list.elementCount() {
            guard let node = list.element(index) else { continue }
            let replica = pairs(list, at: node)
            guard replica["flags"] == "slave", replica["master-link-status"] == "ok" else {
                return "the sentinel at \(place) does not see the replica at \(replica["port"] ?? "unknown")"
            }
        }
        return nil
    }

    private func firstWantOfCluster() -> String? {
        guard case .cluster(let primaries, let replicas) = topology else { return nil }
        var online = 0
        for (index, node) in nodes.enumerated() {
            let cluster = InfoFields(Self.ask(node, ["CLUSTER", "INFO"]))
            let place = node.endpoint.redacted
            guard cluster["cluster_state"] == "ok", cluster["cluster_size"] == "\(primaries)",
                cluster["cluster_known_nodes"] == "\(nodes.count)"
            else {
                return
                    "the node at \(place) says that its cluster is in the state \(cluster["cluster_state"] ?? "unknown")"
            }
            let own = InfoFields(Self.ask(node, ["INFO", "replication"]))
            guard own["role"] == (index < primaries ? "master" : "slave") else {
                return "the node at \(place) has another role than was meant"
            }
            guard index < primaries || own["master_link_status"] == "up" else {
                return "the replica at \(place) has no data of its primary"
            }
            online += own.replicas.count { $0.contains("state=online") }
        }
        return online == replicas ? nil : "\(online) of \(replicas) replicas are connected"
    }

    /// A server's answer to one command, on a connection of its own; an error without words where it gives none.
    static func ask(_ server: EmbeddedServer, _ words: [String], withinMilliseconds limit: Int = 2000) -> Reply {
        ask(server, words: words.map { Array($0.utf8) }, withinMilliseconds: limit)
    }

    static func ask(_ server: EmbeddedServer, words: [[UInt8]], withinMilliseconds limit: Int) -> Reply {
        do throws(ConnectionError) {
            var connection = try Connection(
                to: server.endpoint, name: nil, connectTimeoutMilliseconds: limit, timeoutMilliseconds: limit)
            return try connection.call(words)
        } catch {
            return Reply.silence
        }
    }

    /// A list of names and values, as sentinels tell of servers.
    static func pairs(_ reply: borrowing Reply, at node: Int = Reply.root) -> [String: String] {
        var found: [String: String] = [:]
        var index = 0
        while let name = reply.element(index, of: node), let value = reply.element(index + 1, of: node) {
            found[reply.string(at: name)] = reply.string(at: value)
            index += 2
        }
        return found
    }
}
