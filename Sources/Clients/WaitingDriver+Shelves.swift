internal import RedisDriver
internal import Strategies

/// Shelves on several nodes, where each call waits for its end.
extension WaitingDriver where Transport: ~Copyable {
    /// Takes, or makes, the connection to the node of the shelf that the attempt looks at.
    ///
    /// - Throws: what kept it from being made.
    mutating func goToShelf(_ session: inout ThreadSession) throws(ConnectionError) -> ClientOrder {
        guard core.knowsItsNode, let there = rooms?.place(ofShelf: core.machine.shelf) else { return core.goOn() }
        if take(there, &session) { return core.goOn() }
        let next = try shared.guide?.next(after: there) ?? there
        if next !== there, take(next, &session) { return core.goOn() }
        var made = try Transport(shared, at: next, isBuying: true)
        session.reconnected(isNamed: made.isNamed, shared.control)
        swap(&connection, &made)
        keep(made, at: next)
        return core.opened()
    }

    /// - Returns: whether there is a connection to that node, which is then at hand.
    private mutating func take(_ there: PrimaryGuide.Place, _ session: inout ThreadSession) -> Bool {
        (place, node) = (there, there.node)
        guard let here = rooms?.here else { return false }
        if here != there.number {
            guard var other = rooms?.room(there.number).transport.take() else { return false }
            swap(&connection, &other)
            keep(other, at: there)
        }
        do throws(ConnectionError) {
            try connection.refuseSurplus()
        } catch {
            session.note(error)
        }
        return connection.isUsable
    }

    /// Puts away the connection that was at hand, now that another one is.
    private mutating func keep(_ old: consuming Transport, at there: PrimaryGuide.Place) {
        (place, node) = (there, there.node)
        guard let here = rooms?.here else { return }
        // To the same node one is enough.
        if here != there.number { rooms?.room(here).transport = consume old }
        rooms?.here = there.number
    }
}
