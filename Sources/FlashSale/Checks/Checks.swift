/// All the checks of a run: pure functions from what was recorded to what it shows.
package enum Checks {
    /// Makes every check and adds up the verdict.
    ///
    /// - Parameter overlapping: how many attempts met another one (``overlapping(_:)``), asked for last; a caller with
    ///   another core can have it counted there.
    package static func judge(_ facts: RunFacts, overlapping: (() -> Int)? = nil) -> Verdict {
        let facts = facts.believable
        let resolution = Resolution(facts)
        let ofRun = [
            CompleteHistory.check(facts, resolution),
            Meaningful.check(facts, resolution, overlapping: overlapping ?? { self.overlapping(facts) }),
        ]
        return Verdict(
            checks: (ofSale(facts, resolution) + ofRun).map { $0.doubted(facts.doubts.reason) }, resolution: resolution,
            findings: Findings.of(facts, resolution))
    }

    /// How many attempts were invoked while another one was under way.
    package static func overlapping(_ facts: RunFacts) -> Int {
        Overlap.count(in: facts.recorded.history, facts.recorded.survey)
    }

    /// The checks of what was sold, without those of how it was recorded.
    package static func ofSale(_ facts: RunFacts) -> [CheckResult] {
        let facts = facts.believable
        return ofSale(facts, Resolution(facts))
    }

    private static func ofSale(_ facts: RunFacts, _ resolution: Resolution) -> [CheckResult] {
        [
            NoOversell.check(facts, resolution),
            ExactAccounting.check(facts, resolution),
            UniqueUnits.check(facts, resolution),
            Linearizable.check(facts, resolution),
            LedgerCheck.check(facts, resolution),
            OneUnitPerPurchase.check(facts, resolution),
            PurchaseLimit.check(facts, resolution),
        ]
    }
}
