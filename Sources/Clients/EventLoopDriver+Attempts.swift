internal import CLinux
internal import FlashSale
internal import RedisDriver
internal import Strategies

/// One client's attempt, from event to event.
extension EventLoopDriver {
    /// Records the client's next attempt at ``now`` and starts it; nil if the journal cannot grow.
    @inline(__always)
    mutating func startAttempt(_ client: Int, in session: inout ThreadSession) -> ClientOrder? {
        let own = clients + client
        do throws(JournalError) {
            try session.recorder.invoke(
                &own.pointee.purchase, context: &own.pointee.core.machine.context, client: client, at: now)
        } catch {
            session.fail(error, shared.control)
            rest(client)
            return nil
        }
        do throws(ConnectionError) {
            try own.pointee.connection.refuseSurplus()
        } catch {
            session.note(error)
        }
        return own.pointee.core.start(isConnected: own.pointee.connection.isUsable && !own.pointee.hasEnded)
    }

    /// Something happened at a client's socket.
    mutating func take(_ event: EventLoop.Event, in session: inout ThreadSession) {
        let client = Int(truncatingIfNeeded: event.token & 0xFFFF_FFFF)
        guard clients[client].generation == UInt32(truncatingIfNeeded: event.token >> 32) else {
            if clients[client].rooms != nil { noteAway(event, of: client, in: &session) }
            return takeElsewhere(event, in: &session)
        }
        if event.hasEnded { clients[client].hasEnded = true }
        switch clients[client].phase {
        case .waiting: run(client, from: .receive, mayRead: true, in: &session)
        case .sending(let unsent, let deadline): flush(client, unsent: unsent, deadline: deadline, in: &session)
        case .opening: goOnOpening(client, in: &session)
        case .sendingStruck(let unsent, let deadline):
            flushStruck(client, unsent: unsent, deadline: deadline, in: &session)
        case .losing: loseUnread(client, in: &session)
        case .idle, .backingOff: readUnasked(client, in: &session)
        // The attempt notices it when it goes on.
        case .thinking, .pausing, .delaying, .openingElsewhere, .sendingElsewhere, .waitingElsewhere: break
        }
    }

    /// The client has no attempt under way, so the server hung up or sent something unasked. The next attempt then opens a new
    /// connection.
    private mutating func readUnasked(_ client: Int, in session: inout ThreadSession) {
        do throws(ConnectionError) {
            guard clients[client].connection.isUsable else { return }
            _ = try clients[client].connection.readNow(buffer)
            try clients[client].connection.refuseSurplus()
        } catch {
            if error != .closed { session.note(error) }
        }
    }

    /// Carries out the core's orders until the client has to wait or is idle.
    ///
    /// - Parameter mayRead: whether the socket may have something to read.
    mutating func run(_ client: Int, from first: ClientOrder, mayRead: Bool = false, in session: inout ThreadSession) {
        var order = first
        var mayRead = mayRead
        while true {
            var next: ClientOrder?
            do throws(ConnectionError) {
                switch order {
                case .send:
                    try send(client)
                    mayRead = clients[client].hasEnded
                    guard mayRead || clients[client].connection.hasUnread else { return }
                    next = .receive
                case .receive: next = try receive(client, &mayRead)
                case .sendStruck(let strike):
                    next = try carryOut(strike, of: client, in: &session)
                    mayRead = clients[client].hasEnded
                case .follow: next = follow(client, &session)
                case .think(let microseconds):
                    wait(client, phase: .thinking, nanoseconds: UInt64(microseconds) &* 1000)
                case .open: next = open(client, &session)
                case .pause(let nanoseconds):
                    tellGuide(client)
                    wait(client, phase: .pausing, nanoseconds: nanoseconds)
                case .end(let ending):
                    // A server that answers a request before it has all of it does not speak Redis's protocol.
                    if ending.spoilsConnection || clients[client].phase.isSending {
                        clients[client].connection.close()
                        clients[client].elsewhere?.connection.close()
                    }
                    now = Clock.nanoseconds()
                    next = nextOrder(client, after: ending, in: &session)
                }
            } catch {
                session.unanswered(because: error)
                next = clients[client].core.failed(error)
            }
            guard let next else { return }
            order = next
        }
    }

    /// Lets some time pass before the client goes on.
    mutating func wait(_ client: Int, phase: Client.Phase, nanoseconds: UInt64) {
        clients[client].phase = phase
        timers.insert(.init(nanoseconds: Clock.nanoseconds() &+ nanoseconds, client: client))
    }

