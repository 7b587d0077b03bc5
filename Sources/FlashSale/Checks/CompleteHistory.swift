/// Every attempt is accounted for: the journals can be read and agree with the workers' reports, every worker reported
/// or is declared lost, and every purchase's attempts follow each other as they must.
///
/// A history with a gap proves nothing about the sale, so this check is never `violated`: it makes the verdict
/// `inconclusive`.
enum CompleteHistory {
    static let name = CheckName.completeHistory

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        var damaged = facts.recorded.journalProblems + facts.doubts.recordProblems
        if damaged.isEmpty, let doubt = facts.doubts.reason { damaged.append(doubt) }
        damaged += incomplete(facts)
        var evidence = damaged.map { CheckResult.Evidence($0) }
        evidence += workers(facts)
        evidence += attempts(facts)
        if let scenario = facts.recorded.scenario {
            evidence += purchases(facts, scenario)
        } else {
            evidence += repeatedIDs(facts.recorded.history)
        }
        guard evidence.isEmpty else {
            let others = evidence.count - 1
            return CheckResult(
                name, .inconclusive,
                damaged.first.map { $0 + (others == 0 ? "" : " (and \(others.counted("more fault")))") }
                    ?? "the recorded history has \(evidence.count.counted("fault")), so it cannot be relied on",
                evidence: evidence)
        }
        let attempts = facts.recorded.history.count.counted("attempt")
        guard facts.recorded.scenario != nil else {
            return CheckResult(
                name, .upheld, "\(attempts), each with an id of its own; whether some are missing cannot be seen")
        }
        let lost = facts.recorded.workers.count { $0.lost != nil }
        return CheckResult(
            name, .upheld,
            "\(attempts) of \(facts.recorded.workers.count.counted("worker"))"
                + (lost == 0
                    ? ", as their reports say" : "; \(lost.grouped) of them lost, whose attempts the journal kept"))
    }

    private static func workers(_ facts: RunFacts) -> [CheckResult.Evidence] {
        guard facts.recorded.scenario != nil else { return [] }
        let journals = facts.recorded.survey.tallies
        var evidence: [CheckResult.Evidence] = []
        for worker in facts.recorded.workers {
            let journal = journals[worker.index] ?? Tally()
            if let reported = worker.reported {
                if reported != journal {
                    evidence.append(
                        .init(
                            "worker \(worker.index) reported \(describe(reported)), but its journal has \(describe(journal))"
                        ))
                }
            } else if worker.lost == nil, !worker.isIncomplete {
                evidence.append(.init("worker \(worker.index) neither reported nor is it known to be lost"))
            }
        }
        let known = Set(facts.recorded.workers.map(\.index))
        for worker in journals.keys.sorted() where !known.contains(worker) {
            evidence.append(.init("attempts are recorded of worker \(worker), which was never started"))
        }
        return evidence
    }

    /// Workers whose journals never arrived as a whole, those that were lost alike in one sentence.
    private static func incomplete(_ facts: RunFacts) -> [String] {
        let workers = facts.recorded.workers.filter(\.isIncomplete)
        return Dictionary(grouping: workers) { $0.lost ?? "it was lost" }.sorted {
            $0.value[0].index < $1.value[0].index
        }
        .map { reason, lost in
            let others = lost.count == 1 ? "" : " and \((lost.count - 1).counted("other"))"
            return "worker \(lost[0].index)\(others) may have made attempts that never arrived: \(reason)"
        }
    }

    private static func describe(_ tally: Tally) -> String {
        let parts = Outcome.allCases.filter { $0 != .held || tally.held > 0 }.map { "\(tally[$0].grouped) \($0.word)" }
        return "\(tally.attempts.counted("attempt")) (\(parts.joined(separator: ", ")))"
    }

    private static func attempts(_ facts: RunFacts) -> [CheckResult.Evidence] {
        facts.recorded.history.asShown.attempts(at: facts.recorded.survey.impossible).map { attempt in
            .init(
                attempt.returnedNanoseconds == nil
                    ? "an attempt has an outcome but no end" : "an attempt returned before it was invoked",
                attempts: [attempt])
        } + outside(facts)
    }

    /// Attempts before the doors opened, or after everybody was gone. They are looked for only where the survey has seen one.
    private static func outside(_ facts: RunFacts) -> [CheckResult.Evidence] {
        let history = facts.recorded.history
        guard let span = facts.epoch.span, let first = facts.recorded.survey.firstInvoked,
            first < span.lowerBound || facts.recorded.survey.lastEvent > span.upperBound
        else { return [] }
        // As far as clocks prove it.
        return history.records.lazy.filter { position, record in
            history.latestCall(at: position) < span.lowerBound
                || max(record.invokedNanoseconds, history.earliestReturn(at: position) ?? 0) > span.upperBound
        }.map { position, record in
            .init(
                history.latestCall(at: position) < span.lowerBound
                    ? "an attempt was invoked before the doors opened" : "an attempt ended after the run was over",
                attempts: [record.attempt])
        }
    }

    private static func purchases(_ facts: RunFacts, _ scenario: Scenario) -> [CheckResult.Evidence] {
        let table = facts.recorded.survey.purchases
        var evidence: [CheckResult.Evidence] = []
        let lost = Set(facts.recorded.workers.filter { $0.lost != nil }.map(\.index))
        func mayBeShort(_ purchase: Int) -> Bool {
            facts.recorded.wasInterrupted || !facts.recorded.journalProblems.isEmpty
                || lost.contains(scenario.worker(ofPurchase: purchase))
        }
        if table.unfinished > 0 || table.count(.notStarted) > 0 {
            for purchase in 1...max(1, table.planned) where table.counts(purchase) {
                if table.irregular.contains(purchase) || mayBeShort(purchase) { continue }
                guard let last = table.last(of: purchase) else {
                    evidence.append(.init("purchase \(purchase) has no attempt, and nothing explains why"))
                    continue
                }
                let attempt = facts.recorded.history[last]
                if let problem = ending(after: attempt, attempts: attempt.number, of: scenario) {
                    evidence.append(.init("purchase \(purchase): \(problem)", attempts: [attempt]))
                }
            }
        }
        for purchase in PassedOver.purchases(table, scenario) where !mayBeShort(purchase) {
            evidence.append(
                .init("purchase \(purchase) has no attempt, though its thread went on to a later one"))
        }
        evidence += otherCarts(facts)
        let excused = facts.recorded.wasInterrupted || !lost.isEmpty || !facts.recorded.journalProblems.isEmpty
        if table.missingLater > 0, table.isRegular, !excused {
            evidence.append(
                .init(
                    "\(table.missingLater.counted("attempt")) that should have followed a hold were not made, and nothing explains why"
                ))
        }
        guard !table.isRegular else { return evidence }
        evidence += irregular(facts, of: scenario, mayBeShort: mayBeShort)
        let unplanned = Dictionary(grouping: facts.recorded.history.attempts(at: table.unplanned), by: \.purchase)
        for (purchase, attempts) in unplanned.sorted(by: { $0.key < $1.key }) {
            evidence.append(.init("purchase \(purchase) was never planned", attempts: attempts))
        }
        return evidence
    }

    /// Attempts for another number of units than their carts have.
    private static func otherCarts(_ facts: RunFacts) -> [CheckResult.Evidence] {
        guard let carts = facts.recorded.carts else { return [] }
        let reader = CartReader(carts)
        var evidence: [CheckResult.Evidence] = []
        for (_, record) in facts.recorded.history.records {
            let units = reader.parts(ofPurchase: record.purchase).reduce(0) { $0 + $1.quantity }
            guard units != record.quantity, !record.isPart else { continue }
            evidence.append(
                .init(
                    "an attempt of purchase \(record.purchase) is for \(record.quantity.counted("unit")), but its cart has "
                        + units.grouped, attempts: [record.attempt]))
        }
        return evidence
    }

    /// Purchases whose attempts are not as they must be, or only lie in another order.
    private static func irregular(
        _ facts: RunFacts, of scenario: Scenario, mayBeShort: (Int) -> Bool
    ) -> [CheckResult.Evidence] {
        let purchases = facts.recorded.survey.purchases.irregular
        // A purchase's attempts are made on one machine, whose clock tells their order.
        let own = facts.recorded.history.asShown.records.filter { purchases.contains($0.record.purchase) }.map(
            \.record.attempt)
        var evidence: [CheckResult.Evidence] = []
        for (_, same) in Dictionary(grouping: own, by: \.id).sorted(by: { $0.key < $1.key }) where same.count > 1 {
            evidence.append(.init("\(same.count) records have the attempt id \(same[0].id)", attempts: same))
        }
        for (purchase, attempts) in Dictionary(grouping: own, by: \.purchase).sorted(by: { $0.key < $1.key }) {
            let sorted = attempts.sorted { ($0.number, $0.id) < ($1.number, $1.id) }
            let reserving = sorted.filter { $0.phase == .reserve }
            if let problem = LaterProblem.problem(in: sorted, scenario)
                ?? problem(in: reserving, scenario, mayBeShort: mayBeShort(purchase))
            {
                evidence.append(.init("purchase \(purchase): \(problem)", attempts: sorted))
            }
        }
        return evidence
    }

    /// In a history that came without a scenario. Two records with one id may be one attempt that was written twice.
    private static func repeatedIDs(_ history: History) -> [CheckResult.Evidence] {
        let repeated = RepeatedIDs.all(in: history)
        guard !repeated.isEmpty else { return [] }
        let own = history.records.filter { repeated.contains($0.record.id) }.map(\.record.attempt)
        return Dictionary(grouping: own, by: \.id).sorted { $0.key < $1.key }.map { id, same in
            .init("\(same.count) records have the attempt id \(id)", attempts: same)
        }
    }

    private static func problem(in attempts: [Attempt], _ scenario: Scenario, mayBeShort: Bool) -> String? {
        guard !attempts.isEmpty else { return nil }
        for (index, attempt) in attempts.enumerated() {
            if attempt.number != index + 1 { return "its attempt number \(index + 1) is missing" }
            if attempt.buyer != scenario.buyer(ofPurchase: attempt.purchase) { return "an attempt is another buyer's" }
            if attempt.quantity != attempts[0].quantity {
                return "its attempts want different numbers of units"
            }
            let quantity = scenario.quantityOfPurchase
            if attempt.quantity < quantity.min || attempt.quantity > quantity.max {
                return "an attempt is for \(attempt.quantity.counted("unit")), which nobody was to want"
            }
            if attempt.id != scenario.attemptID(purchase: attempt.purchase, number: attempt.number) {
                return "its attempt number \(attempt.number) has the id \(attempt.id), which is another's"
            }
            guard index + 1 < attempts.count else { break }
            let isRepeated =
                attempt.outcome == .won && index + 2 == attempts.count && scenario.repeats(purchase: attempt.purchase)
            if !isRepeated, !attempt.outcome.mayRetry(retryUnknown: scenario.retryUnknown) {
                return "it went on after \(attempt.outcome.word)"
            }
            let earliest = attempt.returnedNanoseconds ?? attempt.invokedNanoseconds
            if attempts[index + 1].invokedNanoseconds < earliest {
                return "two of its attempts overlap"
            }
        }
        if attempts.count > scenario.attempts { return "it made more than \(scenario.attempts.counted("attempt"))" }
        // What a repeat is told leads to nothing.
        let isRepeat = attempts.count > 1 && attempts[attempts.count - 2].outcome == .won
        return mayBeShort || isRepeat
            ? nil : ending(after: attempts[attempts.count - 1], attempts: attempts.count, of: scenario)
    }

    /// What is wrong with a purchase whose last attempt this is.
    private static func ending(after last: Attempt, attempts count: Int, of scenario: Scenario) -> String? {
        last.outcome.mayRetry(retryUnknown: scenario.retryUnknown) && count < scenario.attempts
            ? "it ended after \(count.grouped) of \(scenario.attempts.counted("attempt"))" : nil
    }
}

/// Purchases without an attempt whose thread went on to a later one.
///
/// Where a run ends by time, nobody knows how many were to come. But a thread takes its purchases in the order of their
/// numbers, so those that came are the first of each share: one that is missing before another was made.
private enum PassedOver {
    /// - Returns: none where every purchase was to be made; that is seen without this.
    static func purchases(_ table: PurchaseTable, _ scenario: Scenario) -> [Int] {
        guard scenario.pace.endsByTime else { return [] }
        var missing: [Int] = []
        for purchases in scenario.burstPurchases + [scenario.otherPurchases] {
            let purchases = purchases.clamped(to: 1..<table.planned + 1)
            guard let first = purchases.first else { continue }
            // Of each share, whether a later purchase was made.
            var wentOn = [Bool](repeating: false, count: min(scenario.totalThreads, purchases.count))
            for purchase in purchases.reversed() {
                let share = (purchase - first) % scenario.totalThreads
                if table.hasStarted(purchase) {
                    wentOn[share] = true
                } else if wentOn[share] {
                    missing.append(purchase)
                }
            }
        }
        return missing.sorted()
    }
}
