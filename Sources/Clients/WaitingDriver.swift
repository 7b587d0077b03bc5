internal import CSystem
internal import FlashSale
internal import RedisDriver
internal import Strategies

/// Drives the only client of a thread with blocking calls: for one connection nothing is leaner.
struct WaitingDriver<Transport: WaitingTransport & ~Copyable>: ClientDriver, ~Copyable {
    private let shared: BuyerThread.Shared
    private let stop: ThreadControl.StopFlag
    private var connection: Transport
    private var core: ClientCore<StrategyMachine>
    private var reply = Reply()

    /// - Throws: ``RunError`` with 69 if it cannot connect.
    init(_ shared: BuyerThread.Shared, thread: Int) throws(RunError) {
        do throws(ConnectionError) {
            connection = try Transport(shared, isBuying: false)
        } catch {
            throw RunError(.unavailable, "thread \(thread) of worker \(shared.worker) could not connect: \(error)")
        }
        self.shared = shared
        stop = shared.control.stopFlag
        core = ClientCore(shared.program)
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

    var areNamed: Bool { connection.isNamed }

    mutating func prepare(_ program: StrategyProgram) { core.prepare(program) }

    mutating func serve(_ session: inout ThreadSession) {
        var purchase = PurchaseUnderWay()
        // The plain rush is the only pace that does not depend on the time.
        let needsClock = session.scenario.pace != .rush
        while !stop.isSet {
            switch session.queue.next(atNanoseconds: needsClock ? Clock.nanoseconds() &- session.opened : 0) {
            case .buy(let arrival):
                session.recorder.begin(&purchase, for: arrival, opened: session.opened)
                buy(&purchase, &session)
            case .wait(let nanoseconds): _ = shared.control.sleep(until: session.opened &+ nanoseconds)
            case .closed:
                session.add(core.machine)
                return
            }
        }
        session.add(core.machine)
    }

    /// Makes the purchase's attempts until it is over or the run is stopped.
    private mutating func buy(_ purchase: inout PurchaseUnderWay, _ session: inout ThreadSession) {
        var goesOn = true
        while goesOn {
            do throws(JournalError) {
                try session.recorder.invoke(
                    &purchase, context: &core.machine.context, client: 0, at: Clock.nanoseconds())
            } catch {
                return session.fail(error, shared.control)
            }
            var ending = attempt(&session)
            if case .names = ending.result.mark,
                !session.name(purchase, &ending, core.machine.unitNames, shared.control)
            {
                return
            }
            let now = Clock.nanoseconds()
            goesOn = session.complete(&purchase, with: ending, at: now, unless: stop)
            guard goesOn else { return }
            let pause = session.backoff(after: ending, of: purchase, answer: reply)
            guard pause == 0 || shared.control.sleep(until: now &+ pause) else { return session.endDuringBackoff() }
        }
    }

    /// Carries out the core's orders until the attempt is over.
    private mutating func attempt(_ session: inout ThreadSession) -> AttemptEnding {
        do throws(ConnectionError) {
            try connection.refuseSurplus()
        } catch {
            session.note(error)
        }
        var order = core.start(isConnected: connection.isUsable)
        while true {
            do throws(ConnectionError) {
                switch order {
                case .send:
                    try connection.refuseSurplus()
                    try connection.send(core.machine.output)
                    try connection.receive(into: &reply)
                    order = core.received(reply)
                case .receive:
                    try connection.receive(into: &reply)
                    order = core.received(reply)
                case .think(let microseconds):
                    let end = Clock.nanoseconds() &+ UInt64(microseconds) &* 1000
                    order = shared.control.sleep(until: end) ? core.afterThinking() : core.stopped()
                case .open: order = open(&session)
                case .pause:
                    _ = shared.control.sleep(until: Clock.nanoseconds() &+ ReconnectPause.nanoseconds)
                    order = core.afterPause()
                case .end(let ending):
                    if ending.spoilsConnection { connection.close() }
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
            connection = try Transport(shared, isBuying: true)
        } catch {
            session.unanswered(because: error)
            return core.couldNotOpen()
        }
        session.reconnected(isNamed: connection.isNamed, shared.control)
        return core.opened()
    }
}
