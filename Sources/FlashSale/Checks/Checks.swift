/// All the checks of a run: pure functions from what was recorded to what it shows.
package enum Checks {
    /// Makes every check and adds up the verdict. A check that fails takes nothing from the others.
    ///
    /// - Parameters:
    ///   - ofSale: the checks of what was sold, which those of how it was recorded follow.
    ///   - overlapping: how many attempts met another one (``overlapping(_:)``), asked for last; a caller with another core
    ///     can have it counted there.
    package static func judge(
        _ facts: RunFacts, ofSale: [Check] = Checks.ofSale, overlapping: (() -> Int)? = nil
    ) -> Verdict {
        judge(
            facts, ofSale: ofSale,
            ofRecording: recordingChecks(overlapping: overlapping ?? { self.overlapping(facts) }))
    }

    /// The checks of how a sale was recorded, which are made of the whole of it.
    static func recordingChecks(overlapping: @escaping () -> Int) -> [Check] {
        [
            Check(ClaimsHeld.name, ClaimsHeld.check),
            Check(CompleteHistory.name, CompleteHistory.check),
            Check(Meaningful.name) { facts, resolution in
                Meaningful.check(facts, resolution, overlapping: overlapping)
            },
        ]
    }

    static func judge(_ facts: RunFacts, ofSale: [Check], ofRecording: [Check]) -> Verdict {
        let whole = facts.believable.withOrdersOfUnits.widened
        let facts = whole.byPurchase
        let resolution = Resolution(facts)
        let checks = ofSale + ofRecording
        // How a run was recorded does not depend on what the server kept.
        let results = checks.enumerated().map { index, check in
            check.result(index < ofSale.count ? facts : whole, resolution).doubted(
                index < ofSale.count ? facts.excuse(for: check.name) : facts.doubts.reason
            ).unordered(whole.clockDoubt(for: check.name))
        }.filter { isShown($0, facts) }
        // Who was lost, and what was answered, is told of the attempts as they were made.
        var told = whole
        told.rules = facts.rules
        var verdict = Verdict(
            checks: asShown(results, whole), resolution: resolution, findings: Findings.of(told, resolution, results))
        verdict.boundaries = Exercise.boundaries(whole, resolution)
        return verdict
    }

    /// What was not put to the test is told where it could have been.
    private static func isShown(_ result: CheckResult, _ facts: RunFacts) -> Bool {
        guard result.result == .notApplicable, result.name.isOfSomeSalesOnly else { return true }
        return result.name.isOfHolds && facts.holds != nil
    }

    /// How many attempts were invoked while another one was under way.
    package static func overlapping(_ facts: RunFacts) -> Int {
        CertainOverlap.count(in: facts.recorded.history)
            ?? Overlap.count(in: facts.recorded.history, facts.recorded.survey)
    }

    /// The same with the times of their attempts as they are shown.
    private static func asShown(_ results: [CheckResult], _ facts: RunFacts) -> [CheckResult] {
        guard facts.recorded.history.shown != nil else { return results }
        var attempts = facts.recorded.history.asShown(
            results.flatMap { $0.evidence.flatMap(\.attempts) + ($0.since.map { [$0] } ?? []) })[...]
        return results.map { result in
            var result = result
            for index in result.evidence.indices {
                let count = result.evidence[index].attempts.count
                result.evidence[index].attempts = Array(attempts.prefix(count))
                attempts = attempts.dropFirst(count)
            }
            if result.since != nil { result.since = attempts.popFirst() }
            return result
        }
    }

    /// The checks of what was sold, without those of how it was recorded.
    package static var ofSale: [Check] {
        [
            Check(NoOversell.name, NoOversell.check),
            Check(ExactAccounting.name) { facts, resolution throws(CheckFailure) in
                AccountEvidence.added(to: try ExactAccounting.check(facts, resolution), facts, resolution)
                    .withColumns(facts, resolution)
            },
            Check(UniqueUnits.name, NamedUnits.check),
            Check(Linearizable.name, Linearizable.check),
            Check(LedgerCheck.name, LedgerCheck.check),
            Check(OneUnitPerPurchase.name, OneUnitPerPurchase.check),
            Check(PurchaseLimit.name, PurchaseLimit.check),
            Check(StoresAgree.name, StoresAgree.check),
            Check(OrdersKept.name, OrdersKept.check),
            Check(HeldThenSold.name, HeldThenSold.check),
            Check(GivenBackOnce.name, GivenBackOnce.check),
            Check(AcknowledgedSales.name, AcknowledgedSales.check),
        ]
    }

    /// The results of ``ofSale``, without a verdict.
    package static func ofSale(_ facts: RunFacts) -> [CheckResult] {
        let whole = facts.believable.withOrdersOfUnits.widened
        let facts = whole.byPurchase
        let resolution = Resolution(facts)
        return asShown(
            ofSale.map { $0.result(facts, resolution).unordered(whole.clockDoubt(for: $0.name)) }
                .filter { isShown($0, facts) }, whole)
    }
}
