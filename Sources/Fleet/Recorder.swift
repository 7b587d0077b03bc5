package import FlashSale

/// Writes down what the clients of one thread do: in the journal, in the latencies and in the counts. Costs no system call
/// and takes nothing from the heap.
package struct Recorder: ~Copyable {
    /// What the scenario says of each purchase, without a reference in it.
    private struct Plan: BitwiseCopyable {
        var attempts: Int
        var purchasesPerBuyer: Int
        var quantity: Scenario.Range
        var seed: UInt64
        var retriesUnknown: Bool
        var worker: Int
        var thread: Int
        var usesWallClock: Bool
    }

    /// A purchase that starts later than that after its time is a late one.
    static var lateNanoseconds: UInt64 { 1_000_000 }

    private let plan: Plan
    private var journal: JournalPart
    private let progress: ThreadProgress
    package private(set) var tally = Tally()
    private(set) var attemptLatency = LatencyCounts()
    private(set) var purchaseLatency = LatencyCounts()
    /// Purchases with a planned start, those that started late, and by how much at the most.
    private(set) var started = 0
    private(set) var late = 0
    private(set) var maxLateNanoseconds: UInt64 = 0

    /// - Parameters:
    ///   - usesWallClock: whether the strategy asks for the time of day.
    ///   - journal: the part of the worker's journal that this thread writes.
    ///   - progress: what the live display reads.
    package init(
        _ scenario: Scenario, worker: Int, thread: Int, usesWallClock: Bool, journal: consuming JournalPart,
        progress: ThreadProgress
    ) {
        plan = Plan(
            attempts: scenario.attempts, purchasesPerBuyer: scenario.purchasesPerBuyer, quantity: scenario.quantity,
            seed: scenario.seed, retriesUnknown: scenario.retryUnknown, worker: worker, thread: thread,
            usesWallClock: usesWallClock)
        self.journal = journal
        self.progress = progress
    }

    /// A purchase that starts now.
    ///
    /// - Parameter opened: CLOCK_MONOTONIC in nanoseconds when the doors opened.
    @inline(__always)
    package func begin(_ arrival: ArrivalQueue.Arrival, opened: UInt64) -> PurchaseUnderWay {
        PurchaseUnderWay(
            arrival, quantity: Scenario.quantity(ofPurchase: arrival.purchase, in: plan.quantity, seed: plan.seed),
            opened: opened)
    }

    /// Enters the purchase's next attempt into the journal, before its first byte is sent.
    ///
    /// - Parameter now: CLOCK_MONOTONIC, read before; nil reads it.
    /// - Throws: ``JournalError`` if the journal cannot grow.
    @inline(__always)
    package mutating func invoke(
        _ purchase: inout PurchaseUnderWay, client: Int, at now: UInt64? = nil
    ) throws(JournalError) -> StrategyMachine.Context {
        let entry = try journal.open()
        purchase.number += 1
        let invocation = JournalRecord.Invocation(
            attempt: Scenario.attemptID(
                purchase: purchase.purchase, number: purchase.number, attempts: plan.attempts),
            purchase: purchase.purchase,
            buyer: Scenario.buyer(ofPurchase: purchase.purchase, purchasesPerBuyer: plan.purchasesPerBuyer),
            number: purchase.number, quantity: purchase.quantity, worker: plan.worker, thread: plan.thread,
            client: client)
        let context = StrategyMachine.Context(
            buyer: invocation.buyer, purchase: invocation.purchase, attempt: invocation.attempt,
            quantity: invocation.quantity, worker: plan.worker, thread: plan.thread,
            nowMilliseconds: plan.usesWallClock ? Clock.wallMilliseconds() : 0)
        let invoked = now ?? Clock.nanoseconds()
        JournalRecord.invoke(entry.record, invocation, at: invoked)
        if purchase.number == 1 { start(&purchase, at: invoked) }
        purchase.entry = entry
        purchase.invoked = invoked
        return context
    }

    @inline(__always)
    private mutating func start(_ purchase: inout PurchaseUnderWay, at invoked: UInt64) {
        purchase.started = invoked
        guard let planned = purchase.planned else { return }
        purchase.started = min(planned, invoked)
        started += 1
        let delay = invoked - purchase.started
        if delay > Self.lateNanoseconds { late += 1 }
        maxLateNanoseconds = max(maxLateNanoseconds, delay)
    }

    /// Completes the attempt that is under way.
    ///
    /// - Parameters:
    ///   - now: CLOCK_MONOTONIC, read after its reply.
    ///   - isOver: false where the server may still execute what was sent.
    /// - Returns: whether the purchase makes another attempt.
    @inline(__always)
    package mutating func complete(
        _ purchase: inout PurchaseUnderWay, _ result: StrategyMachine.Result, at now: UInt64, isOver: Bool
    ) -> Bool {
        guard let entry = purchase.entry else { preconditionFailure("no attempt is under way") }
        let outcome = result.outcome
        JournalRecord.complete(
            entry.record, outcome, remaining: result.remaining, isHole: result.isHole, at: isOver ? now : nil)
        journal.close(entry)
        tally.count(outcome)
        progress.attempts.add(1)
        if outcome == .won { progress.won.add(1) }
        attemptLatency.record(nanoseconds: now &- (purchase.number == 1 ? purchase.started : purchase.invoked))
        if purchase.number < plan.attempts, outcome.mayRetry(retryUnknown: plan.retriesUnknown) { return true }
        purchaseLatency.record(nanoseconds: now &- purchase.started)
        return false
    }

    /// A purchase is over, or goes no further.
    @inline(__always)
    package func end() { progress.purchases.add(1) }
}
