internal import CSystem
internal import FlashSale
internal import RedisDriver
internal import Strategies

/// A thread with one connection, on which it waits: nothing is leaner while there is one.
struct BlockingClient: Clients, ~Copyable {
    private let shared: BuyerThread.Shared
    private let stop: ThreadControl.StopFlag
    private var connection: Connection
    private var machine: StrategyMachine
    private var reply = Reply()

    /// - Throws: ``RunError`` with 69 if it cannot connect.
    init(_ shared: BuyerThread.Shared, thread: Int) throws(RunError) {
        do throws(ConnectionError) {
            connection = try shared.connect(isBuying: false)
        } catch {
            throw RunError(.unavailable, "thread \(thread) of worker \(shared.worker) could not connect: \(error)")
        }
        self.shared = shared
        stop = shared.control.stopFlag
        machine = StrategyMachine(shared.program)
    }

    var areNamed: Bool { connection.isNamed }

    mutating func prepare(_ program: StrategyProgram) {
        let owes = machine.leavesWatch
        machine = StrategyMachine(program, owesUnwatch: owes)
    }

    mutating func serve(_ session: inout Session) {
        var purchase = PurchaseUnderWay()
        // A closed loop asks for no time but where something ends by it.
        let needsClock = session.scenario.pace != .rush
        while !stop.isSet {
            switch session.queue.next(atNanoseconds: needsClock ? Clock.nanoseconds() &- session.opened : 0) {
            case .buy(let arrival):
                session.recorder.begin(&purchase, arrival, opened: session.opened)
                buy(&purchase, &session)
                session.recorder.end()
            case .wait(let nanoseconds): _ = shared.control.sleep(until: session.opened &+ nanoseconds)
            case .closed:
                session.add(machine)
                return
            }
        }
        session.add(machine)
    }

    /// Makes one purchase, or as much of it as the run allows.
    private mutating func buy(_ purchase: inout PurchaseUnderWay, _ session: inout Session) {
        var goesOn = true
        while goesOn, purchase.number == 0 || !stop.isSet {
            do throws(JournalError) {
                try session.recorder.invoke(&purchase, &machine.context, client: 0, at: Clock.nanoseconds())
            } catch {
                return session.fail(error, shared.control)
            }
            let (result, isOver) = attempt(&session)
            goesOn = session.recorder.complete(&purchase, result, at: Clock.nanoseconds(), isOver: isOver)
        }
    }

    /// Makes an attempt. `isOver` is false where the server may still execute what was sent.
    private mutating func attempt(_ session: inout Session) -> (result: StrategyMachine.Result, isOver: Bool) {
        do throws(ConnectionError) {
            try connection.refuseSurplus()
        } catch {
            session.note(error)
        }
        // No byte was sent, so there is certainly no effect.
        guard connection.isUsable || reconnect(&session) else { return (.init(.failed), true) }
        var action = machine.begin()
        while true {
            do throws(ConnectionError) {
                switch action {
                case .send:
                    try connection.refuseSurplus()
                    try connection.send(machine.output)
                    try connection.receive(into: &reply)
                    action = machine.receive(reply)
                case .receive:
                    try connection.receive(into: &reply)
                    action = machine.receive(reply)
                case .think(let microseconds):
                    let end = Clock.nanoseconds() &+ UInt64(microseconds) &* 1000
                    guard shared.control.sleep(until: end) else { return (machine.abandon(), true) }
                    action = machine.afterThinking()
                case .finish(let result):
                    if machine.connectionIsSuspect { connection.close() }
                    return (result, true)
                }
            } catch {
                session.note(error)
                let isOver = !machine.mayStillTakeEffect
                return (machine.lose(), isOver)
            }
        }
    }

    private mutating func reconnect(_ session: inout Session) -> Bool {
        do throws(ConnectionError) {
            connection = try shared.connect(isBuying: true)
            session.result.reconnects += 1
            if !connection.isNamed { shared.control.reconnectedWithoutName() }
            return true
        } catch {
            session.note(error)
            _ = shared.control.sleep(until: Clock.nanoseconds() &+ ThreadControl.reconnectPauseNanoseconds)
            return false
        }
    }
}