    /// What the next reply leads to; nil if it is not here yet.
    @inline(__always)
    private mutating func receive(_ client: Int, _ mayRead: inout Bool) throws(ConnectionError) -> ClientOrder? {
        let client = clients + client
        while true {
            if client.pointee.connection.hasUnread,
                try client.pointee.connection.nextReply(into: &client.pointee.reply)
            {
                return client.pointee.core.received(client.pointee.reply)
            }
            guard mayRead else { return nil }
            switch try client.pointee.connection.readNow(buffer) {
            case .nothing: mayRead = false
            // A read that did not fill the buffer took everything, except a possible end of stream.
            case .some: mayRead = client.pointee.hasEnded
            case .full: mayRead = true
            }
        }
    }

    // MARK: Sending

    @inline(__always)
    private mutating func send(_ client: Int) throws(ConnectionError) {
        let client = clients + client
        // The server answered a request that has not been sent completely.
        if client.pointee.phase.isSending {
            client.pointee.connection.close()
            throw .protocolViolation("an answer to what was not sent yet")
        }
        try client.pointee.connection.refuseSurplus()
        let output = client.pointee.core.machine.output
        let deadline = now &+ timeoutNanoseconds
        let unsent = output.count - (try client.pointee.connection.sendNow(output))
        client.pointee.phase =
            unsent > 0 ? .sending(unsent: unsent, deadline: deadline) : .waiting(deadline: deadline)
    }

    /// Sends more of what the socket had no room for.
    private mutating func flush(_ client: Int, unsent: Int, deadline: UInt64, in session: inout ThreadSession) {
        do throws(ConnectionError) {
            let rest = UnsafeRawBufferPointer(rebasing: clients[client].core.machine.output.suffix(unsent))
            let unsent = unsent - (try clients[client].connection.sendNow(rest))
            clients[client].phase =
                unsent > 0 ? .sending(unsent: unsent, deadline: deadline) : .waiting(deadline: deadline)
        } catch {
            return lose(client, because: error, in: &session)
        }
        run(client, from: .receive, mayRead: true, in: &session)
    }

    // MARK: Losing and opening

    /// The connection is lost: ends the attempt, and goes on with the next.
    mutating func lose(_ client: Int, because error: ConnectionError, in session: inout ThreadSession) {
        session.unanswered(because: error)
        run(client, from: clients[client].core.lost(), in: &session)
    }

    /// Passes on what the server has said of where the sale is.
    private mutating func tellGuide(_ client: Int) {
        guard let place = clients[client].place, let relocation = clients[client].core.takeRelocation() else { return }
        shared.guide?.told(relocation, at: place)
    }

    /// Starts to connect. What to do at once; nil if the server has to answer first.
    private mutating func open(_ client: Int, _ session: inout ThreadSession) -> ClientOrder? {
        do throws(ConnectionError) {
            if clients[client].rooms != nil {
                if let order = try goToShelf(client, &session) { return order }
            } else if let guide = shared.guide, let old = clients[client].place {
                clients[client].connection.close()
                let next = try guide.next(after: old)
                (clients[client].place, clients[client].node) = (next, next.node)
            }
            guard let endpoint = clients[client].place?.endpoint ?? shared.endpoint else {
                throw ConnectionError.closed
            }
            clients[client].connection = try Connection(
                opening: endpoint, name: shared.connectionName, asksWhetherItServes: true)
            clients[client].lastGeneration &+= 1
            clients[client].generation = clients[client].lastGeneration
            clients[client].hasEnded = false
            clients[client].phase = .opening(deadline: now &+ timeoutNanoseconds)
            let token = UInt64(clients[client].generation) << 32 | UInt64(client)
            try loop.watch(clients[client].connection.descriptor, token: token)
            return nil
        } catch {
            session.unanswered(because: error)
            clients[client].connection.close()
            return clients[client].core.couldNotOpen(because: error)
        }
    }

    private mutating func goOnOpening(_ client: Int, in session: inout ThreadSession) {
        do throws(ConnectionError) {
            guard try clients[client].connection.goOnOpening(buffer, into: &clients[client].reply) else { return }
        } catch {
            return notOpened(client, because: error, in: &session)
        }
        session.reconnected(isNamed: clients[client].connection.isNamed, shared.control)
        run(client, from: clients[client].core.opened(), in: &session)
    }

    mutating func notOpened(_ client: Int, because error: ConnectionError, in session: inout ThreadSession) {
        session.unanswered(because: error)
        clients[client].connection.close()
        run(client, from: clients[client].core.couldNotOpen(because: error), in: &session)
    }
}
