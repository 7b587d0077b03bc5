internal import Clients
internal import FlashSale
internal import RedisDriver
internal import Strategies

/// A purchase with a connection of its own, which runs a strategy and is held before each command; or what follows its hold, where purchases
/// take their time.
final class ExploredBuyer {
    private let purchase: Int
    /// The buyer's.
    let number: Int
    /// What it does.
    let part: AttemptPhase
    /// Which of the attempts it is that follow a hold (``LaterAttempt/place``); nil for the one that reserves.
    let place: Int?
    /// What it has on hold for those that follow, and the step that told so; nil where it has nothing.
    private(set) var hold: (values: HeldValues, step: Int)?
    /// The step that told of the hold which it follows; nil before.
    var heldAt: Int?
    let scenario: Scenario
    private let endpoint: RedisEndpoint
    private(set) var connection: Connection
    var core: ClientCore<StrategyMachine>
    /// What the connection is called on the server; nil where it does not tell.
    private(set) var clientID: Int?
    /// What the machine has sent, and is held.
    var pending: [WrittenCommand] = []
    /// The next step; nil where there is none.
    var next: CommandGroup?
    /// Sent, and the server answers when somebody else has done something.
    private(set) var isBlocked = false
    private var awaited = 0
    private(set) var attempts: [Attempt] = []
    private(set) var attemptNumber = 0
    /// Of the attempt that is under way.
    private(set) var firstStep: Int?
    private(set) var isDone = false
    /// Keys that it watches, and the step by which it was overtaken there.
    var watched: Set<[UInt8]> = []
    var overtakenBy: Int?
    /// What the machine is asked with `{now-ms}`: the same in all executions, but for the time that an order lets pass.
    var now: Int
    /// Whether anything that is sent depends on it.
    let looksAtClock: Bool
    /// Units that the purchase wants.
    private let quantity: Int

    /// - Parameter place: of an attempt that follows a hold; nil for one that reserves, or buys.
    init(
        purchase: Int, place: Int? = nil, program: StrategyProgram, scenario: Scenario, at endpoint: RedisEndpoint,
        now: Int
    ) throws(ConnectionError) {
        self.purchase = purchase
        self.place = place
        part = place.map(LaterAttempt.phase(ofPlace:)) ?? .reserve
        number = scenario.buyer(ofPurchase: purchase)
        self.scenario = scenario
        self.endpoint = endpoint
        self.now = now
        looksAtClock = program.usesWallClock
        quantity = CartPicker(scenario)?.units(ofPurchase: purchase) ?? scenario.quantity.min
        core = ClientCore(program)
        connection = .none
        try connect()
    }

    private func connect() throws(ConnectionError) {
        connection = try Connection(
            to: endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 10_000)
        connection.replyLimit = ReplyLimit.ofABuyer
        let reply = try connection.call(["CLIENT", "ID"])
        clientID = reply.kind == .integer ? reply.integer() : nil
        watched = []
        overtakenBy = nil
    }

    // MARK: From the doors on

    /// Begins its purchase anew; what follows a hold waits for that.
    func begin(_ program: StrategyProgram, now: Int) throws(ConnectionError) {
        self.now = now
        if isBlocked || !connection.isUsable || next != nil || !pending.isEmpty {
            // Something of the last execution may still be under way there.
            connection.close()
            try connect()
        } else if core.machine.leavesWatch || !watched.isEmpty {
            _ = try connection.call(["UNWATCH"])
        }
        core = ClientCore(program)
        (pending, next, isBlocked, awaited) = ([], nil, false, 0)
        (attempts, attemptNumber, firstStep, isDone) = ([], 0, nil, false)
        (watched, overtakenBy) = ([], nil)
        (hold, heldAt) = (nil, nil)
        if place == nil { try startAttempt() }
    }

    /// Numbers that name this buyer in what is sent.
    var names: [[UInt8]] {
        let attempt = scenario.attemptID(purchase: purchase, number: max(1, attemptNumber, numberBefore + 1))
        var names = [number, purchase, attempt]
        if core.machine.random != 0 { names.append(core.machine.random) }
        return names.map { Array(String($0).utf8) }
    }

    func startAttempt() throws(ConnectionError) {
        attemptNumber = max(attemptNumber, numberBefore) + 1
        firstStep = nil
        core.machine.context = AttemptContext(
            buyer: number, purchase: purchase,
            attempt: scenario.attemptID(purchase: purchase, number: attemptNumber),
            quantity: quantity, nowMilliseconds: now)
        core.machine.context.phase = part
        try carryOut(core.start(isConnected: connection.isUsable), at: heldAt)
    }

    // MARK: Steps

    /// Has the next step reach the server.
    ///
    /// - Parameter step: its place in the order.
    /// - Returns: the last reply; nil where there is none yet.
    func run(at step: Int) throws(ConnectionError) -> Reply? {
        guard let group = take(at: step) else { return nil }
        try connection.send(group.bytes)
        awaited = group.commands.count
        return try receive(at: step)
    }

    /// As ``run(at:)``, but the reply is lost with the connection.
    func loseReply(at step: Int) throws(ConnectionError) {
        guard let group = take(at: step) else { return }
        try connection.send(group.bytes)
        var reply = Reply()
        for _ in group.commands { try connection.receive(into: &reply) }
        try lose(at: step)
    }

