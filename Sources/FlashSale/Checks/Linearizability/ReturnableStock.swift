/// What buyers were told of a stock to which units can come back: it is held against the least and the most that can have been
/// away (``HeldBounds``).
///
/// Whether some order of all attempts explains every reply is hard to decide where units come back (with increments and
/// decrements of a counter it takes time that is exponential in the number of clients at once). These bounds are necessary
/// conditions: a right sale always keeps them, and a sale that keeps them may still be wrong.
///
/// - What was sold is taken from its return on, and may be from its call on.
/// - An attempt that gave its units back has them at most from its call to its return; and so has a cart of several lines that was
///   refused, where attempts may give back.
/// - An unknown may take its units at any time from its call on, and may have given them back; and so may one that the ledger
///   disproves, which bought nothing in the end.
/// - Where units lapse, whoever was not sold anything may hold some from their call on. They never lapse for certain.
/// - What is on hold is away from its return on until it may lapse, or its giving back is called.
/// - A restock gives its units between its call and its return.
struct ReturnableStock {
    private let facts: RunFacts
    private let resolution: Resolution
    private let bounds: HeldBounds
    private var evidence: [CheckResult.Evidence] = []
    private var contradictions = 0
    private var soldOuts = 0
    private var told = 0

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        var stock = ReturnableStock(facts, resolution)
        stock.judge()
        return stock.result
    }

    private init(_ facts: RunFacts, _ resolution: Resolution) {
        self.facts = facts
        self.resolution = resolution
        bounds = Self.bounds(facts, resolution)
    }

    private var units: Int { facts.epoch.units }

    // MARK: What may be away

    static func bounds(_ facts: RunFacts, _ resolution: Resolution) -> HeldBounds {
        var bounds = HeldBounds()
        for operation in resolution.operations { add(operation, to: &bounds, facts) }
        let lapses = facts.rules.lapsesNanoseconds != nil
        for (_, record) in facts.recorded.history.records {
            if lapses, record.mayLeaveHold {
                bounds.mayTake(from: record.invokedNanoseconds, units: record.quantity)
            } else if record.mayHaveHeld(facts.rules) {
                bounds.takeAndGive(
                    from: record.invokedNanoseconds, to: record.returnedNanoseconds, units: record.quantity)
            }
        }
        for hold in facts.holds ?? [] {
            let ending = hold.ending
            // From its end on a sale counts anyway.
            if ending.outcome == .won, hold.isPaidInTime { continue }
            let isSale = ending.outcome == .won || ending.outcome == .unknown
            bounds.hold(
                after: hold.reserve.returnedNanoseconds, hold.reserve.invokedNanoseconds,
                until: isSale ? min(hold.mayEnd, ending.returned ?? .max) : hold.mayEnd, units: hold.units)
        }
        for restock in facts.epoch.restocks {
            bounds.give(from: restock.invokedNs, to: restock.returnedNs, units: restock.plausibleUnits)
        }
        bounds.sweep()
        return bounds
    }

    private static func add(_ operation: Operation, to bounds: inout HeldBounds, _ facts: RunFacts) {
        let call = call(operation, facts)
        let isCertain = operation.state == .won || operation.state == .proven
        if isCertain {
            bounds.take(
                from: call, to: operation.latestEffect, units: operation.leastQuantity...operation.mostQuantity)
        } else {
            bounds.mayTake(from: call, units: operation.mostQuantity)
        }
        guard !operation.isSingle else { return }
        // Each call without an answer may have held units of its own for a while.
        for other in operation.attempts where other.outcome == .unknown {
            bounds.mayTake(from: other.invokedNanoseconds, units: other.quantity)
        }
    }

    /// From when on the operation can have taken its units.
    private static func call(_ operation: Operation, _ facts: RunFacts) -> UInt64 {
        // A call that nobody recorded may have come first, and this one only repeats it.
        facts.recorded.hasGaps && facts.rules.idempotency != .none ? 0 : operation.earliestEffect
    }

    // MARK: What was told

    private mutating func judge() {
        if let above = bounds.first(above: units) { add(oversold(above.instant, least: above.least)) }
        for operation in resolution.wins { judge(operation) }
        // What nobody recorded may have taken anything; and a server that lost its stock has nothing left to sell.
        guard !resolution.historyHasGaps, facts.doubts.serverLoss == nil else { return }
        // Who looks at one shelf after the other may find each of them empty although at no instant all are.
        guard facts.rules.shelves == nil else { return }
        for (position, record) in facts.recorded.history.records where record.outcome == .soldOut && !record.isPart {
            soldOuts += 1
            let interval = Self.interval(record.invokedNanoseconds, record.returnedNanoseconds)
            let most = bounds.most(in: interval) - facts.rules.ownHold(record)
            guard most <= units - record.quantity else { continue }
            contradictions += 1
            guard evidence.count < Contradiction.limit else { continue }
            let wanted = record.quantity == 1 ? "" : " for \(record.quantity.grouped)"
            evidence.append(
                .init(
                    "this one was told sold-out\(wanted), but at least \((units - most).counted("unit")) must have been there all "
                        + "the time", attempts: [facts.recorded.history[position]]))
        }
    }

    private mutating func judge(_ operation: Operation) {
        guard let remaining = operation.remaining else { return }
        told += 1
        // Beyond this no sale can bring a counter, and sums of such numbers could overflow.
        guard remaining.magnitude <= 1 << 53 else { return add(impossible(operation, remaining)) }
        let interval = Self.interval(Self.call(operation, facts), operation.latestEffect)
        let away = units - remaining
        let isPossible = bounds.hasInstant(
            in: interval, least: away - operation.leastQuantity,
            // Unrecorded attempts may have taken any number.
            most: resolution.historyHasGaps ? .min : away)
        if !isPossible { add(impossible(operation, remaining)) }
    }

    private mutating func add(_ shown: CheckResult.Evidence) {
        contradictions += 1
        if evidence.count < Contradiction.limit { evidence.append(shown) }
    }

    /// Damaged records may end before they start.
    private static func interval(_ call: UInt64, _ end: UInt64?) -> ClosedRange<UInt64> {
        call...max(call, end ?? .max)
    }

    // MARK: In words

    private var stockInWords: String {
        units.grouped + (facts.epoch.restocks.isEmpty ? "" : " and what was restocked by then")
    }

    private func oversold(_ instant: UInt64?, least: Int) -> CheckResult.Evidence {
        let last = resolution.certain.first { operation in
            HeldBounds.instant(after: operation.latestEffect, Self.call(operation, facts)) == instant
        }
        // It may be a hold that was given out last, whatever became of it.
        let hold = facts.holds?.first { hold in
            HeldBounds.instant(after: hold.reserve.returnedNanoseconds, hold.reserve.invokedNanoseconds) == instant
        }
        return .init(
            "with this \(last == nil && hold != nil ? "hold" : "win") at least \(least.counted("unit")) are away, of \(stockInWords)",
            attempts: last?.evidence ?? hold?.attempts ?? [])
    }

    private func impossible(_ operation: Operation, _ remaining: Int) -> CheckResult.Evidence {
        let interval = Self.interval(Self.call(operation, facts), operation.latestEffect)
        // Its own units are away by then.
        let most = units - bounds.least(in: interval) - operation.leastQuantity
        let least = units - bounds.most(in: interval)
        let why =
            most < 0
            ? "there was none left for it"
            : remaining > most
                ? "at most \(most.grouped) can have been"
                : remaining < least
                    ? "at least \(least.grouped) must have been" : "at no instant of its time can that have been so"
        return .init(
            "this win was told that \(remaining.counted("unit")) \(remaining == 1 ? "is" : "are") left, but \(why)",
            attempts: operation.evidence)
    }

    private var result: CheckResult {
        let scope =
            "units can come back, so that these are necessary conditions, and no order of all attempts was sought"
            + (facts.rules.shelves == nil
                ? ""
                : "; what was left is told of a shelf and sold-out of one after the other, so that neither is used")
        guard contradictions == 0 else {
            var result = CheckResult(
                Linearizable.name, .violated,
                "what buyers were told cannot be: \(contradictions.counted("contradiction")) (\(scope))",
                evidence: evidence)
            result.furtherEvidence = max(0, contradictions - result.evidence.count)
            return result
        }
        var parts = ["no more units were away at any time than there were"]
        if told > 0 { parts.append("\(told.counted("win")) \(told == 1 ? "says" : "say") what can have been left") }
        if soldOuts > 0 {
            parts.append(
                "\(soldOuts.counted("buyer")) \(soldOuts == 1 ? "was" : "were") told sold-out when that could be")
        }
        return CheckResult(Linearizable.name, .upheld, "\(parts.joined(separator: "; ")) (\(scope))")
    }
}
