internal import FlashSale
internal import RedisDriver

/// One thread of a worker: it opens its connections, waits at the gate, and buys.
enum BuyerThread {
    /// What all threads of a worker share, none of which they change but the counters of progress.
    struct Shared: Sendable {
        var scenario: Scenario
        var program: StrategyProgram
        var warmUp: WarmUp?
        var endpoint: RedisEndpoint
        var connectionName: String
        var worker: Int
        var journal: JournalFile
        var gate: StartGate
        var control: ThreadControl

        /// How long connecting may take at the least while no buyer waits for it: the whole fleet comes at once.
        private static var patienceMilliseconds: Int { 5000 }

        /// - Parameter isBuying: whether it is part of an attempt, which waits no longer than attempts do.
        func connect(isBuying: Bool) throws(ConnectionError) -> Connection {
            let timeout = scenario.timeoutMilliseconds
            return try Connection(
                to: endpoint, name: connectionName,
                connectTimeoutMilliseconds: isBuying ? timeout : max(timeout, Self.patienceMilliseconds),
                timeoutMilliseconds: timeout)
        }
    }

    /// The sale before the sale.
    struct WarmUp: Sendable {
        var scenario: Scenario
        var program: StrategyProgram
        var gate: StartGate
        var finished: FinishLine
    }

    struct Result: Sendable {
        var thread: Int
        var tally = Tally()
        var reconnects = 0
        var sent = SentSteps()
        var commands = 0
        var reloads = 0
        var attemptLatency = LatencyCounts.Sparse()
        var purchaseLatency = LatencyCounts.Sparse()
        /// CLOCK_MONOTONIC of the last time that a client gave up waiting for an answer; 0 where none did.
        var lastGivenUpNanoseconds: UInt64 = 0
        var firstHole: String?
        /// Why an attempt failed or was left unknown, the first time.
        var firstError: String?
        var failure: RunError?
    }

    /// The whole life of a thread.
    static func run(_ shared: Shared, thread: Int, progress: ThreadProgress) -> Result {
        do throws(RunError) {
            return shared.scenario.clients == 1
                ? try run(BlockingClient(shared, thread: thread), shared, thread, progress)
                : try run(ClientLoop(shared, thread: thread), shared, thread, progress)
        } catch {
            let failure = error
            shared.control.failed(failure)
            return Result(thread: thread, failure: failure)
        }
    }

    private static func run(
        _ clients: consuming some Clients & ~Copyable, _ shared: Shared, _ thread: Int, _ progress: ThreadProgress
    ) throws(RunError) -> Result {
        let session: Session
        do throws(JournalError) {
            session = try Session(shared, thread: thread, progress: progress)
        } catch {
            throw RunError(error.status, error.description)
        }
        shared.control.connected(isNamed: clients.areNamed)
        if let warmUp = shared.warmUp {
            defer { warmUp.finished.cross() }
            let tally = open(&clients, Session(warmUp: warmUp, shared, thread: thread), warmUp.gate, shared).tally
            shared.control.warmedUp(brokenOff: tally.failed + tally.unknown)
        }
        return open(&clients, session, shared.gate, shared)
    }

    private static func open(
        _ clients: inout some Clients & ~Copyable, _ session: consuming Session, _ gate: StartGate, _ shared: Shared
    ) -> Result {
        clients.prepare(session.program)
        if let opened = gate.pass() {
            session.opened = opened
            clients.serve(&session)
        }
        return session.finish()
    }
}

/// The connections of one thread: one that waits, or many that never do.
protocol Clients: ~Copyable {
    /// Whether the server accepted the names of all connections.
    var areNamed: Bool { get }

    /// Makes everything ready that buying needs.
    mutating func prepare(_ program: StrategyProgram)

    /// Buys until nobody comes any more, or the run is stopped.
    mutating func serve(_ session: inout Session)
}