    /// The next step is lost with the connection, before the server has it.
    func loseRequest(at step: Int) throws(ConnectionError) {
        guard take(at: step) != nil else { return }
        try lose(at: step)
    }

    /// The connection is lost, with what was about to be sent on it or is waited for.
    func loseConnection(at step: Int) throws(ConnectionError) {
        guard !isDone, hasBegun else { return }
        _ = take(at: step)
        isBlocked = false
        try lose(at: step)
    }

    /// It is gone, and what it was about to send never leaves. Nobody is told how its attempt ended.
    func crash(at step: Int) {
        guard take(at: step) != nil else { return }
        connection.close()
        pending = []
        (watched, overtakenBy) = ([], nil)
        let result = core.machine.lose()
        record(result, returned: nil, last: step)
        isDone = true
    }

    private func take(at step: Int) -> CommandGroup? {
        if firstStep == nil { firstStep = step }
        return next.take()
    }

    private func lose(at step: Int) throws(ConnectionError) {
        connection.close()
        pending = []
        (watched, overtakenBy) = ([], nil)
        try carryOut(core.lost(), at: step)
    }

    /// Waits no longer than it takes the server to look at every client twice: whoever has no answer then waits for somebody.
    private func receive(at step: Int) throws(ConnectionError) -> Reply? {
        var reply = Reply()
        while awaited > 0 {
            if let blocking, !connection.awaitReply(atMostMilliseconds: blocking) {
                isBlocked = true
                return nil
            }
            try connection.receive(into: &reply)
            awaited -= 1
            try carryOut(core.received(reply), at: step)
        }
        isBlocked = false
        return reply
    }

    /// For how many milliseconds an answer is waited for; nil where it surely comes.
    private var blocking: Int?

    /// Reads what has come for a buyer who waits for somebody else.
    ///
    /// - Returns: the reply; nil where none is there.
    func wake(at step: Int, withinMilliseconds limit: Int) throws(ConnectionError) -> Reply? {
        guard isBlocked else { return nil }
        blocking = limit
        defer { blocking = nil }
        return try receive(at: step)
    }

    /// As ``run(at:)``, for a command that may wait for somebody else.
    func runBlocking(at step: Int, withinMilliseconds limit: Int) throws(ConnectionError) -> Reply? {
        blocking = limit
        defer { blocking = nil }
        return try run(at: step)
    }

    /// Carries out the core's orders until the next command is held, or the purchase is over.
    ///
    /// - Parameter step: the one that led to it; nil before the first.
    func carryOut(_ first: ClientOrder, at step: Int?) throws(ConnectionError) {
        var order = first
        while true {
            switch order {
            case .send:
                pending += WrittenCommand.all(in: core.machine.output)
                try hold(at: step)
                return
            case .receive:
                if awaited == 0 { try hold(at: step) }
                return
            case .think: order = core.afterThinking()
            case .pause: order = core.afterPause()
            case .open:
                try connect()
                order = core.opened()
            case .end(let ending):
                try end(ending, at: step)
                return
            case .sendStruck, .follow: preconditionFailure("an explored sale has no faults of the wire, and one server")
            }
        }
    }

    /// Makes the next step of what is pending; what nobody else can tell of is executed at once.
    private func hold(at step: Int?) throws(ConnectionError) {
        guard next == nil, let group = CommandGroup.next(of: &pending) else { return }
        guard group.isLocal else {
            next = group
            return
        }
        try connection.send(group.bytes)
        if group.endsWatch { (watched, overtakenBy) = ([], nil) }
        var reply = Reply()
        awaited = group.commands.count
        while awaited > 0 {
            try connection.receive(into: &reply)
            awaited -= 1
            try carryOut(core.received(reply), at: step)
        }
    }

    private func end(_ ending: AttemptEnding, at step: Int?) throws(ConnectionError) {
        let last = step ?? firstStep ?? 0
        record(ending.result, returned: ending.isOver ? StepTime.returned(at: last) : nil, last: last)
        if ending.result.outcome == .held {
            var values = HeldValues()
            core.machine.keep(in: &values)
            hold = (values, last)
        }
        if ending.spoilsConnection { connection.close() }
        guard place == nil, attemptNumber < scenario.attempts,
            ending.result.outcome.mayRetry(retryUnknown: scenario.retryUnknown)
        else {
            isDone = true
            return
        }
        try startAttempt()
    }

    private func record(_ result: AttemptResult, returned: UInt64?, last: Int) {
        attempts.append(
            Attempt(
                id: scenario.attemptID(purchase: purchase, number: attemptNumber), purchase: purchase, buyer: number,
                client: number, number: attemptNumber,
                invokedNanoseconds: StepTime.invoked(at: firstStep ?? last), returnedNanoseconds: returned,
                outcome: result.outcome, quantity: quantity, remaining: result.remaining, isHole: result.isHole,
                unit: result.namesUnits ? core.machine.unitsAsText : nil, phase: part))
    }
}

extension StrategyMachine {
    /// The names of the units that its attempt was sold.
    fileprivate var unitsAsText: String? {
        UnitNameList(unitNames).map { UnitText.text($0.map { String(decoding: $0, as: UTF8.self) }) }
    }
}
