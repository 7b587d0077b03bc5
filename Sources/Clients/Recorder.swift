internal import CLinux
package import FlashSale
package import Strategies

/// Records what the clients of one thread do, in the journal, the latencies and the counts, without a system call or
/// heap allocation.
///
/// What runs for every attempt is `mutating` even where it changes nothing, because the compiler copies the whole
/// recorder for a borrowing function.
package struct Recorder: ~Copyable {
    /// The scenario's part in every attempt, as plain values: no references to count.
    private struct Plan: BitwiseCopyable {
        var attempts: Int
        /// See ``Scenario/attemptNumbers``.
        var numbers: Int
        var purchasesPerBuyer: Int
        /// 0 where it is drawn for each purchase.
        var commonQuantity: Int
        var quantity: Scenario.Range
        var seed: UInt64
        /// A bit for each outcome, by raw value: whether another attempt follows.
        var retries: UInt64
        /// One purchase in so many is asked for again after it was won; 0 where none is.
        var repeatEvery: Int
        var worker: Int
        var thread: Int
        var usesWallClock: Bool
    }

    private let plan: Plan
    private var journal: ThreadJournal
    private var names: ThreadNames
    private let progress: ThreadProgress
    /// nil where there is one item.
    private let items: ItemPicker?
    /// nil where purchases have no carts.
    private let carts: CartPicker?
    /// Attempts of each outcome, by its raw value.
    private let counts: UnsafeMutablePointer<Int>
    private(set) var attemptLatency: LatencyCounts
    private(set) var purchaseLatency: LatencyCounts
    /// CLOCK_MONOTONIC of the last time that a client gave up waiting for an answer; 0 where none did.
    private(set) var lastGivenUp: UInt64 = 0

    /// - Parameters:
    ///   - usesWallClock: whether the strategy asks for the time of day.
    ///   - journal: the part of the worker's journal that this thread writes.
    ///   - names: its part of the names of units.
    ///   - progress: what the live display reads.
    /// - Throws: ``RunError`` with 69 if there is no memory for the latencies.
    package init(
        _ scenario: Scenario, worker: Int, thread: Int, usesWallClock: Bool, journal: consuming ThreadJournal,
        names: consuming ThreadNames = ThreadNames(), progress: ThreadProgress
    ) throws(RunError) {
        let memory = try LatencyCounts.reserve(2)
        attemptLatency = LatencyCounts(in: memory)
        purchaseLatency = LatencyCounts(in: memory + LatencyCounts.byteCount)
        plan = Plan(
            attempts: scenario.attempts, numbers: scenario.attemptNumbers,
            purchasesPerBuyer: scenario.purchasesPerBuyer,
            commonQuantity: scenario.quantity.min == scenario.quantity.max && scenario.items?.cart == nil
                ? scenario.quantity.min : 0,
            quantity: scenario.quantity, seed: scenario.seed,
            retries: Outcome.allCases.reduce(0) {
                $1.mayRetry(retryUnknown: scenario.retryUnknown) ? $0 | 1 << UInt64($1.rawValue) : $0
            },
            repeatEvery: scenario.repeatEvery ?? 0, worker: worker, thread: thread, usesWallClock: usesWallClock)
        self.journal = journal
        self.names = names
        self.progress = progress
        items = scenario.items.map { ItemPicker($0, seed: scenario.seed) }
        carts = CartPicker(scenario)
        counts = .allocate(capacity: Self.outcomes)
        counts.initialize(repeating: 0, count: Self.outcomes)
    }

    deinit { counts.deallocate() }

    /// One count for each raw value up to the largest.
    private static var outcomes: Int { 1 + Int(Outcome.allCases.map(\.rawValue).max() ?? 0) }

    /// How the attempts ended.
    package var tally: Tally {
        var tally = Tally()
        for outcome in Outcome.allCases { tally.count(outcome, times: counts[Int(outcome.rawValue)]) }
        return tally
    }

    /// Replaces `purchase` by one that starts now.
    ///
    /// - Parameter opened: CLOCK_MONOTONIC in nanoseconds when the doors opened.
    @inline(__always)
    package mutating func begin(_ purchase: inout PurchaseUnderWay, for arrival: ArrivalQueue.Arrival, opened: UInt64) {
        purchase.purchase = arrival.purchase
        purchase.number = 0
        purchase.isRepeat = false
        purchase.phase = .reserve
        // 0 means a closed loop, and the clock of a booted machine is past it.
        purchase.planned = arrival.plannedNanoseconds.map { max(1, opened &+ $0) } ?? 0
        purchase.quantity = Int32(
            truncatingIfNeeded: plan.commonQuantity > 0
                ? plan.commonQuantity
                : quantity(ofPurchase: arrival.purchase))
    }

    /// Units that a purchase wants, where not all want the same.
    @inline(never)
    private func quantity(ofPurchase purchase: Int) -> Int {
        carts?.units(ofPurchase: purchase)
            ?? Scenario.quantity(ofPurchase: purchase, in: plan.quantity, seed: plan.seed)
    }

    /// Replaces `purchase` by what follows a hold.
    mutating func begin(_ purchase: inout PurchaseUnderWay, following entry: LaterQueue.Entry) {
        purchase.purchase = entry.purchase
        purchase.number = Int32(truncatingIfNeeded: plan.attempts + entry.later.place - 1)
        purchase.isRepeat = entry.later.isRepeat
        purchase.phase = entry.later.phase
        purchase.planned = 0
        purchase.quantity = entry.quantity
    }

    /// Tells a machine of the purchase's first attempt, which is not in the journal yet and must not take effect.
    ///
    /// - Parameter context: filled as ``invoke(_:context:client:at:)`` does.
    package mutating func foresee(_ purchase: PurchaseUnderWay, context: inout AttemptContext) {
        describe(purchase, number: 1, in: &context)
    }

    /// Enters the purchase's next attempt into the journal, before its first byte is sent.
    ///
    /// - Parameters:
    ///   - context: filled with what the machine needs to know of it.
    ///   - now: CLOCK_MONOTONIC, read before.
    /// - Throws: ``JournalError`` if the journal cannot grow.
    @inline(__always)
    package mutating func invoke(
        _ purchase: inout PurchaseUnderWay, context: inout AttemptContext, client: Int, at now: UInt64
    ) throws(JournalError) {
        let entry = try journal.open()
        purchase.number &+= 1
        purchase.entry = entry
        purchase.invoked = now
        let number = Int(purchase.number)
        describe(purchase, number: number, in: &context)
        JournalRecord.invoke(
            entry.record,
            with: JournalRecord.Invocation(
                attempt: context.attempt, purchase: context.purchase, buyer: context.buyer, number: number,
                quantity: context.quantity, worker: context.worker, thread: context.thread, client: client,
                phase: purchase.phase),
            at: now)
        if number == 1 { purchase.started = purchase.planned > 0 ? min(purchase.planned, now) : now }
    }

    @inline(__always)
    private mutating func describe(_ purchase: PurchaseUnderWay, number: Int, in context: inout AttemptContext) {
        context.purchase = purchase.purchase
        context.attempt = Numbering.attempt(number, ofPurchase: purchase.purchase, attempts: plan.numbers)
        context.phase = purchase.phase
        context.buyer = Numbering.buyer(
            ofPurchase: purchase.purchase, purchasesPerBuyer: plan.purchasesPerBuyer)
        context.quantity = Int(purchase.quantity)
        if let items { context.item = items.item(ofPurchase: purchase.purchase) }
        context.worker = plan.worker
        context.thread = plan.thread
        if plan.usesWallClock { context.nowMilliseconds = Clock.wallMilliseconds() }
    }

    /// Writes down which units the attempt that is under way was sold, before it is completed.
    ///
    /// - Parameter list: their names, as the machine has them.
    /// - Returns: whether they are kept, which the attempt's record has to say.
    /// - Throws: ``JournalError`` if there is no room for them.
    package mutating func name(
        _ purchase: PurchaseUnderWay, _ list: UnsafeRawBufferPointer
    ) throws(JournalError) -> Bool {
        let attempt = Numbering.attempt(
            Int(purchase.number), ofPurchase: purchase.purchase, attempts: plan.numbers)
        return try names.write(list, ofAttempt: attempt)
    }

    /// Completes the attempt that is under way.
    ///
    /// - Parameters:
    ///   - now: CLOCK_MONOTONIC, read after its reply.
    ///   - isOver: false where the server may still execute what was sent.
    ///   - node: where it was made.
    /// - Returns: whether the purchase makes another attempt.
    @inline(__always)
    package mutating func complete(
        _ purchase: inout PurchaseUnderWay, with result: AttemptResult, at now: UInt64, isOver: Bool, node: UInt16 = 0
    ) -> Bool {
        guard let entry = purchase.entry else { preconditionFailure("no attempt is under way") }
        let (isHole, hasUnit) =
            switch result.mark {
            case .none: (false, false)
            case .hole: (true, false)
            case .names: (false, true)
            }
        JournalRecord.complete(
            entry.record, with: result.outcome, remaining: result.remaining, isHole: isHole, hasUnit: hasUnit,
            node: node, phase: purchase.phase, at: isOver ? now : nil)
        if !isOver { lastGivenUp = now }
        journal.close(entry)
        let outcome = Int(result.outcome.rawValue)
        counts[outcome] &+= 1
        progress.attempts.add(1)
        if case .won = result.outcome, !purchase.isRepeat { progress.won.add(1) }
        let isFirst = purchase.number == 1
        let bucket = LatencyCounts.bucket(of: now &- (isFirst ? purchase.started : purchase.invoked))
        attemptLatency.record(bucket: bucket)
        // The purchase was over before.
        if purchase.isRepeat || purchase.phase != .reserve { return false }
        if Int(purchase.number) < plan.attempts, plan.retries &>> UInt64(outcome) & 1 == 1 { return true }
        purchaseLatency.record(bucket: isFirst ? bucket : LatencyCounts.bucket(of: now &- purchase.started))
        return plan.repeatEvery > 0 && repeats(&purchase, after: result.outcome)
    }

    /// Whether a purchase that is over is asked for again.
    @inline(never)
    private mutating func repeats(_ purchase: inout PurchaseUnderWay, after outcome: Outcome) -> Bool {
        purchase.isRepeat =
            outcome == .won && Int(purchase.number) < plan.attempts
            && Scenario.repeats(purchase: purchase.purchase, every: plan.repeatEvery, seed: plan.seed)
        return purchase.isRepeat
    }

    /// The attempt that is under way ends without an answer.
    mutating func unanswered() { progress.unanswered.add(1) }

    /// A purchase is over, or goes no further.
    @inline(__always)
    package mutating func end() { progress.purchases.add(1) }
}

/// A purchase that a client is making, and its attempt that is under way.
package struct PurchaseUnderWay: BitwiseCopyable {
    var purchase = 0
    /// When it was to start, CLOCK_MONOTONIC; 0 in a closed loop.
    var planned: UInt64 = 0
    /// When the purchase's latency starts: as planned, or at the first invocation.
    var started: UInt64 = 0
    /// When the attempt was invoked.
    var invoked: UInt64 = 0
    /// Where the attempt is in the journal; nil before the first.
    var entry: ThreadJournal.Entry?
    var quantity: Int32 = 0
    /// The attempt's number, from 1; 0 before the first.
    var number: Int32 = 0
    /// Whether the attempt under way asks again for what was won before.
    var isRepeat = false
    /// Which part of the purchase the attempt is.
    var phase = AttemptPhase.reserve

    package init() {}
}
