internal import CLinux
package import FlashSale
internal import Host
package import RedisDriver
internal import Strategies

/// The connections of a sale whose shelves may be on several nodes of a cluster: it is at one shelf at a time.
struct ShelfNodes {
    /// A connection to a node where the sale is not just now.
    final class Room {
        var connection: Connection?
    }

    /// Where the sale is while it does nothing on a shelf: what is said of its server, and done to it, is that of the first one.
    private(set) var home = 0
    /// The shelf that the sale's endpoint and primary are those of; 0 for its own tag.
    var shelf = 0
    /// Of shelves where the sale has been, as it was found last.
    var primaries: [Int: Primary] = [:]
    var rooms: [RedisEndpoint.Address: Room] = [:]
    /// Whether a node was waited for in vain, so that none is waited for again until one is there.
    var areGone = false

    init() {}

    init(atRest home: Int) {
        self.home = home
        shelf = home
    }

    /// The tag by which the node is found where the sale is at rest.
    static func tag(atRest tag: String, of strategy: Strategy) -> String {
        strategy.shards == nil ? tag : Shelves.tag(of: 1, saleTag: tag)
    }
}

extension Sale {
    /// Whether each shelf has a slot of its own, so that they may be on several nodes.
    package var isSpread: Bool { commands.shelves.count > 0 && endpoint?.isCluster == true }

    /// The tag of the keys on the node where the sale is at rest: that of the first shelf, where shelves are on several nodes.
    package var tagAtHome: String { isSpread ? commands.tag(of: 1) : tag }

    /// Has the connection to the node that a shelf is on; number 0 is what belongs to the whole sale. One server has them all.
    mutating func go(to shelf: Int) {
        guard isSpread, shelf != nodes.shelf else { return }
        nodes.primaries[nodes.shelf] = primary
        let left = primary?.address
        nodes.shelf = shelf
        endpoint = endpoint?.forKeys(tagged: commands.tag(of: shelf))
        primary = nodes.primaries[shelf] ?? (try? Self.locate(endpoint, hint: left))
        guard primary?.address != left else { return }
        var other = primary.flatMap { nodes.rooms[$0.address]?.connection.take() } ?? Connection.none
        swap(&connection, &other)
        if let left {
            let room = ShelfNodes.Room()
            room.connection = consume other
            nodes.rooms[left] = room
        }
        if !connection.isUsable { reach() }
    }

    /// Connects to the primary of the shelf. While a replica takes the place of one that is gone, nobody knows it for a moment.
    private mutating func reach() {
        guard !isSilent else { return }
        let deadline = Clock.nanoseconds() + 5_000_000_000
        repeat {
            // Where it fails for good, the next question says why.
            try? connectAgain(withinMilliseconds: 10_000)
            guard !connection.isUsable, !nodes.areGone, Interruption.requests < 2 else { break }
            Clock.sleep(until: Clock.nanoseconds() + 50_000_000)
        } while Clock.nanoseconds() < deadline
        nodes.areGone = !connection.isUsable
    }

    mutating func goHome() { go(to: nodes.home) }

    /// Looks for every shelf anew from now on: a node may be gone, or another may have its shelves.
    mutating func forgetNodes() {
        guard isSpread else { return }
        (nodes.primaries, nodes.rooms) = ([:], [:])
        connection.close()
        reach()
    }

    /// Does something once on each node that has a shelf, or the keys of the whole sale.
    mutating func onEachNode<Failure>(_ visit: (inout Sale) throws(Failure) -> Void) throws(Failure) {
        guard isSpread, let all = commands.shelves.numbers else { return try visit(&self) }
        defer { goHome() }
        var seen: Set<RedisEndpoint.Address> = []
        for shelf in [nodes.home, 0] + all where shelf != nodes.home || seen.isEmpty {
            go(to: shelf)
            if let address = primary?.address, !seen.insert(address).inserted { continue }
            try visit(&self)
        }
    }

    /// Where every shelf is that the file names, from the first.
    ///
    /// - Returns: empty where all are on one server.
    package mutating func shelfHomes() -> [RedisEndpoint.Address] {
        guard isSpread, let shards = strategy.shards, let home = primary?.address else { return [] }
        defer { goHome() }
        // A sale of few units leaves some of them out, and a warm-up does not.
        return (1...shards).map { shelf in
            go(to: shelf)
            return primary?.address ?? home
        }
    }

    /// Closes every connection of that name on the server's side, on each node.
    package mutating func closeAllConnections(named name: String) throws(RunError) {
        try onEachNode { sale throws(RunError) in
            _ = try sale.closeConnections(try sale.connectionIDs(named: name))
        }
    }
}
