internal import CLinux
internal import FlashSale
internal import RedisDriver
internal import Strategies

/// Drives the many clients of a thread with one event loop: no call waits for a single connection.
///
/// The clock is read once a reply has been read: that is the attempt's return and, if another follows at once, also the
/// invocation of that one.
struct EventLoopDriver: ClientDriver, ~Copyable {
    /// Bytes of one read, enough for the replies to many steps.
    private static var readBytes: Int { 16 * 1024 }

    let shared: BuyerThread.Shared
    let stop: ThreadControl.StopFlag
    let loop = EventLoop()
    let count: Int
    let clients: UnsafeMutablePointer<Client>
    let buffer: UnsafeMutableRawBufferPointer
    let timeoutNanoseconds: UInt64
    private(set) var areNamed = true
    /// What came of each client's first request before the doors opened; empty where nothing was sent.
    var held: [Held] = []
    private var idle: IdleClients
    var timers: TimerHeap
    /// CLOCK_MONOTONIC, read after the last event.
    var now: UInt64 = 0
    /// When the next purchase is due, CLOCK_MONOTONIC.
    private var nextDue: UInt64 = 0
    /// Whether no further purchase starts.
    private var isClosed = false
    /// When to look again for waits that have expired. Looking now and then costs less than a timer for each wait.
    private var nextLook: UInt64 = 0

    /// - Throws: ``RunError`` with 69 if it cannot connect.
    init(_ shared: BuyerThread.Shared, thread: Int) throws(RunError) {
        self.shared = shared
        stop = shared.control.stopFlag
        count = shared.scenario.clients
        timeoutNanoseconds = UInt64(shared.scenario.timeoutMilliseconds) * 1_000_000
        idle = IdleClients(capacity: count)
        timers = TimerHeap(capacity: count)
        let clients = UnsafeMutablePointer<Client>.allocate(capacity: count)
        let place = shared.guide?.place
        var made = 0
        do throws(ConnectionError) {
            while made < count {
                var connection = try shared.connect(to: place, isBuying: false)
                connection.stopWaiting()
                areNamed = areNamed && connection.isNamed
                try loop.watch(connection.descriptor, token: UInt64(made))
                (clients + made).initialize(to: Client(connection, shared, at: place))
                if clients[made].rooms != nil {
                    areNamed = try Self.connectToOthers(of: clients + made, number: made, shared, loop) && areNamed
                }
                clients[made].core.machine.context.client =
                    shared.scenario.clientIndex(worker: shared.worker, thread: thread, client: made) + 1
                made += 1
            }
        } catch {
            clients.deinitialize(count: made)
            clients.deallocate()
            throw RunError(
                .unavailable,
                "client \(made) of thread \(thread) of worker \(shared.worker) could not connect: \(error)")
        }
        self.clients = clients
        buffer = .allocate(byteCount: Self.readBytes, alignment: 16)
    }

