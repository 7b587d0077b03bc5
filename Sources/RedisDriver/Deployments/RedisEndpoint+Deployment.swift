extension RedisEndpoint {
    /// Where one node listens, as URLs, Sentinels and clusters write it.
    package struct Address: Codable, Sendable, Hashable, CustomStringConvertible {
        /// A name or an address (IPv6 without brackets).
        package var host: String
        /// 1 to 65535.
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// `host:port`, an IPv6 address in brackets.
        package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    /// How the server is found that buyers buy from.
    package enum Deployment: Codable, Sendable, Equatable {
        /// It is where ``RedisEndpoint/transport`` says, and nowhere else.
        case single
        /// Sentinels say which node is the primary.
        case sentinel(SentinelGroup)
        /// The nodes of a cluster say which of them has the sale's slot.
        case cluster(ClusterNodes)
        /// Nodes of which one is the primary, and says so itself: nobody watches over them but who made them. No URL has them.
        case replicas([Address])
    }

    /// Sentinels, and what they call the primary that is meant.
    package struct SentinelGroup: Codable, Sendable, Equatable {
        /// At least one.
        package var sentinels: [Address]
        package var name: String
        /// Who to be at the Sentinels, which have users of their own; nil for their default user.
        package var username: String?
        /// Nil where Sentinels ask for none.
        package var password: String?

        package init(sentinels: [Address], name: String, username: String? = nil, password: String? = nil) {
            self.sentinels = sentinels
            self.name = name
            self.username = username
            self.password = password
        }
    }

    /// Some nodes of a cluster: enough to find the others.
    package struct ClusterNodes: Codable, Sendable, Equatable {
        /// At least one.
        package var nodes: [Address]
        /// The slot whose primary is meant, 0 to 16383; nil for that of any.
        package var slot: Int?

        package init(nodes: [Address], slot: Int? = nil) {
            self.nodes = nodes
            self.slot = slot
        }
    }

    package static let defaultSentinelPort = 26379

    /// One node of it, with the same user, password and database.
    package func at(_ address: Address) -> RedisEndpoint {
        var node = self
        node.transport = .tcp(host: address.host, port: address.port)
        node.deployment = .single
        return node
    }

    /// One of its Sentinels, with the user and the password that are theirs.
    func sentinel(_ address: Address, of group: SentinelGroup) -> RedisEndpoint {
        var sentinel = at(address)
        sentinel.username = group.username
        sentinel.password = group.password
        sentinel.database = 0
        return sentinel
    }

    /// The same, for the slot that keys with that tag are in; what is no cluster stays as it is.
    package func forKeys(tagged tag: String) -> RedisEndpoint {
        guard case .cluster(var cluster) = deployment else { return self }
        cluster.slot = ClusterSlot.of(Array(tag.utf8))
        var endpoint = self
        endpoint.deployment = .cluster(cluster)
        return endpoint
    }

    /// Every address that its URL names.
    package var addresses: [Address] {
        switch deployment {
        case .single: if case .tcp(let host, let port) = transport { [Address(host: host, port: port)] } else { [] }
        case .sentinel(let group): group.sentinels
        case .cluster(let cluster): cluster.nodes
        case .replicas(let nodes): nodes
        }
    }

    /// Whether another server may take the place of the one that buyers buy from.
    package var mayMove: Bool { deployment != .single }

    package var isCluster: Bool { if case .cluster = deployment { true } else { false } }
}
