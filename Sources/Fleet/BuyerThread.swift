internal import FlashSale
internal import Glibc
internal import RedisDriver
internal import Synchronization

/// One thread of a worker: it drives one connection and makes one purchase after another.
struct BuyerThread: ~Copyable {
    /// What all threads of a worker share, none of which they change but the counters of progress.
    struct Shared: Sendable {
        var scenario: Scenario
        var program: StrategyProgram
        var endpoint: RedisEndpoint
        var connectionName: String
        var worker: Int
        var journal: JournalFile
        var gate: StartGate
        var control: ThreadControl
    }

    struct Result: Sendable {
        var thread: Int
        var tally = Tally()
        var reconnects = 0
        var commands = 0
        var reloads = 0
        var attemptLatency = LatencyCounts.Sparse()
        var purchaseLatency = LatencyCounts.Sparse()
        var firstHole: String?
        /// Why an attempt failed or was left unknown, the first time.
        var firstError: String?
        var failure: WorkerMessage.Failure?
    }

    private let shared: Shared
    private let progress: ThreadProgress
    private let thread: Int
    private var connection: Connection
    private var machine: StrategyMachine
    private var journal: JournalPart
    private var reply = Reply()
    private var attemptLatency = LatencyCounts()
    private var purchaseLatency = LatencyCounts()
    private var result: Result

    /// The whole life of a thread.
    static func run(_ shared: Shared, thread: Int, progress: ThreadProgress) -> Result {
        var buyers: BuyerThread
        do {
            buyers = try BuyerThread(shared, thread: thread, progress: progress)
        } catch {
            let failure = WorkerMessage.Failure(exitCode: error.exitCode, message: error.message)
            shared.control.failed(failure)
            return Result(thread: thread, failure: failure)
        }
        shared.control.connected(isNamed: buyers.connection.isNamed)
        if shared.gate.pass() { buyers.serve() }
        return buyers.finish()
    }

    private init(_ shared: Shared, thread: Int, progress: ThreadProgress) throws(RunError) {
        let part: JournalPart
        let connection: Connection
        do throws(JournalError) {
            part = try JournalPart(of: shared.journal)
        } catch {
            throw RunError(error.exitCode, error.description)
        }
        do throws(ConnectionError) {
            connection = try Self.connect(shared)
        } catch {
            throw RunError(69, "thread \(thread) of worker \(shared.worker) could not connect: \(error)")
        }
        self.shared = shared
        self.thread = thread
        self.progress = progress
        self.connection = connection
        journal = part
        machine = StrategyMachine(shared.program)
        result = Result(thread: thread)
    }

    private static func connect(_ shared: borrowing Shared) throws(ConnectionError) -> Connection {
        try Connection(
            to: shared.endpoint, name: shared.connectionName,
            connectTimeoutMilliseconds: shared.scenario.timeoutMilliseconds,
            timeoutMilliseconds: shared.scenario.timeoutMilliseconds)
    }

    private consuming func finish() -> Result {
        result.commands = machine.commandsSent
        result.reloads = machine.reloads
        result.firstHole = machine.firstHole
        result.firstError = machine.firstError ?? result.firstError
        result.attemptLatency = attemptLatency.sparse
        result.purchaseLatency = purchaseLatency.sparse
        return result
    }

    // MARK: Purchases

    /// What the scenario says about each purchase, without a reference in it.
    private struct Plan: BitwiseCopyable {
        var lastPurchase: Int
        var clients: Int
        var attempts: Int
        var purchasesPerBuyer: Int
        var quantity: Scenario.Range
        var seed: UInt64
        var retriesUnknown: Bool
        var worker: Int
        var thread: Int
        var usesWallClock: Bool
        var stop: ThreadControl.StopFlag
    }

    private mutating func serve() {
        let scenario = shared.scenario
        let plan = Plan(
            lastPurchase: scenario.totalPurchases, clients: scenario.totalClients, attempts: scenario.attempts,
            purchasesPerBuyer: scenario.purchasesPerBuyer, quantity: scenario.quantity, seed: scenario.seed,
            retriesUnknown: scenario.retryUnknown, worker: shared.worker, thread: thread,
            usesWallClock: shared.program.usesWallClock, stop: shared.control.stopFlag)
        var purchase = scenario.clientIndex(worker: shared.worker, thread: thread, client: 0) + 1
        while purchase <= plan.lastPurchase, !plan.stop.isSet {
            guard buy(purchase, plan) else { break }
            progress.purchases.add(1)
            purchase += plan.clients
        }
    }