    deinit {
        clients.deinitialize(count: count)
        clients.deallocate()
        buffer.deallocate()
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
            let events = loop.wait(nanoseconds: waitingTime(session.later.due))
            now = Clock.nanoseconds()
            for index in 0..<events { take(loop.event(index), in: &session) }
            if timers.count > 0 { fireTimers(&session) }
            if now >= nextLook { endWaits(&session) }
            if stop.isSet {
                session.later.clear()
                fireTimers(&session, all: true)
            }
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
            if let order = startAttempt(client, in: &session) { run(client, from: order, in: &session) }
        }
    }

    /// The purchase that starts now, if there is one.
    @inline(__always)
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
    @inline(never)
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
            if let order = startAttempt(client, in: &session) { run(client, from: order, in: &session) }
        }
    }

    /// Nanoseconds until there is something to do even if no event comes.
    private func waitingTime(_ later: UInt64) -> UInt64 {
        var end = now + ThreadControl.stopNanoseconds
        if idle.count + timers.count < count { end = min(end, nextLook) }
        if let timer = timers.first { end = min(end, timer.nanoseconds) }
        if idle.count > 0, !isClosed { end = min(end, nextDue) }
        // What is due already waits for another client than those that are idle.
        if idle.count > 0 { end = min(end, max(later, now + LaterQueue.patienceNanoseconds)) }
        return end > now ? end - now : 0
    }

    /// Resumes the clients whose time has come, or all of them when the run is stopped.
    private mutating func fireTimers(_ session: inout ThreadSession, all: Bool = false) {
        while let timer = timers.first, all || timer.nanoseconds <= now {
            timers.removeFirst()
            let client = timer.client
            switch clients[client].phase {
            case .thinking where all: run(client, from: clients[client].core.stopped(), in: &session)
            case .thinking: run(client, from: clients[client].core.afterThinking(), in: &session)
            case .pausing: run(client, from: clients[client].core.afterPause(), in: &session)
            case .backingOff where all:
                session.endDuringBackoff()
                rest(client)
            case .backingOff:
                if let order = startAttempt(client, in: &session) { run(client, from: order, in: &session) }
            case .delaying(let deadline): endDelay(client, deadline: deadline, isWhole: !all, in: &session)
            case .idle, .opening, .sending, .waiting, .sendingStruck, .losing, .openingElsewhere, .sendingElsewhere,
                .waitingElsewhere:
                preconditionFailure("a client has a timer that it does not wait for")
            }
        }
    }

    /// Ends waits that have expired. A reply that has already arrived still counts.
    private mutating func endWaits(_ session: inout ThreadSession) {
        // Where this thread has stood still (SIGSTOP, a machine without a core to spare), what it asked just now has an older
        // moment, and the server had no time to answer: it has until the next look.
        let stoodStill = now > nextLook &+ timeoutNanoseconds / 2
        nextLook = now + max(1_000_000, min(timeoutNanoseconds / 16, ThreadControl.stopNanoseconds))
        if stoodStill { return }
        for client in 0..<count where clients[client].phase.hasEnded(by: now) {
            if case .opening = clients[client].phase {
                notOpened(client, because: .timeout, in: &session)
                continue
            }
            if case .losing = clients[client].phase {
                loseUnread(client, isTooLate: true, in: &session)
                continue
            }
            if clients[client].phase.isElsewhere {
                endWaitElsewhere(client, in: &session)
                continue
            }
            run(client, from: .receive, mayRead: true, in: &session)
            guard clients[client].phase.hasEnded(by: now) else { continue }
            clients[client].connection.close()
            lose(client, because: .timeout, in: &session)
        }
    }

    // MARK: From attempt to attempt

    /// Completes the client's attempt at ``now``. What it does next; nil if it is idle.
    @inline(__always)
    mutating func nextOrder(_ client: Int, after ending: AttemptEnding, in session: inout ThreadSession) -> ClientOrder?
    {
        var ending = ending
        if case .names = ending.result.mark {
            let client = clients + client
            let names = client.pointee.core.machine.unitNames
            guard session.name(client.pointee.purchase, &ending, names, shared.control) else {
                rest(client - clients)
                return nil
            }
        }
        if case .held = ending.result.outcome {
            session.later.add(clients[client].purchase, client: client, &clients[client].core.machine, at: now)
        }
        let node = ending.isElsewhere ? nodeElsewhere(client) : clients[client].node
        if session.complete(&clients[client].purchase, with: ending, at: now, node: node, unless: stop) {
            let pause = session.backoff(after: ending, of: clients[client].purchase)
            if pause > 0 {
                wait(client, phase: .backingOff, nanoseconds: pause)
                return nil
            }
        } else if session.later.due <= now, follow(client, in: &session) {
            // Something follows a hold.
        } else {
            guard let arrival = nextArrival(&session) else {
                rest(client)
                return nil
            }
            session.recorder.begin(&clients[client].purchase, for: arrival, opened: session.opened)
        }
        return startAttempt(client, in: &session)
    }

    mutating func rest(_ client: Int) {
        clients[client].phase = .idle
        idle.append(client)
    }
}
