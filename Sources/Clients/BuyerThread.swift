package import FlashSale
package import RedisDriver
package import Strategies

/// One thread of a worker: it opens its connections, waits at the gate, and buys.
package enum BuyerThread {
    /// What all threads of a worker share, none of which they change but the counters of progress.
    package struct Shared: Sendable {
        var scenario: Scenario
        var program: StrategyProgram
        package var warmUp: WarmUp?
        var endpoint: RedisEndpoint
        var connectionName: String
        var worker: Int
        package var journal: JournalFile
        var gate: StartGate
        var control: ThreadControl

        package init(
            scenario: Scenario, program: StrategyProgram, warmUp: WarmUp? = nil, endpoint: RedisEndpoint,
            connectionName: String, worker: Int, journal: JournalFile, gate: StartGate, control: ThreadControl
        ) {
            self.scenario = scenario
            self.program = program
            self.warmUp = warmUp
            self.endpoint = endpoint
            self.connectionName = connectionName
            self.worker = worker
            self.journal = journal
            self.gate = gate
            self.control = control
        }

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
    package struct WarmUp: Sendable {
        var scenario: Scenario
        var program: StrategyProgram
        package var gate: StartGate
        package var finished: FinishLine

        package init(scenario: Scenario, program: StrategyProgram, gate: StartGate, finished: FinishLine) {
            self.scenario = scenario
            self.program = program
            self.gate = gate
            self.finished = finished
        }
    }

    package struct Result: Sendable {
        package var thread: Int
        package var tally = Tally()
        package var reconnects = 0
        package var sent = SentSteps()
        package var commands = 0
        package var reloads = 0
        package var attemptLatency = LatencyCounts.Sparse()
        package var purchaseLatency = LatencyCounts.Sparse()
        /// CLOCK_MONOTONIC of the last time that a client gave up waiting for an answer; 0 where none did.
        package var lastGivenUpNanoseconds: UInt64 = 0
        package var firstHole: String?
        /// Why an attempt failed or was left unknown, the first time.
        package var firstError: String?
        package var failure: RunError?
    }

    /// The whole life of a thread.
    package static func run(_ shared: Shared, thread: Int, progress: ThreadProgress) -> Result {
        do throws(RunError) {
            return shared.scenario.clients == 1
                ? try run(BlockingClient(shared, thread: thread), sharing: shared, thread: thread, progress: progress)
                : try run(ClientLoop(shared, thread: thread), sharing: shared, thread: thread, progress: progress)
        } catch {
            let failure = error
            shared.control.failed(failure)
            return Result(thread: thread, failure: failure)
        }
    }

    private static func run(
        _ clients: consuming some Clients & ~Copyable, sharing shared: Shared, thread: Int, progress: ThreadProgress
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
            let tally = open(
                &clients, for: Session(warmUp: warmUp, shared, thread: thread), at: warmUp.gate, sharing: shared
            ).tally
            shared.control.warmedUp(brokenOff: tally.failed + tally.unknown)
        }
        return open(&clients, for: session, at: shared.gate, sharing: shared)
    }

    private static func open(
        _ clients: inout some Clients & ~Copyable, for session: consuming Session, at gate: StartGate,
        sharing shared: Shared
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
