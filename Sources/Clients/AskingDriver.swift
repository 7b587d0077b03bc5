internal import CLinux
internal import FlashSale
internal import RedisDriver
internal import Strategies

/// Drives the many clients of a thread that ask a service or programs: no call waits for a single one.
struct AskingDriver<Asking: Asker>: ClientDriver, ~Copyable {
    let shared: BuyerThread.Shared
    let stop: ThreadControl.StopFlag
    let asker: Asking
    let count: Int
    let clients: UnsafeMutablePointer<Client>
    var idle: IdleClients
    private var timers: TimerHeap
    /// CLOCK_MONOTONIC, read after the last event.
    var now: UInt64 = 0
    /// When the next purchase is due, CLOCK_MONOTONIC.
    private var nextDue: UInt64 = 0
    /// Whether no further purchase starts.
    private var isClosed = false
    /// What came of each client's first request before the doors opened; empty where nothing was sent.
    var held: [Held] = []
    /// When the answers to requests that were held are waited for no longer, CLOCK_MONOTONIC; the largest number once that
    /// is over.
    var heldDeadline = UInt64.max

    /// One client, and what its timer is for.
    struct Client: ~Copyable {
        enum Timer: BitwiseCopyable {
            case none, thinking, pausing, backingOff
        }

        var core: ClientCore<StrategyMachine>
        var reply = Reply()
        var timer = Timer.none
        var purchase = PurchaseUnderWay()

        /// The fault that has the answer to the question under way be lost.
        var strike: WireStrike?

        init(_ shared: BuyerThread.Shared) {
            core = ClientCore(shared.program, faults: shared.wire.forClients)
        }
    }

    var areNamed: Bool { true }

    /// - Throws: ``RunError`` with 69 if the clients cannot be made.
    init(_ shared: BuyerThread.Shared, thread: Int) throws(RunError) {
        asker = try Asking(shared, thread: thread)
        self.shared = shared
        stop = shared.control.stopFlag
        count = shared.scenario.clients
        idle = IdleClients(capacity: count)
        timers = TimerHeap(capacity: count)
        clients = .allocate(capacity: count)
        for number in 0..<count {
            (clients + number).initialize(to: Client(shared))
            clients[number].core.machine.context.client =
                shared.scenario.clientIndex(worker: shared.worker, thread: thread, client: number) + 1
        }
    }

    deinit {
        for number in 0..<count { asker.cancel(number) }
        clients.deinitialize(count: count)
        clients.deallocate()
    }

    /// One client after the other: each keeps the service busy for a moment only.
    mutating func signIn(by program: StrategyProgram) throws(RunError) {
        for number in 0..<count where !stop.isSet {
            let machine = try SignIn.run(program, client: clients[number].core.machine.context.client) {
                [asker] request, reply throws(ConnectionError) in
                try asker.askAlone(number, request, into: &reply)
            }
            clients[number].core.machine.signIn(from: machine)
        }
    }

    mutating func prepare(_ program: StrategyProgram) {
        for client in 0..<count { clients[client].core.prepare(program) }
    }

    mutating func serve(_ session: inout ThreadSession) {
        isClosed = false
        if held.isEmpty { for client in 0..<count { idle.append(client) } } else { release(&session) }
        while true {
            startIdle(&session)
            if isClosed, idle.count == count, session.later.isEmpty { break }
            asker.wait(nanoseconds: waitingTime(session.later.due))
            now = Clock.nanoseconds()
            while let client = asker.nextDone() { take(client, in: &session) }
            if now >= heldDeadline { endHeld(&session) }
            if stop.isSet { session.later.clear() }
            fireTimers(&session, all: stop.isSet)
        }
        for client in 0..<count {
            _ = idle.removeFirst()
            session.add(clients[client].core.machine)
        }
    }

    // MARK: Who is next

    private mutating func startIdle(_ session: inout ThreadSession) {
        if !session.later.isEmpty { followIdle(&session) }
        while idle.count > 0, !isClosed {
            now = Clock.nanoseconds()
            guard let arrival = nextArrival(&session) else { return }
            let client = idle.removeFirst()
            session.recorder.begin(&clients[client].purchase, for: arrival, opened: session.opened)
            startAttempt(client, in: &session)
        }
    }

    /// The purchase that starts now, if there is one.
    private mutating func nextArrival(_ session: inout ThreadSession) -> ArrivalQueue.Arrival? {
        guard !stop.isSet else {
            isClosed = true
            return nil
        }
        switch session.queue.next(atNanoseconds: now &- session.opened) {
        case .buy(let arrival): return arrival
        case .wait(let nanoseconds): nextDue = session.opened &+ nanoseconds
        case .closed: isClosed = true
        }
        return nil
    }

    /// Prepares what follows a hold and is due, if this client may make it.
    private func follow(_ client: Int, in session: inout ThreadSession) -> Bool {
        !stop.isSet
            && session.follow(&clients[client].purchase, &clients[client].core.machine, by: client, at: now)
    }

    /// Starts what follows holds and is due, by clients that have nothing to do.
    private mutating func followIdle(_ session: inout ThreadSession) {
        now = Clock.nanoseconds()
        var tries = idle.count
        while tries > 0, session.later.due <= now, !stop.isSet {
            let client = idle.removeFirst()
            tries -= 1
            guard follow(client, in: &session) else {
                idle.append(client)
                continue
            }
            tries = idle.count
            startAttempt(client, in: &session)
        }
    }