    /// Makes one purchase. False: the thread has to end.
    private mutating func buy(_ purchase: Int, _ plan: Plan) -> Bool {
        var started: UInt64 = 0
        let quantity = Scenario.quantity(ofPurchase: purchase, in: plan.quantity, seed: plan.seed)
        for number in 1...plan.attempts {
            guard !(number > 1 && plan.stop.isSet) else { return true }
            let record: UnsafeMutableRawPointer
            do throws(JournalError) {
                record = try journal.next()
            } catch {
                result.failure = WorkerMessage.Failure(exitCode: error.exitCode, message: error.description)
                shared.control.stop()
                return false
            }
            let invocation = JournalRecord.Invocation(
                attempt: Scenario.attemptID(purchase: purchase, number: number, attempts: plan.attempts),
                purchase: purchase,
                buyer: Scenario.buyer(ofPurchase: purchase, purchasesPerBuyer: plan.purchasesPerBuyer), number: number,
                quantity: quantity, worker: plan.worker, thread: plan.thread, client: 0)
            let (end, outcome, invoked) = attempt(invocation, record, plan)
            if number == 1 { started = invoked }
            result.tally.count(outcome)
            progress.attempts.add(1)
            if outcome == .won { progress.won.add(1) }
            attemptLatency.record(nanoseconds: end &- invoked)
            guard outcome.mayRetry(retryUnknown: plan.retriesUnknown), number < plan.attempts else {
                purchaseLatency.record(nanoseconds: end &- started)
                return true
            }
        }
        return true
    }

    // MARK: Attempts

    /// Makes one attempt and writes it down. Returns when it ended, and how, and when it was invoked.
    private mutating func attempt(
        _ invocation: JournalRecord.Invocation, _ record: UnsafeMutableRawPointer, _ plan: Plan
    ) -> (end: UInt64, outcome: Outcome, invoked: UInt64) {
        let context = StrategyMachine.Context(
            buyer: invocation.buyer, purchase: invocation.purchase, attempt: invocation.attempt,
            quantity: invocation.quantity, worker: plan.worker, thread: plan.thread,
            nowMilliseconds: plan.usesWallClock ? Clock.wallMilliseconds() : 0)
        let invoked = Clock.nanoseconds()
        JournalRecord.invoke(record, invocation, at: invoked)
        guard connection.isUsable || reconnect() else {
            // No byte was sent, so there is certainly no effect.
            let end = Clock.nanoseconds()
            JournalRecord.complete(record, .failed, remaining: nil, isHole: false, at: end)
            return (end, .failed, invoked)
        }
        let (outcome, isOver) = converse(context)
        let end = Clock.nanoseconds()
        JournalRecord.complete(
            record, outcome.outcome, remaining: outcome.remaining, isHole: outcome.isHole, at: isOver ? end : nil)
        return (end, outcome.outcome, invoked)
    }

    /// Drives the machine to the attempt's end. `isOver` is false where the server may still execute what was sent.
    private mutating func converse(
        _ context: StrategyMachine.Context
    ) -> (result: StrategyMachine.Result, isOver: Bool) {
        var action = machine.begin(context)
        while true {
            do throws(ConnectionError) {
                switch action {
                case .send:
                    try connection.send(machine.output)
                    try connection.receive(into: &reply)
                    action = machine.receive(reply)
                case .receive:
                    try connection.receive(into: &reply)
                    action = machine.receive(reply)
                case .think(let microseconds):
                    guard shared.control.sleep(microseconds: microseconds) else { return (machine.abandon(), true) }
                    action = machine.afterThinking()
                case .finish(let result):
                    if machine.connectionIsSuspect { connection.close() }
                    return (result, true)
                }
            } catch {
                if result.firstError == nil { result.firstError = "\(error)" }
                let isOver = !machine.mayStillTakeEffect
                return (machine.lose(), isOver)
            }
        }
    }

    /// How long a thread waits before it tries again to reach a server that does not answer.
    private static var reconnectPauseMicroseconds: Int { 20_000 }

    private mutating func reconnect() -> Bool {
        do throws(ConnectionError) {
            connection = try Self.connect(shared)
            result.reconnects += 1
            if !connection.isNamed { shared.control.reconnectedWithoutName() }
            return true
        } catch {
            if result.firstError == nil { result.firstError = "\(error)" }
            _ = shared.control.sleep(microseconds: Self.reconnectPauseMicroseconds)
            return false
        }
    }
}
