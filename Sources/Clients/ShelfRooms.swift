internal import RedisDriver

/// The connections of one client to the nodes that its shelves are on, where it goes from one to the other: all but the one that
/// it has at hand.
struct ShelfRooms<Transport: ~Copyable> {
    /// A connection that waits until its client comes back to its node.
    final class Room {
        var transport: Transport?
        /// What a driver that waits for many knows of it.
        var generation = UInt32.max
        var hasEnded = false
    }

    private let guide: PrimaryGuide
    /// By the number of the node.
    private(set) var rooms: [Room] = []
    /// Of each shelf, from the first, as they were when the guide had changed so often.
    private var places: [PrimaryGuide.Place]
    private var changes: Int
    /// The node of the connection at hand.
    var here: Int

    /// - Parameter place: of the connection at hand.
    /// - Returns: nil where the client has one node at a time.
    init?(_ guide: PrimaryGuide?, at place: PrimaryGuide.Place?) {
        guard let guide, guide.hasShelves, let place else { return nil }
        self.guide = guide
        changes = guide.changes
        places = guide.places
        here = place.number
        makeRoom()
    }

    private mutating func makeRoom() {
        let nodes = (places.map(\.number).max() ?? 0) + 1
        while rooms.count < nodes { rooms.append(Room()) }
    }

    /// One place for each node that has shelves, but for the one at hand.
    var others: [PrimaryGuide.Place] {
        places.reduce(into: []) { others, place in
            if place.number != here, !others.contains(where: { $0.number == place.number }) { others.append(place) }
        }
    }

    /// Where a shelf is, as far as is known.
    mutating func place(ofShelf shelf: Int) -> PrimaryGuide.Place {
        if guide.changes != changes {
            changes = guide.changes
            places = guide.places
            makeRoom()
        }
        return places[shelf - 1]
    }

    /// Room for a node that was named just now.
    mutating func room(_ node: Int) -> Room {
        while rooms.count <= node { rooms.append(Room()) }
        return rooms[node]
    }
}

extension ShelfRooms where Transport: WaitingTransport & ~Copyable {
    /// Connects to the other nodes, before the doors open.
    ///
    /// - Returns: whether the servers accepted the names of all.
    mutating func connectToOthers(_ shared: BuyerThread.Shared) throws(ConnectionError) -> Bool {
        var areNamed = true
        for node in others {
            let other = try Transport(shared, at: node, isBuying: false)
            areNamed = areNamed && other.isNamed
            room(node.number).transport = consume other
        }
        return areNamed
    }
}
