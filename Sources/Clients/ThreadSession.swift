internal import FlashSale
internal import RedisDriver
internal import Strategies

/// One thread's part in the sale, or in the warm-up before it.
struct ThreadSession: ~Copyable {
    let scenario: Scenario
    let program: StrategyProgram
    let thread: Int
    private let secret: Secret
    /// Between two attempts of a purchase, in microseconds; from 0 to 0 for none.
    private let backoff: Scenario.Range
    var recorder: Recorder
    var queue: ArrivalQueue
    /// What follows holds.
    var later: LaterQueue
    /// CLOCK_MONOTONIC of the opening.
    var opened: UInt64 = 0
    var result: BuyerThread.Result

    /// The sale itself.
    ///
    /// - Throws: ``RunError`` if there is no room for a journal, or no memory.
    init(_ shared: BuyerThread.Shared, thread: Int, progress: ThreadProgress) throws(RunError) {
        try self.init(
            scenario: shared.scenario, program: shared.program,
            secret: shared.endpoint.map { Secret(of: $0) } ?? Secret(nil),
            worker: shared.worker, thread: thread, journal: try Self.journal(shared),
            names: try Self.names(shared), progress: progress)
        result.struck = [Int](repeating: 0, count: shared.wire.scenarioCount)
    }

    private static func journal(_ shared: BuyerThread.Shared) throws(RunError) -> ThreadJournal {
        do throws(JournalError) {
            return try ThreadJournal(of: shared.journal, clients: shared.scenario.clients)
        } catch {
            throw RunError(error.status, error.description)
        }
    }

    private static func names(_ shared: BuyerThread.Shared) throws(RunError) -> ThreadNames {
        do throws(JournalError) {
            return try ThreadNames(of: shared.names)
        } catch {
            throw RunError(error.status, error.description)
        }
    }

    /// The warm-up, of which no record is kept.
    ///
    /// - Throws: ``RunError`` with 69 if there is no memory.
    init(warmUp: BuyerThread.WarmUp, _ shared: BuyerThread.Shared, thread: Int) throws(RunError) {
        try self.init(
            scenario: warmUp.scenario, program: warmUp.program,
            secret: shared.endpoint.map { Secret(of: $0) } ?? Secret(nil),
            worker: shared.worker, thread: thread,
            journal: ThreadJournal(clients: shared.scenario.clients), names: ThreadNames(), progress: ThreadProgress())
    }

    private init(
        scenario: Scenario, program: StrategyProgram, secret: Secret, worker: Int, thread: Int,
        journal: consuming ThreadJournal, names: consuming ThreadNames, progress: ThreadProgress
    ) throws(RunError) {
        self.scenario = scenario
        self.program = program
        self.thread = thread
        self.secret = secret
        backoff = program.backoffMicroseconds
        recorder = try Recorder(
            scenario, worker: worker, thread: thread, usesWallClock: program.usesWallClock, journal: journal,
            names: names, progress: progress)
        queue = ArrivalQueue(scenario, worker: worker, thread: thread)
        later = LaterQueue(scenario)
        result = BuyerThread.Result(thread: thread)
    }

    /// Adds up what a client's machine has counted.
    mutating func add(_ machine: borrowing StrategyMachine) {
        result.sent.add(machine.sent)
        result.met.add(machine.met)
        result.commands += machine.commandsSent
        result.reloads += machine.reloads
        result.firstHole = result.firstHole ?? machine.firstHole.map(secret.shown)
        result.firstNameless = result.firstNameless ?? machine.firstNameless.map(secret.shown)
        result.firstOversized = result.firstOversized ?? machine.firstOversized
        result.firstError = machine.firstError.map(secret.shown) ?? result.firstError
    }

    /// A connection failed; the first reason is kept.
    mutating func note(_ error: ConnectionError) {
        if result.firstError == nil { result.firstError = ForeignText.sentence("\(secret.shown(error))") }
    }

    /// The attempt that is under way is lost with its connection, or could get none.
    mutating func unanswered(because error: ConnectionError) {
        note(error)
        // That one was an answer.
        if case .oversized = error { return }
        recorder.unanswered()
    }

    /// A fault of the wire has had its effect on the attempt that is under way.
    mutating func struck(by strike: WireStrike) {
        // None strikes in a warm-up.
        guard !result.struck.isEmpty else { return }
        result.struck[Int(strike.fault)] += 1
    }

    /// A connection was opened in the place of one that failed.
    mutating func reconnected(isNamed: Bool, _ control: ThreadControl) {
        result.reconnects += 1
        if !isNamed { control.reconnectedWithoutName() }
    }

