internal import CLinux
internal import FlashSale
internal import RedisDriver
internal import Strategies

/// Drives the only client of a thread with blocking calls: for one connection nothing is leaner.
struct WaitingDriver<Transport: WaitingTransport & ~Copyable>: ClientDriver, ~Copyable {
    let shared: BuyerThread.Shared
    private let stop: ThreadControl.StopFlag
    var connection: Transport
    var core: ClientCore<StrategyMachine>
    /// The node that it is connected to, and what attempts there are recorded with.
    var place: PrimaryGuide.Place?
    var node: UInt16
    /// Where ASK has sent it; nil where it never has.
    var elsewhere: Elsewhere<Transport>?
    /// Its other connections; nil where it has one node at a time.
    var rooms: ShelfRooms<Transport>?
    private let othersAreNamed: Bool
    var reply = Reply()
    private var purchase = PurchaseUnderWay()
    /// What came of the first request before the doors opened; nil where nothing was sent.
    private var held: Held?

    private enum Held {
        /// All but the last byte has left.
        case sent
        /// Nothing has, and the attempt begins with this.
        case order(ClientOrder)
        case failed(ConnectionError)
    }

    /// - Throws: ``RunError`` with 69 if it cannot connect.
    init(_ shared: BuyerThread.Shared, thread: Int) throws(RunError) {
        let place = shared.guide?.place
        var rooms = ShelfRooms<Transport>(shared.guide, at: place)
        var othersAreNamed = true
        do throws(ConnectionError) {
            othersAreNamed = try rooms?.connectToOthers(shared) ?? true
            connection = try Transport(shared, at: place, isBuying: false)
        } catch {
            throw RunError(.unavailable, "thread \(thread) of worker \(shared.worker) could not connect: \(error)")
        }
        self.shared = shared
        self.rooms = rooms
        self.othersAreNamed = othersAreNamed
        self.place = place
        node = place?.node ?? 0
        stop = shared.control.stopFlag
        core = ClientCore(shared.program, faults: shared.wire.forClients, mayMove: place != nil)
        core.machine.goesToShelves = shared.guide?.hasShelves == true
        core.machine.context.client =
            shared.scenario.clientIndex(worker: shared.worker, thread: thread, client: 0) + 1
    }

    mutating func signIn(by program: StrategyProgram) throws(RunError) {
        let machine = try SignIn.run(program, client: core.machine.context.client) {
            request, reply throws(ConnectionError) in
            try connection.send(request)
            try connection.receive(into: &reply)
        }
        core.machine.signIn(from: machine)
    }

    var areNamed: Bool { connection.isNamed && othersAreNamed }

    mutating func prepare(_ program: StrategyProgram) { core.prepare(program) }

    mutating func serve(_ session: inout ThreadSession) {
        if let held = held.take() { release(held, &session) }
        var purchase = PurchaseUnderWay()
        // The plain rush is the only pace that does not depend on the time.
        let needsClock = session.scenario.pace != .rush
        while !stop.isSet {
            if session.later.isUsed, follow(&purchase, &session) { continue }
            switch session.queue.next(atNanoseconds: needsClock ? Clock.nanoseconds() &- session.opened : 0) {
            case .buy(let arrival):
                session.recorder.begin(&purchase, for: arrival, opened: session.opened)
                buy(&purchase, &session)
            case .wait(let nanoseconds):
                _ = shared.control.sleep(until: min(session.opened &+ nanoseconds, session.later.due))
            case .closed:
                if !session.later.isEmpty {
                    _ = shared.control.sleep(until: session.later.due)
                    continue
                }
                session.add(core.machine)
                return
            }
        }
        session.add(core.machine)
    }

    /// Makes what follows a hold, if something is due.
    ///
    /// - Returns: whether something was.
    @inline(never)
    private mutating func follow(_ purchase: inout PurchaseUnderWay, _ session: inout ThreadSession) -> Bool {
        // The thread has one client only, and nobody asks it for another one.
        guard session.follow(&purchase, &core.machine, by: 0, at: Clock.nanoseconds()) else { return false }
        buy(&purchase, &session)
        return true
    }

    /// Makes the purchase's attempts until it is over or the run is stopped.
    private mutating func buy(_ purchase: inout PurchaseUnderWay, _ session: inout ThreadSession) {
        while true {
            do throws(JournalError) {
                try session.recorder.invoke(
                    &purchase, context: &core.machine.context, client: 0, at: Clock.nanoseconds())
            } catch {
                return session.fail(error, shared.control)
            }
            let ending = attempt(&session)
            guard goesOn(&purchase, after: ending, &session) else { return }
        }
    }

