internal import CLinux
internal import FlashSale
internal import Glibc
internal import RedisDriver
internal import Strategies

/// Slots that move while the cluster serves.
extension EmbeddedTopology {
    /// Between two steps, so that clients meet each state that a slot goes through.
    private static var stepMicroseconds: UInt32 { 20_000 }

    /// Moves a slot with its keys, one key after the other, as an operator who reshards does. Returns once all primaries agree.
    ///
    /// - Throws: ``ServerFaultError``. A key is in one place or the other then, and both nodes know it.
    package func moveSlot(_ slot: Int) throws(ServerFaultError) -> MovedSlot {
        guard topology.isCluster else { throw .refused("there is no cluster, and so no slot") }
        let from = try primary(of: slot)
        let others = primaries.filter { $0 !== from }
        guard let to = others.first else { throw .didNotHappen("no other primary can have the slot") }
        let (fromID, toID) = (try id(of: from), try id(of: to))
        try Self.order(["CLUSTER", "SETSLOT", "\(slot)", "IMPORTING", fromID], to)
        try Self.order(["CLUSTER", "SETSLOT", "\(slot)", "MIGRATING", toID], from)
        usleep(Self.stepMicroseconds)
        var moved = 0
        while let key = try nextKey(in: slot, of: from) {
            try migrate(key, from: from, to: to)
            moved += 1
            // A sale may have a key for each attempt.
            if moved < 20 { usleep(Self.stepMicroseconds) }
        }
        // The new owner first: a slot that nobody has would be refused by all.
        try Self.order(["CLUSTER", "SETSLOT", "\(slot)", "NODE", toID], to)
        for node in [from] + others where node !== to {
            try Self.order(["CLUSTER", "SETSLOT", "\(slot)", "NODE", toID], node)
        }
        try wait("the slot at its new primary", milliseconds: 5000) { () throws(ServerFaultError) in
            owner(of: slot) === to && owner(of: slot, exceptFor: to) == nil
        }
        return MovedSlot(slot: slot, keys: moved, from: from, to: to)
    }

    /// Nodes that are primaries now, by their own word.
    private var primaries: [EmbeddedServer] {
        nodes.filter { replication(of: $0)["role"] == "master" }
    }

    private func id(of node: EmbeddedServer) throws(ServerFaultError) -> String {
        let reply = Self.ask(node, ["CLUSTER", "MYID"])
        guard reply.kind == .string else { throw .didNotHappen("a node does not tell its id") }
        return reply.string()
    }

    private func nextKey(in slot: Int, of node: EmbeddedServer) throws(ServerFaultError) -> [UInt8]? {
        let reply = Self.ask(node, ["CLUSTER", "GETKEYSINSLOT", "\(slot)", "1"])
        guard reply.kind == .array else { throw .didNotHappen("a node does not tell which keys a slot has") }
        return reply.element(0).map { Array(reply.bytes(at: $0)) }
    }

    private func migrate(
        _ key: [UInt8], from: EmbeddedServer, to: EmbeddedServer
    ) throws(ServerFaultError) {
        var words = ["MIGRATE", ServerSettings.address, "\(to.port)", "", "0", "5000"].map { Array($0.utf8) }
        if let password = to.endpoint.password { words += [Array("AUTH".utf8), Array(password.utf8)] }
        words += [Array("KEYS".utf8), key]
        let deadline = Clock.nanoseconds() + 5_000_000_000
        while true {
            let reply = Self.ask(from, words: words, withinMilliseconds: 10_000)
            // NOKEY: it was deleted meanwhile.
            if reply.kind == .status { return }
            // A node that was not run for a second holds the others for dead, until it hears of them.
            guard reply.string().contains("CLUSTERDOWN"), Clock.nanoseconds() < deadline else {
                throw .didNotHappen("MIGRATE: \(reply.string())")
            }
            Clock.sleep(until: Clock.nanoseconds() + 100_000_000)
        }
    }
}
