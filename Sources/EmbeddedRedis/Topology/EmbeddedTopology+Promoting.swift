internal import FlashSale
internal import Glibc
internal import RedisDriver
internal import Strategies

/// Another primary: planned, or in the place of one that is gone or stands still.
extension EmbeddedTopology {
    /// Hands over from a primary that lives to a replica, in the way that the topology has for it, and returns once the one is
    /// primary and the other its replica.
    ///
    /// Sentinels do not wait for the replica: what the primary acknowledges until it is told is forgotten. FAILOVER and CLUSTER
    /// FAILOVER let it catch up first.
    /// - Throws: ``ServerFaultError``; who is primary then is not known.
    package func failOver(from old: EmbeddedServer, slot: Int?) throws(ServerFaultError) -> EmbeddedServer {
        switch topology {
        case .replicas:
            guard let next = replicas(of: old).first else { throw .didNotHappen("no replica can take its place") }
            try Self.order(
                ["FAILOVER", "TO", ServerSettings.address, "\(next.port)", "TIMEOUT", "10000"], old)
            try wait("the replica as primary") { () throws(ServerFaultError) in
                replication(of: next)["role"] == "master" && replication(of: old)["role"] == "slave"
            }
            try appoint(next, insteadOf: old)
            return next
        case .sentinel, .cluster:
            let next = try insist(on: old, slot: slot)
            try waitUntilDemoted(old, behind: next)
            return next
        }
    }

    private static var tries: Int { 4 }
    /// Longer than CLUSTER FAILOVER goes on, so that none is ordered in the middle of another.
    private static var tryMilliseconds: Int { 7000 }

    /// Orders a failover of those who carry it out by themselves, again where they give up: on a busy machine a replica may not be
    /// elected within the five seconds that CLUSTER FAILOVER has, or a sentinel trusts no replica just now.
    private func insist(on old: EmbeddedServer, slot: Int?) throws(ServerFaultError) -> EmbeddedServer {
        var problem = ServerFaultError.didNotHappen("nobody carries out a failover")
        for _ in 0..<Self.tries {
            do throws(ServerFaultError) {
                if topology.isCluster {
                    guard let next = replicas(of: old).first else {
                        throw ServerFaultError.didNotHappen("the primary of the sale has no replica")
                    }
                    try wait("that the primary knows its replica", milliseconds: Self.tryMilliseconds) {
                        () throws(ServerFaultError) in
                        Self.knows(old, replica: next)
                    }
                    try Self.order(["CLUSTER", "FAILOVER"], next)
                } else if let sentinel = sentinels.first {
                    try Self.order(["SENTINEL", "FAILOVER", Topology.masterName], sentinel)
                }
                return try successor(of: old, slot: slot, withinMilliseconds: Self.tryMilliseconds)
            } catch {
                problem = error
                usleep(500_000)
                // It may have been on its way.
                if let late = try? successor(of: old, slot: slot, withinMilliseconds: 0) { return late }
            }
        }
        throw problem
    }

    /// Who takes the place of a primary that is gone or stands still: with sentinels or in a cluster whom they choose, otherwise
    /// the replica that is furthest, which is promoted here. Returns once it is primary.
    ///
    /// - Parameter limit: how long those who choose may take.
    /// - Throws: ``ServerFaultError`` where nobody does in time.
    package func successor(
        of old: EmbeddedServer, slot: Int?, withinMilliseconds limit: Int = 30_000
    ) throws(ServerFaultError) -> EmbeddedServer {
        var found: EmbeddedServer?
        switch topology {
        case .replicas:
            guard let next = replicas(of: old).first else { throw .didNotHappen("no replica can take its place") }
            try Self.order(["REPLICAOF", "NO", "ONE"], next)
            try wait("the replica as primary") { () throws(ServerFaultError) in
                replication(of: next)["role"] == "master"
            }
            try appoint(next, insteadOf: old)
            return next
        case .sentinel:
            try wait("a new primary of the sentinels", milliseconds: limit) { () throws(ServerFaultError) in
                found = sentinels.lazy.compactMap { self.node(named: $0) }.first {
                    $0 !== old && self.replication(of: $0)["role"] == "master"
                }
                return found != nil
            }
        case .cluster:
            try wait("a new primary of the cluster", milliseconds: limit) { () throws(ServerFaultError) in
                found = owner(of: slot ?? 0, exceptFor: old)
                return found != nil
            }
        }
        guard let found else { throw .didNotHappen("nobody is primary") }
        return found
    }

