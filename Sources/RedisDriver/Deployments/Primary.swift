/// The node that buyers have to buy from now, and the others that may take its place.
package struct Primary: Sendable, Equatable {
    package var address: RedisEndpoint.Address
    /// Nodes that keep a copy of what it has, and so may take its place.
    package var replicas: [RedisEndpoint.Address]
    /// Every node that is known, the primary first, each once.
    package var nodes: [RedisEndpoint.Address]
    /// Nodes that have slots of a cluster; without one, the primary.
    package var primaries: [RedisEndpoint.Address]

    init(
        address: RedisEndpoint.Address, replicas: [RedisEndpoint.Address] = [], others: [RedisEndpoint.Address] = [],
        primaries: [RedisEndpoint.Address]? = nil
    ) {
        self.primaries = primaries ?? [address]
        self.address = address
        self.replicas = replicas
        nodes = (replicas + others).reduce(into: [address]) { if !$0.contains($1) { $0.append($1) } }
    }
}
