internal import CSystem
internal import FlashSale
internal import RedisDriver
internal import Strategies

/// One client's attempt, from event to event.
extension ClientLoop {
    /// Enters the next attempt of the client's purchase at ``now``, and begins it. nil: its connection has to be opened
    /// first, or nothing can be recorded any more.
    @inline(__always)
    mutating func startAttempt(_ client: Int, _ session: inout Session) -> StrategyMachine.Action? {
        let own = clients + client
        do throws(JournalError) {
            try session.recorder.invoke(
                &own.pointee.purchase, &own.pointee.machine.context, client: client, at: now)
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
        guard own.pointee.connection.isUsable, !own.pointee.hasEnded else {
            open(client, &session)
            return nil
        }
        return own.pointee.machine.begin()
    }

    /// Something happened at a client's socket.
    mutating func take(_ event: EventLoop.Event, _ session: inout Session) {
        let client = Int(truncatingIfNeeded: event.token & 0xFFFF_FFFF)
        guard clients[client].generation == UInt32(truncatingIfNeeded: event.token >> 32) else { return }
        if event.hasEnded { clients[client].hasEnded = true }
        switch clients[client].phase {
        case .waiting:
            if clients[client].unsent > 0 {
                flush(client, &session)
            } else {
                run(client, .receive, mayRead: true, &session)
            }
        case .opening: goOnOpening(client, &session)
        case .idle: readUnasked(client, &session)
        // The attempt will find what there is to find.
        case .thinking, .pausing: break
        }
    }

    /// Nobody waits for anything: the server has hung up, or said what nobody asked for. Then the next attempt takes another
    /// connection.
    private mutating func readUnasked(_ client: Int, _ session: inout Session) {
        do throws(ConnectionError) {
            guard clients[client].connection.isUsable else { return }
            _ = try clients[client].connection.readNow(buffer)
            try clients[client].connection.refuseSurplus()
        } catch {
            if error != .closed { session.note(error) }
        }
    }

    /// Does what the machine says until the client has to wait, or is idle.
    ///
    /// - Parameter mayRead: whether the socket may have something.
    mutating func run(
        _ client: Int, _ first: StrategyMachine.Action, mayRead: Bool = false, _ session: inout Session
    ) {
        var action = first
        var mayRead = mayRead
        while true {
            var next: StrategyMachine.Action?
            do throws(ConnectionError) {
                switch action {
                case .send:
                    try send(client)
                    mayRead = clients[client].hasEnded
                    guard mayRead || clients[client].connection.hasUnread else { return }
                    next = .receive
                case .receive: next = try receive(client, &mayRead)
                case .think(let microseconds):
                    clients[client].phase = .thinking
                    timers.insert(
                        .init(nanoseconds: Clock.nanoseconds() &+ UInt64(microseconds) &* 1000, client: client))
                case .finish(let result):
                    if clients[client].machine.connectionIsSuspect { clients[client].connection.close() }
                    now = Clock.nanoseconds()
                    next = nextAction(client, after: result, isOver: true, &session)
                }
            } catch {
                next = lost(client, error, &session)
            }
            guard let next else { return }
            action = next
        }
    }

    /// The next reply's consequence; nil where it has to be waited for.
    @inline(__always)
    private mutating func receive(
        _ client: Int, _ mayRead: inout Bool
    ) throws(ConnectionError) -> StrategyMachine.Action? {
        let client = clients + client
        while true {
            if client.pointee.connection.hasUnread,
                try client.pointee.connection.nextReply(into: &client.pointee.reply)
            {
                return client.pointee.machine.receive(client.pointee.reply)
            }
            guard mayRead else {
                client.pointee.phase = .waiting
                return nil
            }
            switch try client.pointee.connection.readNow(buffer) {
            case .nothing: mayRead = false
            // A read that did not fill its room has taken all there was, but for the end.
            case .some: mayRead = client.pointee.hasEnded
            case .full: mayRead = true
            }
        }
    }

    // MARK: Sending

    @inline(__always)
    private mutating func send(_ client: Int) throws(ConnectionError) {
        let client = clients + client
        // Whoever answers what it has not got yet does not speak Redis's protocol.
        guard client.pointee.unsent == 0 else {
            client.pointee.connection.close()
            throw .protocolViolation("an answer to what was not sent yet")
        }
        try client.pointee.connection.refuseSurplus()
        let output = client.pointee.machine.output
        client.pointee.phase = .waiting
        client.pointee.deadline = now &+ timeoutNanoseconds
        client.pointee.unsent = output.count - (try client.pointee.connection.sendNow(output))
    }

    /// Sends more of what the socket had no room for.
    private mutating func flush(_ client: Int, _ session: inout Session) {
        do throws(ConnectionError) {
            let output = clients[client].machine.output
            let rest = UnsafeRawBufferPointer(rebasing: output.suffix(clients[client].unsent))
            clients[client].unsent -= try clients[client].connection.sendNow(rest)
        } catch {
            return lose(client, error, &session)
        }
        run(client, .receive, mayRead: true, &session)
    }

    // MARK: Losing and opening

    /// The connection is lost: ends the attempt, and goes on with the next.
    mutating func lose(_ client: Int, _ error: ConnectionError, _ session: inout Session) {
        if let action = lost(client, error, &session) { run(client, action, &session) }
    }

    private mutating func lost(
        _ client: Int, _ error: ConnectionError, _ session: inout Session
    ) -> StrategyMachine.Action? {
        session.note(error)
        clients[client].unsent = 0
        let isOver = !clients[client].machine.mayStillTakeEffect
        now = Clock.nanoseconds()
        return nextAction(client, after: clients[client].machine.lose(), isOver: isOver, &session)
    }

    private mutating func open(_ client: Int, _ session: inout Session) {
        do throws(ConnectionError) {
            clients[client].connection = try Connection(opening: shared.endpoint, name: shared.connectionName)
            clients[client].generation &+= 1
            clients[client].hasEnded = false
            clients[client].unsent = 0
            clients[client].phase = .opening
            clients[client].deadline = now &+ timeoutNanoseconds
            let token = UInt64(clients[client].generation) << 32 | UInt64(client)
            try loop.watch(clients[client].connection.descriptor, token: token)
        } catch {
            pause(client, error, &session)
        }
    }

    private mutating func goOnOpening(_ client: Int, _ session: inout Session) {
        do throws(ConnectionError) {
            guard try clients[client].connection.goOnOpening(buffer, into: &clients[client].reply) else { return }
        } catch {
            return pause(client, error, &session)
        }
        session.result.reconnects += 1
        if !clients[client].connection.isNamed { shared.control.reconnectedWithoutName() }
        run(client, clients[client].machine.begin(), &session)
    }

    /// The connection cannot be opened. No byte was sent, so the attempt has certainly no effect.
    mutating func pause(_ client: Int, _ error: ConnectionError, _ session: inout Session) {
        session.note(error)
        clients[client].connection.close()
        clients[client].phase = .pausing
        timers.insert(
            .init(nanoseconds: Clock.nanoseconds() &+ ThreadControl.reconnectPauseNanoseconds, client: client))
    }
}
