/// How long every attempt and every purchase took, as the history tells it, in one pass over the records where they lie.
package struct ResponseTimes {
    /// Of each worker, purchases that ended: those whose last attempt should not have been followed by another.
    package private(set) var endedPurchases: [Int]
    /// CLOCK_MONOTONIC of the latest invocation of a first attempt; nil where nobody started.
    package private(set) var lastStart: UInt64?
    /// Purchases that had a planned start, and started.
    package private(set) var startedAsPlanned = 0
    /// Of these, the ones that started more than ``lateNanoseconds`` after it, and by how much at the most.
    package private(set) var late = 0
    package private(set) var maxLateNanoseconds: UInt64 = 0

    /// A purchase that starts more than this after its planned time is late.
    private static var lateNanoseconds: UInt64 { 1_000_000 }

    /// Looks at the whole history.
    ///
    /// An attempt without an end took an unknown time and is not handed out, nor is the purchase that ended with it.
    ///
    /// - Parameters:
    ///   - openedNanoseconds: CLOCK_MONOTONIC of the start gate.
    ///   - planned: when purchases were to start. One that has such a time counts from it, and so does its first attempt.
    ///   - attempt: is given the outcome and nanoseconds.
    ///   - purchase: is given the ending and nanoseconds.
    package init(
        _ history: History, purchases: PurchaseTable, scenario: Scenario, openedNanoseconds: UInt64,
        planned: PlannedStarts, attempt: (Outcome, UInt64) -> Void, purchase: (Purchase.Ending, UInt64) -> Void
    ) {
        let plan = PurchaseTable.Plan(scenario)
        // Workers that exist; a damaged journal may name others.
        endedPurchases = [Int](repeating: 0, count: scenario.procs)
        for (position, record) in history.records {
            let invoked = record.invokedNanoseconds
            let number = record.purchase
            let plannedStart = planned.nanoseconds(ofPurchase: number).map { start in
                let opened = history.opening(ofWorker: record.worker, opened: openedNanoseconds)
                let (instant, isBeyond) = opened.addingReportingOverflow(start)
                return isBeyond ? invoked : min(invoked, instant)
            }
            let isFirst = record.number == 1
            if isFirst {
                lastStart = max(lastStart ?? invoked, invoked)
                if let plannedStart { take(delay: invoked - plannedStart) }
            }
            let outcome = record.outcome
            let returned = record.returnedNanoseconds
            if let returned {
                let start = isFirst ? plannedStart ?? invoked : invoked
                attempt(outcome, returned > start ? returned - start : 0)
            }
            guard number <= purchases.planned, purchases.last(of: number) == position, !plan.shouldGoOn(record) else {
                continue
            }
            if record.worker < endedPurchases.count { endedPurchases[record.worker] += 1 }
            guard let returned else { continue }
            let start =
                plannedStart
                ?? (isFirst ? invoked : firstInvoked(of: number, in: purchases, history: history) ?? invoked)
            purchase(purchases.ending(of: number, outcome), returned > start ? returned - start : 0)
        }
    }

    private mutating func take(delay: UInt64) {
        startedAsPlanned += 1
        if delay > Self.lateNanoseconds { late += 1 }
        maxLateNanoseconds = max(maxLateNanoseconds, delay)
    }
}

private func firstInvoked(of purchase: Int, in purchases: PurchaseTable, history: History) -> UInt64? {
    purchases.first(of: purchase).map { history.record(at: $0).invokedNanoseconds }
}
