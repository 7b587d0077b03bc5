/// What one node of a cluster knows before it starts, so that no gossip has to be waited for: all nodes and their slots.
///
/// A node that starts as a primary refuses writes for two seconds, whatever it knows (CLUSTER_WRITABLE_DELAY in cluster.c of Redis
/// 3 to 8). One that starts as a replica does not. So each primary that has a replica starts in its place, and takes its
/// own over once it is there (``EmbeddedTopology``).
struct ClusterSetup: Codable, Equatable, Sendable {
    struct Node: Codable, Equatable, Sendable {
        /// 40 hexadecimal digits.
        var id: String
        var port: Int
        /// Whose replica it is as it starts; nil for a primary.
        var primaryID: String?
        /// The first and the last slot of a primary.
        var slots: [Int]?
        /// Of a primary, from 1; 0 for a replica.
        var epoch: Int
    }

    static let fileName = "nodes.conf"
    static let slotCount = 16_384

    /// Which of the nodes it is.
    var index: Int
    var nodes: [Node]

    /// The file that it reads, and writes again whenever it learns something.
    ///
    /// The current epochs differ, so that two nodes that take a place over at once do not choose the same new one.
    var configuration: String {
        let lines = nodes.enumerated().map { place, node in
            let flags = (place == index ? "myself," : "") + (node.primaryID == nil ? "master" : "slave")
            let slots = node.slots.map { " \($0[0])-\($0[1])" } ?? ""
            return
                "\(node.id) \(ServerSettings.address):\(node.port)@\(node.port + ServerRole.busDistance) \(flags) "
                + "\(node.primaryID ?? "-") 0 0 \(node.epoch) connected\(slots)"
        }
        return (lines + ["vars currentEpoch \(nodes.count + index) lastVoteEpoch 0"]).map { $0 + "\n" }.joined()
    }

    /// The slots of one of so many primaries.
    static func slots(of primary: Int, among count: Int) -> [Int] {
        [primary * slotCount / count, (primary + 1) * slotCount / count - 1]
    }
}
