/// Every attempt is accounted for: the journals can be read and agree with the workers' reports, every worker reported
/// or is declared lost, and every purchase's attempts follow each other as they must.
///
/// A history with a gap proves nothing about the sale, so this check is never `violated`: it makes the verdict
/// `inconclusive`.
enum CompleteHistory {
    static let name = "complete-history"

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        var evidence = facts.journalProblems.map { CheckResult.Evidence($0) }
        evidence += workers(facts)
        evidence += attempts(facts)
        evidence += purchases(facts)
        guard evidence.isEmpty else {
            return CheckResult(
                name, .inconclusive,
                "the recorded history has \(evidence.count.counted("fault")), so it cannot be relied on",
                evidence: evidence)
        }
        let lost = facts.workers.count { $0.lost != nil }
        return CheckResult(
            name, .upheld,
            "\(facts.history.count.counted("attempt")) of \(facts.workers.count.counted("worker"))"
                + (lost == 0
                    ? ", as their reports say" : "; \(lost.grouped) of them lost, whose attempts the journal kept"))
    }

    private static func workers(_ facts: RunFacts) -> [CheckResult.Evidence] {
        let journals = Dictionary(grouping: facts.history, by: \.worker).mapValues { Tally($0) }
        var evidence: [CheckResult.Evidence] = []
        for worker in facts.workers {
            let journal = journals[worker.index] ?? Tally()
            if let reported = worker.reported {
                if reported != journal {
                    evidence.append(
                        .init(
                            "worker \(worker.index) reported \(describe(reported)), but its journal has \(describe(journal))"
                        ))
                }
            } else if worker.lost == nil {
                evidence.append(.init("worker \(worker.index) neither reported nor is it known to be lost"))
            }
        }
        let known = Set(facts.workers.map(\.index))
        for worker in journals.keys.sorted() where !known.contains(worker) {
            evidence.append(.init("attempts are recorded of worker \(worker), which was never started"))
        }
        return evidence
    }

    private static func describe(_ tally: Tally) -> String {
        "\(tally.attempts.counted("attempt")) (\(tally.won.grouped) won, \(tally.soldOut.grouped) sold-out, \(tally.conflict.grouped) conflict, "
            + "\(tally.duplicate.grouped) duplicate, \(tally.failed.grouped) failed, \(tally.unknown.grouped) unknown)"
    }

    private static func attempts(_ facts: RunFacts) -> [CheckResult.Evidence] {
        var evidence: [CheckResult.Evidence] = []
        var seen: [Int: Attempt] = [:]
        for attempt in facts.history {
            if let other = seen.updateValue(attempt, forKey: attempt.id) {
                evidence.append(.init("two records have the attempt id \(attempt.id)", attempts: [other, attempt]))
            }
            if let returned = attempt.returnedNanoseconds, returned < attempt.invokedNanoseconds {
                evidence.append(.init("an attempt returned before it was invoked", attempts: [attempt]))
            }
            if attempt.returnedNanoseconds == nil, attempt.outcome != .unknown {
                evidence.append(.init("an attempt has an outcome but no end", attempts: [attempt]))
            }
        }
        return evidence
    }

    private static func purchases(_ facts: RunFacts) -> [CheckResult.Evidence] {
        let scenario = facts.scenario
        let lost = Set(facts.workers.filter { $0.lost != nil }.map(\.index))
        let attempts = Dictionary(grouping: facts.history, by: \.purchase)
        var evidence: [CheckResult.Evidence] = []
        for purchase in 1...max(1, scenario.totalPurchases) {
            let mayBeShort = facts.wasInterrupted || lost.contains(scenario.worker(ofPurchase: purchase))
            guard let own = attempts[purchase]?.sorted(by: { ($0.number, $0.id) < ($1.number, $1.id) }) else {
                if !mayBeShort {
                    evidence.append(.init("purchase \(purchase) has no attempt, and nothing explains why"))
                }
                continue
            }
            if let problem = problem(in: own, scenario, mayBeShort: mayBeShort) {
                evidence.append(.init("purchase \(purchase): \(problem)", attempts: own))
            }
        }
        for purchase in attempts.keys.sorted() where purchase < 1 || purchase > scenario.totalPurchases {
            evidence.append(.init("purchase \(purchase) was never planned", attempts: attempts[purchase] ?? []))
        }
        return evidence
    }

    private static func problem(in attempts: [Attempt], _ scenario: Scenario, mayBeShort: Bool) -> String? {
        for (index, attempt) in attempts.enumerated() {
            if attempt.number != index + 1 { return "its attempt number \(index + 1) is missing" }
            if attempt.buyer != scenario.buyer(ofPurchase: attempt.purchase) { return "an attempt is another buyer's" }
            guard index + 1 < attempts.count else { break }
            if !attempt.outcome.mayRetry(retryUnknown: scenario.retryUnknown) {
                return "it went on after \(attempt.outcome.word)"
            }
            if let returned = attempt.returnedNanoseconds, attempts[index + 1].invokedNanoseconds < returned {
                return "two of its attempts overlap"
            }
        }
        if attempts.count > scenario.attempts { return "it made more than \(scenario.attempts.counted("attempt"))" }
        let last = attempts[attempts.count - 1]
        let shouldGoOn =
            last.outcome.mayRetry(retryUnknown: scenario.retryUnknown) && attempts.count < scenario.attempts
        return shouldGoOn && !mayBeShort
            ? "it ended after \(attempts.count.grouped) of \(scenario.attempts.counted("attempt"))" : nil
    }
}