    /// A connection was opened to a node that another one has named.
    mutating func visited(isNamed: Bool, _ control: ThreadControl) {
        if !isNamed { control.reconnectedWithoutName() }
    }

    /// Completes the attempt that is under way, and with the last one the purchase. Once the run is stopped, a purchase
    /// makes no further attempt.
    ///
    /// - Parameters:
    ///   - now: CLOCK_MONOTONIC, read after the attempt's end.
    ///   - node: where it was made, as ``JournalRecord/complete(_:with:remaining:isHole:hasUnit:node:at:)`` takes it.
    /// - Returns: whether the purchase makes another attempt.
    @inline(__always)
    mutating func complete(
        _ purchase: inout PurchaseUnderWay, with ending: AttemptEnding, at now: UInt64, node: UInt16 = 0,
        unless stop: ThreadControl.StopFlag
    ) -> Bool {
        if recorder.complete(&purchase, with: ending.result, at: now, isOver: ending.isOver, node: node), !stop.isSet {
            return true
        }
        if purchase.phase == .reserve { recorder.end() }
        return false
    }

    /// Prepares what follows a hold and is due, if this client may make it.
    ///
    /// - Parameters:
    ///   - purchase: the client's, which is replaced.
    ///   - now: CLOCK_MONOTONIC.
    /// - Returns: whether there is something.
    @inline(never)
    mutating func follow(
        _ purchase: inout PurchaseUnderWay, _ machine: inout StrategyMachine, by client: Int, at now: UInt64
    ) -> Bool {
        guard let next = later.take(at: now, by: client) else { return false }
        recorder.begin(&purchase, following: next)
        later.resume(next, &machine)
        return true
    }

    /// For how many nanoseconds a purchase that makes another attempt leaves the server alone before; 0 for none.
    ///
    /// Drawn from the seed and from the attempt that is over, so that it is the same in every run with that seed.
    @inline(__always)
    mutating func backoff(after ending: AttemptEnding, of purchase: PurchaseUnderWay) -> UInt64 {
        backoff.max > 0 ? drawnBackoff(after: ending, of: purchase) : 0
    }

    /// The same after a service's answer, which may want to be left alone for longer (Retry-After).
    mutating func backoff(
        after ending: AttemptEnding, of purchase: PurchaseUnderWay, answer: borrowing Reply
    ) -> UInt64 {
        let own = backoff(after: ending, of: purchase)
        guard answer.retryAfterSeconds > 0,
            ending.result.outcome == .conflict || ending.result.outcome == .failed
        else { return own }
        return max(own, UInt64(answer.retryAfterSeconds) * 1_000_000_000)
    }

    @inline(never)
    private func drawnBackoff(after ending: AttemptEnding, of purchase: PurchaseUnderWay) -> UInt64 {
        guard ending.result.outcome == .conflict || ending.result.outcome == .failed else { return 0 }
        let attempt = scenario.attemptID(purchase: purchase.purchase, number: Int(purchase.number))
        var generator = SplitMix64(
            seed: ~scenario.seed ^ (UInt64(bitPattern: Int64(attempt)) &* 0x9E37_79B9_7F4A_7C15))
        return UInt64(Int.random(in: backoff.min...backoff.max, using: &generator)) &* 1000
    }

    /// The purchase waits for its next attempt when the run is stopped: it makes none any more.
    mutating func endDuringBackoff() { recorder.end() }

    /// Writes down the names of the units that the attempt was sold, before it is completed. Where there is no room for
    /// them, the run is stopped, and the attempt stays one whose answer was lost.
    ///
    /// - Parameter names: as the machine has them.
    /// - Returns: whether the attempt can be completed.
    @inline(never)
    mutating func name(
        _ purchase: PurchaseUnderWay, _ ending: inout AttemptEnding, _ names: UnsafeRawBufferPointer,
        _ control: ThreadControl
    ) -> Bool {
        do throws(JournalError) {
            ending.result.namesUnits = try recorder.name(purchase, names)
            return true
        } catch {
            fail(error, control)
            recorder.end()
            return false
        }
    }

    /// The journal cannot grow: stops the run.
    mutating func fail(_ error: JournalError, _ control: ThreadControl) {
        result.failure = RunError(error.status, error.description)
        control.stop()
    }

    /// All that the thread has counted.
    consuming func finish() -> BuyerThread.Result {
        result.tally = recorder.tally
        result.attemptLatency = recorder.attemptLatency.sparse
        result.purchaseLatency = recorder.purchaseLatency.sparse
        result.lastGivenUpNanoseconds = recorder.lastGivenUp
        return result
    }
}
