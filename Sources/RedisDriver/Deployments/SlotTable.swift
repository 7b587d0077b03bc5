internal import Strategies

/// Which node has which slots, as CLUSTER SLOTS tells it.
struct SlotTable {
    private struct Row {
        var slots: ClosedRange<Int>
        var primary: RedisEndpoint.Address
        var replicas: [RedisEndpoint.Address] = []
    }

    private var rows: [Row] = []
    /// Every node, primaries first.
    private(set) var nodes: [RedisEndpoint.Address] = []

    /// - Parameter asked: the node whose answer it is.
    init(_ reply: Reply, by asked: RedisEndpoint.Address) {
        var replicas: [RedisEndpoint.Address] = []
        for index in 0..<reply.elementCount() {
            guard let row = reply.element(index), reply.kind(at: row) == .array,
                let first = reply.element(0, of: row).flatMap({ reply.integer(at: $0) }),
                let last = reply.element(1, of: row).flatMap({ reply.integer(at: $0) }), first <= last
            else { continue }
            for place in 2..<max(2, reply.elementCount(at: row)) {
                guard let node = reply.element(place, of: row), let address = Self.address(reply, node, asked) else {
                    continue
                }
                if place == 2 {
                    rows.append(Row(slots: first...last, primary: address))
                    if !nodes.contains(address) { nodes.append(address) }
                } else {
                    if rows.last?.slots == first...last { rows[rows.count - 1].replicas.append(address) }
                    if !replicas.contains(address) { replicas.append(address) }
                }
            }
        }
        nodes += replicas.filter { !nodes.contains($0) }
    }

    private static func address(
        _ reply: Reply, _ node: Int, _ asked: RedisEndpoint.Address
    ) -> RedisEndpoint.Address? {
        guard reply.kind(at: node) == .array, let host = reply.element(0, of: node),
            let port = reply.element(1, of: node)
        else { return nil }
        // A node whose own address is not known to it says null.
        let name = reply.kind(at: host) == .null ? "" : reply.string(at: host)
        return Locator.address(name, reply.integer(at: port), by: asked)
    }

    /// The primary of a slot, or of any; nil where no node has it.
    func primary(of slot: Int?) -> RedisEndpoint.Address? {
        row(of: slot)?.primary
    }

    /// Each once.
    var primaries: [RedisEndpoint.Address] {
        rows.reduce(into: []) { if !$0.contains($1.primary) { $0.append($1.primary) } }
    }

    func replicas(of slot: Int?) -> [RedisEndpoint.Address] { row(of: slot)?.replicas ?? [] }

    private func row(of slot: Int?) -> Row? {
        guard let slot else { return rows.first }
        return rows.first { $0.slots.contains(slot) }
    }
}
