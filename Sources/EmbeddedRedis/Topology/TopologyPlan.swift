internal import FlashSale

/// Which servers a topology is made of, with their ports and what each knows of the others. Pure.
struct TopologyPlan {
    struct Server: Equatable {
        var port: Int
        var role: ServerRole
    }

    /// Those that hold data: primaries first, then replicas.
    private(set) var data: [Server] = []
    private(set) var sentinels: [Server] = []
    /// Which of ``data`` is the replica that a primary of a cluster starts as, by the primary's place; see ``ClusterSetup``.
    private(set) var takesOver: [Int] = []

    /// How many ports a topology needs.
    static func portCount(_ topology: Topology) -> Int {
        switch topology {
        case .replicas(let count): 1 + count
        case .sentinel(let count): 1 + Topology.replicasBesideSentinels + count
        case .cluster(let primaries, let replicas): primaries + replicas
        }
    }

    /// - Parameters:
    ///   - ports: as many as ``portCount(_:)`` says.
    ///   - id: draws 40 hexadecimal digits.
    init(_ topology: Topology, ports: [Int], id: () -> String) {
        switch topology {
        case .replicas(let count): addPrimary(with: count, ports)
        case .sentinel(let count):
            addPrimary(with: Topology.replicasBesideSentinels, ports)
            let peers = ports.suffix(count).map { SentinelSetup.Peer(id: id(), port: $0) }
            sentinels = peers.map { peer in
                Server(
                    port: peer.port,
                    role: .sentinel(
                        SentinelSetup(
                            id: peer.id, primaryPort: data[0].port, replicaPorts: data.dropFirst().map(\.port),
                            others: peers.filter { $0 != peer })))
            }
        case .cluster(let primaries, let replicas): addCluster(primaries, replicas, ports, id)
        }
    }

    private mutating func addPrimary(with replicas: Int, _ ports: [Int]) {
        data = [Server(port: ports[0], role: .primary)]
        data += ports[1...replicas].map { Server(port: $0, role: .replica(ofPort: ports[0])) }
    }

    private mutating func addCluster(_ primaries: Int, _ replicas: Int, _ ports: [Int], _ id: () -> String) {
        let ids = (0..<(primaries + replicas)).map { _ in id() }
        // Where a primary starts as a replica, its first replica starts as the primary.
        takesOver = Array(0..<min(primaries, replicas))
        let nodes = ids.indices.map { place in
            let home = place < primaries ? place : (place - primaries) % primaries
            let first = home < replicas ? primaries + home : home
            let isPrimary = place == first
            return ClusterSetup.Node(
                id: ids[place], port: ports[place], primaryID: isPrimary ? nil : ids[first],
                slots: isPrimary ? ClusterSetup.slots(of: home, among: primaries) : nil, epoch: isPrimary ? home + 1 : 0
            )
        }
        data = nodes.indices.map {
            Server(port: ports[$0], role: .clusterNode(ClusterSetup(index: $0, nodes: nodes)))
        }
    }
}
