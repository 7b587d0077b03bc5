package import FlashSale
package import HTTPTransport
package import Host
package import ProgramTransport
package import RedisDriver
package import Strategies

/// One thread of a worker: it opens its connections, waits at the gate, and buys.
package enum BuyerThread {
    /// What all threads of a worker are given.
    package struct Shared: Sendable {
        var scenario: Scenario
        var program: StrategyProgram
        package var warmUp: WarmUp?
        /// Of the server that buyers ask; nil where they ask none.
        var endpoint: RedisEndpoint?
        /// Tells where the primary is; nil where the server is one alone.
        package var guide: PrimaryGuide?
        /// The service that buyers ask in the place of the server; nil where they ask the server.
        package var service: ServiceEndpoint?
        /// What each client of a service does before it buys; nil where the file says nothing of it.
        package var signIn: StrategyProgram?
        /// The programs that buyers ask in the place of the server; nil where they ask none.
        package var programs: ProgramHost?
        var connectionName: String
        var worker: Int
        package var journal: JournalWriter
        /// Where names of units go; nil where the strategy names none.
        package var names: JournalWriter?
        var gate: StartGate
        var control: ThreadControl
        /// The faults that clients carry out.
        package var wire: WireFaults

        package init(
            scenario: Scenario, program: StrategyProgram, warmUp: WarmUp? = nil, endpoint: RedisEndpoint?,
            connectionName: String, worker: Int, journal: JournalWriter, gate: StartGate, control: ThreadControl
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
            wire = WireFaults(scenario, at: nil)
        }

        /// Connecting may take at least this long before the doors open, when the whole fleet comes at once.
        private static var patienceMilliseconds: Int { 5000 }

        /// - Throws: ``HTTPFailure`` where there is no memory for one.
        func serviceClient() throws(HTTPFailure) -> HTTPClient {
            guard let service else { throw HTTPFailure(.notSent, "the run has no service") }
            let client = try HTTPClient(to: service, timeoutMilliseconds: scenario.timeoutMilliseconds)
            client.readsHeaders = program.usesHeaders || signIn?.usesHeaders == true
            return client
        }

        /// - Parameters:
        ///   - place: the node to connect to; nil where the server is one alone.
        ///   - isBuying: whether an attempt waits for it, so that only the scenario's timeout applies.
        func connect(to place: PrimaryGuide.Place?, isBuying: Bool) throws(ConnectionError) -> Connection {
            guard let endpoint = place?.endpoint ?? endpoint else { throw .refused("the run has no server") }
            let timeout = scenario.timeoutMilliseconds
            var connection = try Connection(
                to: endpoint, name: connectionName,
                connectTimeoutMilliseconds: isBuying ? timeout : max(timeout, Self.patienceMilliseconds),
                timeoutMilliseconds: timeout, asksWhetherItServes: isBuying)
            connection.replyLimit = ReplyLimit.ofABuyer
            return connection
        }
    }

    /// A warm-up with keys of its own, so that the sale begins with everything at work.
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
        package var met = MetParts()
        package var commands = 0
        package var reloads = 0
        package var attemptLatency = LatencyCounts.Sparse()
        package var purchaseLatency = LatencyCounts.Sparse()
        /// CLOCK_MONOTONIC of the last time that a client gave up waiting for an answer; 0 where none did.
        package var lastGivenUpNanoseconds: UInt64 = 0
        /// When the last bytes of first requests left that were held back, in nanoseconds since the doors opened.
        package var releases: [UInt64] = []
        /// First requests of which nothing could be sent before.
        package var unheld = 0
        /// How many attempts each of the scenario's faults struck; empty where clients carry none out.
        package var struck: [Int] = []
        package var firstHole: String?
        package var firstNameless: String?
        package var firstOversized: String?
        /// Why an attempt failed or was left unknown, the first time.
        package var firstError: String?
        package var failure: RunError?
    }

    /// Runs one thread from its first connection to its last purchase.
    package static func run(_ shared: Shared, thread: Int, progress: ThreadProgress) -> Result {
        let place = ThreadPlace(shared: shared, thread: thread, progress: progress)
        do throws(RunError) {
            if shared.programs != nil { return try run(AskingDriver<ProgramAsker>(shared, thread: thread), in: place) }
            return switch (shared.service != nil, shared.scenario.clients == 1) {
            case (false, true): try run(WaitingDriver<Connection>(shared, thread: thread), in: place)
            case (false, false): try run(EventLoopDriver(shared, thread: thread), in: place)
            // Only a loop can hold the last byte of a request to a service back.
            case (true, true) where shared.scenario.gate != .lastByte:
                try run(WaitingDriver<ServiceTransport>(shared, thread: thread), in: place)
            case (true, _): try run(AskingDriver<ServiceAsker>(shared, thread: thread), in: place)
            }
        } catch {
            let failure = error
            shared.control.failed(failure)
            return Result(thread: thread, failure: failure)
        }
    }

    private struct ThreadPlace {
        var shared: Shared
        var thread: Int
        var progress: ThreadProgress
    }

    private static func run(
        _ driver: consuming some ClientDriver & ~Copyable, in place: ThreadPlace
    ) throws(RunError) -> Result {
        let (shared, thread, progress) = (place.shared, place.thread, place.progress)
        if let program = shared.signIn { try driver.signIn(by: program) }
        let session = try ThreadSession(shared, thread: thread, progress: progress)
        if let warmUp = shared.warmUp {
            // Everything that takes memory is made before the thread says that it is ready.
            let warmUpSession = try ThreadSession(warmUp: warmUp, shared, thread: thread)
            shared.control.connected(isNamed: driver.areNamed)
            defer { warmUp.finished.cross() }
            let tally = try open(&driver, for: warmUpSession, at: warmUp.gate, holds: false).tally
            shared.control.warmedUp(brokenOff: tally.failed + tally.unknown)
        } else {
            shared.control.connected(isNamed: driver.areNamed)
        }
        return try open(&driver, for: session, at: shared.gate, holds: shared.scenario.gate == .lastByte) {
            shared.control.held()
        }
    }

    private static func open(
        _ driver: inout some ClientDriver & ~Copyable, for session: consuming ThreadSession, at gate: StartGate,
        holds: Bool, held: () -> Void = {}
    ) throws(RunError) -> Result {
        driver.prepare(session.program)
        if holds {
            guard gate.awaitHolding() else { return session.finish() }
            try driver.hold(&session)
            held()
        }
        if let opened = gate.pass() {
            session.opened = opened
            driver.serve(&session)
        }
        return session.finish()
    }
}

