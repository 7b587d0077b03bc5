internal import CLinux
internal import RedisDriver
internal import Strategies

/// Steps for another node, where no call waits.
extension EventLoopDriver {
    /// What tells events of a connection elsewhere from those of the one at home, in a generation.
    private static var elsewhereBit: UInt32 { 1 << 31 }

    /// Begins to send the machine's output to the node that ASK has named.
    ///
    /// - Returns: what to do at once; nil where something has to happen first.
    @inline(never)
    mutating func follow(_ client: Int, _ session: inout ThreadSession) -> ClientOrder? {
        guard let guide = shared.guide, let home = clients[client].place,
            let node = clients[client].core.machine.askedNode
        else { preconditionFailure("only nodes of several name others") }
        let place = guide.visit(node, namedBy: home)
        if let elsewhere = clients[client].elsewhere, elsewhere.isReady(for: place.address) {
            return sendElsewhere(client, over: elsewhere, &session)
        }
        let generation = (clients[client].elsewhere?.generation ?? 0) &+ 1 | Self.elsewhereBit
        clients[client].elsewhere?.connection.close()
        if clients[client].core.machine.needsSameConnection { return clients[client].core.couldNotSend() }
        do throws(ConnectionError) {
            let elsewhere = Elsewhere(
                try Connection(opening: place.endpoint, name: shared.connectionName, asksWhetherItServes: true),
                at: place, generation: generation)
            clients[client].elsewhere = elsewhere
            clients[client].phase = .openingElsewhere(deadline: Clock.nanoseconds() &+ timeoutNanoseconds)
            try loop.watch(elsewhere.connection.descriptor, token: UInt64(generation) << 32 | UInt64(client))
            return nil
        } catch {
            session.unanswered(because: error)
            clients[client].elsewhere?.connection.close()
            return clients[client].core.couldNotSend()
        }
    }

    /// - Returns: what to do at once; nil where the other node has to answer first.
    private mutating func sendElsewhere(
        _ client: Int, over elsewhere: Elsewhere<Connection>, _ session: inout ThreadSession
    ) -> ClientOrder? {
        let output = clients[client].core.machine.output
        let deadline = Clock.nanoseconds() &+ timeoutNanoseconds
        do throws(ConnectionError) {
            let unsent = output.count - (try elsewhere.connection.sendNow(output))
            clients[client].phase =
                unsent > 0
                ? .sendingElsewhere(unsent: unsent, deadline: deadline) : .waitingElsewhere(deadline: deadline)
            return nil
        } catch {
            return lostElsewhere(client, because: error, &session)
        }
    }

    /// Something happened at a socket that is not the one at home.
    @inline(never)
    mutating func takeElsewhere(_ event: EventLoop.Event, in session: inout ThreadSession) {
        let client = Int(truncatingIfNeeded: event.token & 0xFFFF_FFFF)
        guard let elsewhere = clients[client].elsewhere,
            elsewhere.generation == UInt32(truncatingIfNeeded: event.token >> 32)
        else { return }
        if event.hasEnded { elsewhere.hasEnded = true }
        switch clients[client].phase {
        case .openingElsewhere: goOnOpening(client, elsewhere, in: &session)
        case .sendingElsewhere(let unsent, let deadline): flush(client, elsewhere, unsent, deadline, in: &session)
        case .waitingElsewhere: receive(client, elsewhere, in: &session)
        // Before the connection is used again, it is looked at.
        default: break
        }
    }

    private mutating func goOnOpening(
        _ client: Int, _ elsewhere: Elsewhere<Connection>, in session: inout ThreadSession
    ) {
        do throws(ConnectionError) {
            guard try elsewhere.connection.goOnOpening(buffer, into: &clients[client].reply) else { return }
        } catch {
            return notOpenedElsewhere(client, because: error, in: &session)
        }
        session.visited(isNamed: elsewhere.connection.isNamed, shared.control)
        if let order = sendElsewhere(client, over: elsewhere, &session) { run(client, from: order, in: &session) }
    }

    private mutating func notOpenedElsewhere(
        _ client: Int, because error: ConnectionError, in session: inout ThreadSession
    ) {
        session.unanswered(because: error)
        clients[client].elsewhere?.connection.close()
        run(client, from: clients[client].core.couldNotSend(), in: &session)
    }

    private mutating func flush(
        _ client: Int, _ elsewhere: Elsewhere<Connection>, _ unsent: Int, _ deadline: UInt64,
        in session: inout ThreadSession
    ) {
        do throws(ConnectionError) {
            let rest = UnsafeRawBufferPointer(rebasing: clients[client].core.machine.output.suffix(unsent))
            let unsent = unsent - (try elsewhere.connection.sendNow(rest))
            guard unsent == 0 else {
                clients[client].phase = .sendingElsewhere(unsent: unsent, deadline: deadline)
                return
            }
        } catch {
            let order = lostElsewhere(client, because: error, &session)
            return run(client, from: order, in: &session)
        }
        clients[client].phase = .waitingElsewhere(deadline: deadline)
        receive(client, elsewhere, in: &session)
    }

    private mutating func receive(
        _ client: Int, _ elsewhere: Elsewhere<Connection>, in session: inout ThreadSession
    ) {
        let order: ClientOrder
        do throws(ConnectionError) {
            guard let next = try nextOrder(client, elsewhere) else { return }
            order = next
        } catch {
            let order = lostElsewhere(client, because: error, &session)
            return run(client, from: order, in: &session)
        }
        run(client, from: order, in: &session)
    }

    /// What the replies lead to; nil while more of them have to come.
    private mutating func nextOrder(
        _ client: Int, _ elsewhere: Elsewhere<Connection>
    ) throws(ConnectionError) -> ClientOrder? {
        var mayRead = true
        while true {
            if elsewhere.connection.hasUnread,
                try elsewhere.connection.nextReply(into: &clients[client].reply)
            {
                let order = clients[client].core.receivedElsewhere(clients[client].reply)
                if order != .receive { return order }
                continue
            }
            guard mayRead else { return nil }
            switch try elsewhere.connection.readNow(buffer) {
            case .nothing: mayRead = false
            case .some: mayRead = elsewhere.hasEnded
            case .full: mayRead = true
            }
        }
    }

    private mutating func lostElsewhere(
        _ client: Int, because error: ConnectionError, _ session: inout ThreadSession
    ) -> ClientOrder {
        session.unanswered(because: error)
        clients[client].elsewhere?.connection.close()
        // The next attempt begins on a new one, as after any loss.
        clients[client].connection.close()
        return clients[client].core.elsewhere(clients[client].core.failed(error))
    }

    func nodeElsewhere(_ client: Int) -> UInt16 { clients[client].elsewhere?.place.node ?? clients[client].node }

    /// A wait for another node has expired. A reply that has already arrived still counts.
    mutating func endWaitElsewhere(_ client: Int, in session: inout ThreadSession) {
        guard let elsewhere = clients[client].elsewhere else { preconditionFailure("nobody is waited for") }
        if case .openingElsewhere = clients[client].phase {
            return notOpenedElsewhere(client, because: .timeout, in: &session)
        }
        if case .waitingElsewhere = clients[client].phase { receive(client, elsewhere, in: &session) }
        guard clients[client].phase.hasEnded(by: now), clients[client].phase.isElsewhere else { return }
        let order = lostElsewhere(client, because: .timeout, &session)
        run(client, from: order, in: &session)
    }
}

extension EventLoopDriver.Client.Phase {
    var isElsewhere: Bool {
        switch self {
        case .openingElsewhere, .sendingElsewhere, .waitingElsewhere: true
        default: false
        }
    }
}