    /// Nanoseconds until there is something to do even if no answer comes.
    private func waitingTime(_ later: UInt64) -> UInt64 {
        var end = now + ThreadControl.stopNanoseconds
        if let timer = timers.first { end = min(end, timer.nanoseconds) }
        if idle.count > 0, !isClosed { end = min(end, nextDue) }
        // What is due already waits for another client than those that are idle.
        if idle.count > 0 { end = min(end, max(later, now + LaterQueue.patienceNanoseconds)) }
        return end > now ? end - now : 0
    }

    /// Resumes the clients whose time has come, or all of them when the run is stopped.
    private mutating func fireTimers(_ session: inout ThreadSession, all: Bool) {
        while let timer = timers.first, all || timer.nanoseconds <= now {
            timers.removeFirst()
            let client = timer.client
            let kind = clients[client].timer
            clients[client].timer = .none
            switch kind {
            case .thinking where all: run(client, from: clients[client].core.stopped(), in: &session)
            case .thinking: run(client, from: clients[client].core.afterThinking(), in: &session)
            case .pausing: run(client, from: clients[client].core.afterPause(), in: &session)
            case .backingOff where all:
                session.endDuringBackoff()
                idle.append(client)
            case .backingOff: startAttempt(client, in: &session)
            case .none: preconditionFailure("a client has a timer that it does not wait for")
            }
        }
    }

    // MARK: One client

    /// Records the client's next attempt at ``now`` and starts it.
    private mutating func startAttempt(_ client: Int, in session: inout ThreadSession) {
        do throws(JournalError) {
            try session.recorder.invoke(
                &clients[client].purchase, context: &clients[client].core.machine.context, client: client, at: now)
        } catch {
            session.fail(error, shared.control)
            idle.append(client)
            return
        }
        run(client, from: clients[client].core.start(isConnected: true), in: &session)
    }

    private mutating func take(_ client: Int, in session: inout ThreadSession) {
        let strike = clients[client].strike.take()
        do throws(ConnectionError) {
            try asker.take(client, into: &clients[client].reply)
        } catch {
            if let strike, asker.hasLostAnswer(client) {
                session.struck(by: strike)
                return run(client, from: clients[client].core.after(strike), in: &session)
            }
            return lose(client, because: error, in: &session)
        }
        clients[client].core.reached()
        run(client, from: clients[client].core.received(clients[client].reply), in: &session)
    }

    mutating func lose(_ client: Int, because error: ConnectionError, in session: inout ThreadSession) {
        session.unanswered(because: error)
        run(client, from: clients[client].core.failed(error), in: &session)
    }

    /// Carries out the core's orders until the client has to wait or is idle.
    mutating func run(_ client: Int, from order: ClientOrder, in session: inout ThreadSession) {
        switch order {
        case .send, .receive, .open: ask(client, in: &session)
        case .sendStruck(let strike):
            precondition(strike.effect == .loseReply, "only answers of services are lost")
            clients[client].strike = strike
            asker.loseNextAnswer(client)
            ask(client, in: &session)
        case .follow: preconditionFailure("no service is a node of several")
        case .think(let microseconds): wait(client, for: .thinking, nanoseconds: UInt64(microseconds) &* 1000)
        case .pause(let nanoseconds): wait(client, for: .pausing, nanoseconds: nanoseconds)
        case .end(let ending):
            now = Clock.nanoseconds()
            complete(client, with: ending, in: &session)
        }
    }

    private mutating func ask(_ client: Int, in session: inout ThreadSession) {
        do throws(ConnectionError) {
            try asker.start(client, clients[client].core.machine.output)
        } catch {
            clients[client].strike = nil
            lose(client, because: error, in: &session)
        }
    }

    private mutating func wait(_ client: Int, for timer: Client.Timer, nanoseconds: UInt64) {
        clients[client].timer = timer
        timers.insert(.init(nanoseconds: Clock.nanoseconds() &+ nanoseconds, client: client))
    }

    /// Completes the client's attempt at ``now``, and goes on with the next one.
    private mutating func complete(_ client: Int, with ending: AttemptEnding, in session: inout ThreadSession) {
        var ending = ending
        if case .names = ending.result.mark {
            let own = clients + client
            guard
                session.name(own.pointee.purchase, &ending, own.pointee.core.machine.unitNames, shared.control)
            else {
                idle.append(client)
                return
            }
        }
        if case .held = ending.result.outcome {
            session.later.add(clients[client].purchase, client: client, &clients[client].core.machine, at: now)
        }
        if session.complete(&clients[client].purchase, with: ending, at: now, unless: stop) {
            let pause = session.backoff(
                after: ending, of: clients[client].purchase, answer: clients[client].reply)
            if pause > 0 { return wait(client, for: .backingOff, nanoseconds: pause) }
        } else if session.later.due <= now, follow(client, in: &session) {
            // Something follows a hold.
        } else {
            guard let arrival = nextArrival(&session) else {
                idle.append(client)
                return
            }
            session.recorder.begin(&clients[client].purchase, for: arrival, opened: session.opened)
        }
        startAttempt(client, in: &session)
    }
}