/// How a thread drives its clients: one with blocking calls, or many with an event loop.
protocol ClientDriver: ~Copyable {
    /// Whether the server accepted the names of all connections.
    var areNamed: Bool { get }

    /// Signs every client in, before the doors open.
    ///
    /// - Throws: ``RunError`` with 69 where the service does not take one.
    mutating func signIn(by program: StrategyProgram) throws(RunError)

    /// Gets the clients ready to run a program.
    mutating func prepare(_ program: StrategyProgram)

    /// Sends the first request of every client but for its last byte, which ``serve(_:)`` sends.
    ///
    /// - Throws: ``RunError`` with 69 where the server answers what it does not have yet.
    mutating func hold(_ session: inout ThreadSession) throws(RunError)

    /// Buys until the last purchase is over or the run is stopped.
    mutating func serve(_ session: inout ThreadSession)
}

extension ClientDriver where Self: ~Copyable {
    /// Redis has its handshake.
    mutating func signIn(by program: StrategyProgram) throws(RunError) {}
}

/// All threads of a worker.
package struct ThreadPool: ~Copyable {
    /// Noncopyable threads cannot live in an array; each box is joined exactly once.
    private final class Slot {
        private var thread: JoinableThread<BuyerThread.Result>?
        init(_ thread: consuming JoinableThread<BuyerThread.Result>) { self.thread = consume thread }
        func join() -> BuyerThread.Result { thread.take()!.join() }
    }

    private var slots: [Slot] = []

    /// Starts the threads 0 … count − 1.
    ///
    /// - Throws: ``ThreadError`` if the system has no room for them all.
    package init(count: Int, _ body: @escaping @Sendable (Int) -> BuyerThread.Result) throws(ThreadError) {
        for thread in 0..<count {
            slots.append(Slot(try JoinableThread { body(thread) }))
        }
    }

    /// Waits for all of them.
    package consuming func join() -> [BuyerThread.Result] { slots.map { $0.join() } }
}
