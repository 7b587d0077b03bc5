/// Where the attempts of each purchase are: eight bytes for each.
package struct PurchaseTable: Sendable {
    package typealias Position = History.Position

    /// Stands for "no attempt" in place of a position.
    static let none = Position.max

    /// Of each planned purchase, from number 1, the attempt that was invoked first and the one that was invoked last.
    private var first: [Position]
    private var last: [Position]
    /// Of each planned purchase, a bit: whether it was asked for again after its win, as the scenario wants it. The repeat is
    /// no part of the purchase, whose last attempt stays the one that won. Empty where none is.
    private var repeats: [UInt64] = []
    /// Planned purchases whose attempts do not follow each other as they must, or not in the order in which they lie.
    package internal(set) var irregular: Set<Int> = []
    /// Attempts of purchases that were not planned.
    private(set) var unplanned: [Position] = []
    /// Planned purchases whose last attempt should have been followed by another.
    private(set) var unfinished = 0
    /// Units that all planned purchases want which were made.
    private(set) var unitsWanted = 0
    /// Workers that may have made purchases of which no attempt arrived.
    private var incomplete: Set<Int> = []
    /// Planned purchases of these without an attempt.
    private var unarrived = 0
    /// Whether a purchase without an attempt never came, instead of being one that should have been made.
    private let endsByTime: Bool
    let phases: PhasePlan?
    /// What followed the hold of each planned purchase, as ``Later`` has it. Empty where purchases do not take their time.
    var later: [Later] = []
    /// Of the holds, those that something followed which ended otherwise than that they lapse.
    var laterEndings: [Purchase.Ending: Int] = [:]
    /// Attempts that should have followed holds, without those that did.
    var missingLater = 0
    /// The last outcomes of the planned purchases. Those that never started are not counted.
    private(set) var endings = Tally()

    /// What the scenario says of every purchase, without a reference in it.
    struct Plan: BitwiseCopyable {
        let attempts: Int
        /// See ``Scenario/attemptNumbers``.
        let numbers: Int
        let purchasesPerBuyer: Int
        let quantity: Scenario.Range
        let retriesUnknown: Bool
        /// 0 where no purchase is asked for again once it was won.
        let repeatEvery: Int
        let seed: UInt64

        init(_ scenario: Scenario) {
            attempts = scenario.attempts
            numbers = scenario.attemptNumbers
            purchasesPerBuyer = scenario.purchasesPerBuyer
            quantity = scenario.quantityOfPurchase
            retriesUnknown = scenario.retryUnknown
            repeatEvery = scenario.repeatEvery ?? 0
            seed = scenario.seed
        }

        /// Whether another attempt should follow.
        @inline(__always)
        func shouldGoOn(_ record: RecordView) -> Bool {
            record.number < attempts && record.outcome.mayRetry(retryUnknown: retriesUnknown)
        }

        /// Whether the attempt is what the scenario says of its number.
        @inline(__always)
        func has(_ record: RecordView) -> Bool {
            record.number <= attempts
                && record.id
                    == Scenario.attemptID(purchase: record.purchase, number: record.number, attempts: numbers)
                && record.buyer
                    == Scenario.buyer(ofPurchase: record.purchase, purchasesPerBuyer: purchasesPerBuyer)
                && record.quantity >= quantity.min && record.quantity <= quantity.max
        }
    }

    /// - Parameter phases: what follows holds.
    init(planned: Int, endsByTime: Bool = false, phases: PhasePlan? = nil) {
        self.phases = phases
        if phases != nil { later = Array(repeating: Later(), count: planned) }
        first = Array(repeating: Self.none, count: planned)
        last = first
        self.endsByTime = endsByTime
    }

    package var planned: Int { first.count }

    /// Planned purchases without those that never came.
    package var count: Int { endsByTime ? endings.attempts : planned }

    /// The buyers who make these.
    package func buyers(_ scenario: Scenario) -> Int {
        let each = scenario.purchasesPerBuyer
        guard endsByTime else { return planned / each }
        guard each > 1 else { return count }
        return stride(from: 0, to: planned, by: each).count { buyer in
            (buyer..<min(buyer + each, planned)).contains { hasStarted($0 + 1) }
        }
    }

    @inline(__always)
    func hasStarted(_ purchase: Int) -> Bool { last[purchase - 1] != Self.none }

    /// Whether it is one of those that are counted.
    func counts(_ purchase: Int) -> Bool { !endsByTime || hasStarted(purchase) }

    /// Whether every attempt is of a planned purchase and follows the one before it.
    var isRegular: Bool { irregular.isEmpty && unplanned.isEmpty }

    @inline(__always)
    mutating func take(_ record: RecordView, at position: Position, in history: History, plan: Plan) {
        let purchase = record.purchase
        guard purchase <= first.count else {
            unplanned.append(position)
            return
        }
        let index = purchase - 1
        let before = last[index]
        let outcome = record.outcome
        if record.phase != .reserve { return takeLater(record, of: before, in: history, plan: plan) }
        if outcome == .held, let phases { missingLater += phases.count(ofPurchase: purchase, seed: plan.seed) }
        if before == Self.none {
            first[index] = position
            last[index] = position
            endings.count(outcome)
            unitsWanted &+= record.quantity
            if plan.shouldGoOn(record) { unfinished += 1 }
            if record.number != 1 || !plan.has(record) { irregular.insert(purchase) }
            return
        }
        let known = history.record(at: before)
        if plan.repeatEvery > 0, takeRepeat(record, of: known, plan: plan) { return }
        if record.number != known.number + 1 || record.quantity != known.quantity || !plan.has(record)
            || !known.outcome.mayRetry(retryUnknown: plan.retriesUnknown)
            || record.invokedNanoseconds < known.returnedNanoseconds ?? known.invokedNanoseconds
        {
            irregular.insert(purchase)
        }
        guard RecordView.precedes(known, record) else {
            if RecordView.precedes(record, history.record(at: first[index])) { first[index] = position }
            return
        }
        last[index] = position
        if plan.shouldGoOn(known) { unfinished -= 1 }
        if plan.shouldGoOn(record) { unfinished += 1 }
        endings.count(known.outcome, times: -1)
        endings.count(outcome)
    }

    /// Takes an attempt for the repeat of a purchase that was won.
    ///
    /// - Returns: false where it is none, or not as the scenario wants it.
    private mutating func takeRepeat(_ record: RecordView, of won: RecordView, plan: Plan) -> Bool {
        let purchase = record.purchase
        guard won.outcome == .won, record.number == won.number + 1, record.quantity == won.quantity, plan.has(record),
            record.invokedNanoseconds >= won.returnedNanoseconds ?? .max, !wasRepeated(purchase),
            Scenario.repeats(purchase: purchase, every: plan.repeatEvery, seed: plan.seed)
        else { return false }
        if repeats.isEmpty { repeats = Array(repeating: 0, count: planned / 64 + 1) }
        repeats[purchase / 64] |= 1 << UInt64(purchase % 64)
        return true
    }

    /// Whether a planned purchase was asked for again after its win.
    package func wasRepeated(_ purchase: Int) -> Bool {
        !repeats.isEmpty && repeats[purchase / 64] & 1 << UInt64(purchase % 64) != 0
    }

    /// What nobody knows of: whether purchases were made of which no attempt arrived.
    mutating func take(_ incomplete: Set<Int>, in scenario: Scenario) {
        self.incomplete = incomplete
        // Of doors that close by time nobody knows how many were to come.
        guard !endsByTime else { return }
        for purchase in 0..<planned where !hasStarted(purchase + 1) {
            if incomplete.contains(scenario.worker(ofPurchase: purchase + 1)) { unarrived += 1 }
        }
    }

    /// How many planned purchases ended so.
    package func count(_ ending: Purchase.Ending) -> Int {
        switch ending {
        case .notStarted: count - endings.attempts - unarrived
        case .unknown: ends(as: .unknown) + unarrived
        default: ends(as: ending)
        }
    }

    /// The attempt of the purchase that was invoked first; nil if it never started.
    func first(of purchase: Int) -> Position? {
        first[purchase - 1] == Self.none ? nil : first[purchase - 1]
    }

    /// The attempt of the purchase that was invoked last; nil if it never started.
    func last(of purchase: Int) -> Position? {
        hasStarted(purchase) ? last[purchase - 1] : nil
    }

    /// What became of a planned purchase.
    package func purchase(_ number: Int, of history: History, in scenario: Scenario) -> Purchase {
        var purchase = Purchase(
            id: number, buyer: scenario.buyer(ofPurchase: number), worker: scenario.worker(ofPurchase: number))
        guard let last = last(of: number) else {
            if incomplete.contains(purchase.worker) { purchase.ending = .unknown }
            return purchase
        }
        let ending = history.record(at: last)
        purchase.attempts =
            ending.number + (wasRepeated(number) ? 1 : 0) + (later.isEmpty ? 0 : later[number - 1].count)
        purchase.ending = self.ending(of: number, ending.outcome)
        purchase.invokedNanoseconds = history.record(at: first[number - 1]).invokedNanoseconds
        purchase.returnedNanoseconds = ending.returnedNanoseconds
        purchase.remaining = ending.remaining
        purchase.isCutOff = Plan(scenario).shouldGoOn(ending)
        return purchase
    }
}
