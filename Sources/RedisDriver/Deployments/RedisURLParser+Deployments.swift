/// `redis+sentinel://` and `redis+cluster://`: several hosts in the place of one.
extension RedisURLParser {
    static let sentinelForm = "redis+sentinel://[[user]:password@]host[:port],…/name[/db]"
    static let clusterForm = "redis+cluster://[[user]:password@]host[:port],…"

    mutating func sentinel() throws(RedisURLError) -> RedisEndpoint {
        var endpoint = RedisEndpoint(transport: .unix(path: ""))
        let sentinels = try addresses(
            try authority(into: &endpoint), port: RedisEndpoint.defaultSentinelPort, Self.sentinelForm)
        let parts = path().split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty else {
            throw RedisURLError(
                "the Redis URL does not say what the Sentinels call the primary: wanted \(Self.sentinelForm)")
        }
        guard let name = PercentEncoding.decode(first), !name.utf8.contains(where: { $0 <= 32 || $0 == 127 }) else {
            throw RedisURLError(
                "the Redis URL has a name of a primary that is not percent-encoded UTF-8: write % as %25")
        }
        endpoint.database = try database(path: parts.dropFirst().first.flatMap { $0.isEmpty ? nil : $0 })
        endpoint.transport = .tcp(host: sentinels[0].host, port: sentinels[0].port)
        endpoint.deployment = .sentinel(.init(sentinels: sentinels, name: name))
        return endpoint
    }

    mutating func cluster() throws(RedisURLError) -> RedisEndpoint {
        var endpoint = RedisEndpoint(transport: .unix(path: ""))
        let nodes = try addresses(try authority(into: &endpoint), port: RedisEndpoint.defaultPort, Self.clusterForm)
        let path = path()
        guard try database(path: path.isEmpty ? nil : path) == 0 else {
            throw RedisURLError("the Redis URL names a database, and a cluster has only database 0: leave it out")
        }
        endpoint.transport = .tcp(host: nodes[0].host, port: nodes[0].port)
        endpoint.deployment = .cluster(.init(nodes: nodes))
        return endpoint
    }

    private func addresses(
        _ authority: Substring, port: Int, _ form: String
    ) throws(RedisURLError) -> [RedisEndpoint.Address] {
        var addresses: [RedisEndpoint.Address] = []
        for part in authority.split(separator: ",", omittingEmptySubsequences: false) {
            guard !part.isEmpty else { throw RedisURLError("the Redis URL has an empty host: wanted \(form)") }
            guard case .tcp(let host, let port) = try address(part, port: port) else { continue }
            let address = RedisEndpoint.Address(host: host, port: port)
            guard !addresses.contains(address) else {
                throw RedisURLError("the Redis URL names one of its hosts twice: keep one")
            }
            addresses.append(address)
        }
        return addresses
    }
}

extension RedisEndpoint {
    /// The password of Sentinels and their user, which no URL has: what it names is for the primary.
    ///
    /// - Throws: ``RedisURLError`` for a user without a password.
    mutating func readSentinelCredentials(from environment: [String: String]) throws(RedisURLError) {
        guard case .sentinel(var group) = deployment else { return }
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        group.username = value("STRESS_SENTINEL_USER")
        group.password = value("STRESS_SENTINEL_AUTH")
        if group.username != nil, group.password == nil {
            throw RedisURLError("STRESS_SENTINEL_USER names a user but no password: set STRESS_SENTINEL_AUTH, too")
        }
        deployment = .sentinel(group)
    }

    /// ``redacted`` of a deployment of several nodes.
    func redacted(_ user: String) -> String? {
        switch deployment {
        case .single, .replicas: return nil
        case .sentinel(let group):
            let hosts = group.sentinels.map(\.description).joined(separator: ",")
            return "redis+sentinel://\(user)\(hosts)/\(PercentEncoding.encode(group.name))"
                + (database == 0 ? "" : "/\(database)")
        case .cluster(let cluster):
            return "redis+cluster://\(user)\(cluster.nodes.map(\.description).joined(separator: ","))"
        }
    }
}
