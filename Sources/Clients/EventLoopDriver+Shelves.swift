internal import FlashSale
internal import RedisDriver
internal import Strategies

/// Shelves on several nodes, where no call waits.
extension EventLoopDriver {
    /// Connects a client to the other nodes, before the doors open.
    ///
    /// - Returns: whether the servers accepted the names of all.
    static func connectToOthers(
        of client: UnsafeMutablePointer<Client>, number: Int, _ shared: BuyerThread.Shared, _ loop: borrowing EventLoop
    ) throws(ConnectionError) -> Bool {
        var areNamed = true
        for place in client.pointee.rooms?.others ?? [] {
            var connection = try shared.connect(to: place, isBuying: false)
            connection.stopWaiting()
            areNamed = areNamed && connection.isNamed
            client.pointee.lastGeneration &+= 1
            let generation = client.pointee.lastGeneration
            try loop.watch(connection.descriptor, token: UInt64(generation) << 32 | UInt64(number))
            guard let room = client.pointee.rooms?.room(place.number) else { continue }
            room.generation = generation
            room.transport = consume connection
        }
        return areNamed
    }

    /// Takes the connection to the node of the shelf that the attempt looks at.
    ///
    /// - Returns: what to do at once; nil where the client's place has to be connected to, which has no connection any more.
    /// - Throws: ``ConnectionError/notLocated(_:)`` while nobody knows where the shelf is.
    mutating func goToShelf(_ client: Int, _ session: inout ThreadSession) throws(ConnectionError) -> ClientOrder? {
        guard clients[client].core.knowsItsNode else { return clients[client].core.goOn() }
        let shelf = clients[client].core.machine.shelf
        guard let there = clients[client].rooms?.place(ofShelf: shelf) else { return nil }
        if take(there, client, &session) { return clients[client].core.goOn() }
        let next = try shared.guide?.next(after: there) ?? there
        return next !== there && take(next, client, &session) ? clients[client].core.goOn() : nil
    }

    /// Has the connection to that node at hand, or none.
    ///
    /// - Returns: whether there is one.
    private mutating func take(_ there: PrimaryGuide.Place, _ client: Int, _ session: inout ThreadSession) -> Bool {
        let own = clients + client
        (own.pointee.place, own.pointee.node) = (there, there.node)
        guard let here = own.pointee.rooms?.here else { return false }
        if here != there.number {
            guard let old = own.pointee.rooms?.room(here), let new = own.pointee.rooms?.room(there.number) else {
                return false
            }
            var other = new.transport.take() ?? Connection.none
            swap(&own.pointee.connection, &other)
            old.transport = consume other
            (old.generation, old.hasEnded) = (own.pointee.generation, own.pointee.hasEnded)
            (own.pointee.generation, own.pointee.hasEnded) = (new.generation, new.hasEnded)
            own.pointee.rooms?.here = there.number
        }
        do throws(ConnectionError) {
            try own.pointee.connection.refuseSurplus()
        } catch {
            session.note(error)
        }
        guard own.pointee.connection.isUsable, !own.pointee.hasEnded else {
            own.pointee.connection.close()
            return false
        }
        return true
    }

    /// Something happened at a connection that a client has not at hand: the server has hung up, or says something unasked. Or the
    /// connection is there no longer.
    @inline(never)
    mutating func noteAway(_ event: EventLoop.Event, of client: Int, in session: inout ThreadSession) {
        let generation = UInt32(truncatingIfNeeded: event.token >> 32)
        guard let room = clients[client].rooms?.rooms.first(where: { $0.generation == generation }) else { return }
        if event.hasEnded { room.hasEnded = true }
        guard var connection = room.transport.take() else { return }
        do throws(ConnectionError) {
            _ = try connection.readNow(buffer)
            try connection.refuseSurplus()
        } catch {
            if error != .closed { session.note(error) }
        }
        room.transport = consume connection
    }
}