    /// From now on we take `next` for the primary, and the others follow it.
    private func appoint(_ next: EmbeddedServer, insteadOf old: EmbeddedServer) throws(ServerFaultError) {
        appointed = next
        for node in nodes where node !== next && node !== old && node.status == .running {
            try Self.order(["REPLICAOF", ServerSettings.address, "\(next.port)"], node)
        }
    }

    /// Returns once a former primary takes no writes any more. Where nobody else tells it that it is none, that is done here.
    ///
    /// - Throws: ``ServerFaultError`` where it still is after a time that sentinels need at most.
    package func waitUntilDemoted(_ old: EmbeddedServer, behind next: EmbeddedServer) throws(ServerFaultError) {
        if case .replicas = topology {
            try Self.order(["REPLICAOF", ServerSettings.address, "\(next.port)"], old)
        }
        // Before Redis 7 sentinels let ten seconds go by between two looks, and eight more.
        try wait("the former primary as a replica", milliseconds: 40_000) { () throws(ServerFaultError) in
            replication(of: old)["role"] == "slave"
        }
    }

    // MARK: Gone, and back

    /// Starts a server again that was ended on purpose, as a replica. It is one before it takes anybody but us.
    ///
    /// - Throws: ``ServerFaultError``.
    package func bringBack(_ old: EmbeddedServer, behind next: EmbeddedServer) throws(ServerFaultError) {
        let closed = try old.restart()
        do throws(ConnectionError) {
            var connection = try Connection(
                to: closed.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
            _ = try connection.call(["CONFIG", "SET", "masterauth", old.endpoint.password ?? ""])
            if !topology.isCluster {
                _ = try connection.call(["REPLICAOF", ServerSettings.address, "\(next.port)"])
            }
            // A node of a cluster learns by itself what has become of its slots.
            let deadline = Deadline(milliseconds: 20_000)
            while InfoFields(try connection.call(["INFO", "replication"]))["role"] != "slave" {
                guard !deadline.hasPassed else {
                    throw .protocolViolation("it was started again and does not become a replica")
                }
                usleep(Self.pauseMicroseconds)
            }
        } catch {
            throw .didNotHappen("the former primary did not come back as a replica: \(error)")
        }
        try closed.reopen()
    }

    // MARK: Links

    /// Cuts off every replica of a primary: with another password than the primary's, it is not let in again.
    ///
    /// - Returns: the replicas, once all say that their links are down.
    /// - Throws: ``ServerFaultError``.
    package func cutReplication(of primary: EmbeddedServer) throws(ServerFaultError) -> [EmbeddedServer] {
        let cut = replicas(of: primary)
        guard !cut.isEmpty else { throw .didNotHappen("the primary has no replica to cut off") }
        for replica in cut {
            try Self.order(["CONFIG", "SET", "masterauth", "cut off"], replica)
            try Self.order(["CLIENT", "KILL", "TYPE", "master"], replica)
        }
        try wait("the links of the replicas down", milliseconds: 5000) { () throws(ServerFaultError) in
            cut.allSatisfy { replication(of: $0)["master_link_status"] == "down" }
        }
        return cut
    }

    /// Lets replicas that were cut off follow a primary again.
    package func mendReplication(of replicas: [EmbeddedServer]) throws(ServerFaultError) {
        for replica in replicas {
            try Self.order(["CONFIG", "SET", "masterauth", replica.endpoint.password ?? ""], replica)
        }
    }
}