    /// Completes the attempt that is over. Returns whether the purchase makes another one, after its pause.
    @inline(__always)
    private mutating func goesOn(
        _ purchase: inout PurchaseUnderWay, after ending: AttemptEnding, _ session: inout ThreadSession
    ) -> Bool {
        var ending = ending
        if case .names = ending.result.mark,
            !session.name(purchase, &ending, core.machine.unitNames, shared.control)
        {
            return false
        }
        let now = Clock.nanoseconds()
        if case .held = ending.result.outcome { session.later.add(purchase, client: 0, &core.machine, at: now) }
        let node = ending.isElsewhere ? elsewhere?.place.node ?? self.node : self.node
        guard session.complete(&purchase, with: ending, at: now, node: node, unless: stop) else { return false }
        let pause = session.backoff(after: ending, of: purchase, answer: reply)
        guard pause == 0 || shared.control.sleep(until: now &+ pause) else {
            session.endDuringBackoff()
            return false
        }
        return true
    }

    // MARK: The first request

    mutating func hold(_ session: inout ThreadSession) throws(RunError) {
        guard Transport.sendsParts, session.foresee(&purchase, &core.machine.context) else { return }
        var order = core.start(isConnected: connection.isUsable)
        if rooms != nil, case .open = order, let atShelf = try? goToShelf(&session) { order = atShelf }
        held = .order(order)
        guard case .send = order else { return }
        do throws(ConnectionError) {
            try connection.refuseSurplus()
            try connection.send(UnsafeRawBufferPointer(rebasing: core.machine.output.dropLast()))
            held = .sent
        } catch {
            held = .failed(error)
        }
    }

    /// Makes the purchase whose first request waits for its last byte.
    @inline(never)
    private mutating func release(_ held: Held, _ session: inout ThreadSession) {
        // No last byte leaves any more, and the connection is closed with the thread.
        guard !stop.isSet else { return }
        var purchase = self.purchase
        let now = Clock.nanoseconds()
        do throws(JournalError) {
            try session.invokeForeseen(&purchase, &core.machine.context, client: 0, at: now)
        } catch {
            return session.fail(error, shared.control)
        }
        var order = ClientOrder.receive
        switch held {
        case .order(let first):
            session.result.unheld += 1
            order = first
        case .failed(let error):
            session.result.unheld += 1
            session.unanswered(because: error)
            order = core.couldNotSend()
        case .sent:
            session.released(at: now)
            do throws(ConnectionError) {
                try connection.send(UnsafeRawBufferPointer(rebasing: core.machine.output.suffix(1)))
            } catch {
                // A single byte leaves or does not.
                session.unanswered(because: error)
                order = core.couldNotSend()
            }
        }
        let ending = carryOut(order, &session)
        if goesOn(&purchase, after: ending, &session) { buy(&purchase, &session) }
    }

    // MARK: One attempt

    private mutating func attempt(_ session: inout ThreadSession) -> AttemptEnding {
        do throws(ConnectionError) {
            try connection.refuseSurplus()
        } catch {
            session.note(error)
        }
        return carryOut(core.start(isConnected: connection.isUsable), &session)
    }

    /// Carries out the core's orders until the attempt is over.
    @inline(__always)
    private mutating func carryOut(_ first: ClientOrder, _ session: inout ThreadSession) -> AttemptEnding {
        var order = first
        while true {
            do throws(ConnectionError) {
                switch order {
                case .send:
                    try connection.refuseSurplus()
                    try connection.send(core.machine.output)
                    try connection.receive(into: &reply)
                    if !Transport.sendsParts { core.reached() }
                    order = core.received(reply)
                case .sendStruck(let strike): order = try carryOut(strike, &session)
                case .follow: order = follow(&session)
                case .receive:
                    try connection.receive(into: &reply)
                    order = core.received(reply)
                case .think(let microseconds):
                    let end = Clock.nanoseconds() &+ UInt64(microseconds) &* 1000
                    order = shared.control.sleep(until: end) ? core.afterThinking() : core.stopped()
                case .open: order = open(&session)
                case .pause(let nanoseconds):
                    if let place, let relocation = core.takeRelocation() { shared.guide?.told(relocation, at: place) }
                    _ = shared.control.sleep(until: Clock.nanoseconds() &+ nanoseconds)
                    order = core.afterPause()
                case .end(let ending):
                    if ending.spoilsConnection {
                        connection.close()
                        elsewhere?.connection.close()
                    }
                    return ending
                }
            } catch {
                session.unanswered(because: error)
                order = core.failed(error)
            }
        }
    }

    private mutating func open(_ session: inout ThreadSession) -> ClientOrder {
        do throws(ConnectionError) {
            if rooms != nil { return try goToShelf(&session) }
            if let guide = shared.guide, let old = place {
                connection.close()
                let next = try guide.next(after: old)
                (place, node) = (next, next.node)
            }
            connection = try Transport(shared, at: place, isBuying: true)
        } catch {
            session.unanswered(because: error)
            return core.couldNotOpen(because: error)
        }
        session.reconnected(isNamed: connection.isNamed, shared.control)
        return core.opened()
    }
}
