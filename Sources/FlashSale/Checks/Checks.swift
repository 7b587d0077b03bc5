/// All the checks of a run: pure functions from what was recorded to what it shows.
package enum Checks {
    /// Makes every check and adds up the verdict.
    package static func judge(_ facts: RunFacts) -> Verdict {
        let resolution = Resolution(facts)
        let checks = [
            NoOversell.check(facts, resolution),
            ExactAccounting.check(facts, resolution),
            UniqueUnits.check(facts, resolution),
            LedgerCheck.check(facts, resolution),
            OneUnitPerPurchase.check(facts, resolution),
            PurchaseLimit.check(facts, resolution),
            CompleteHistory.check(facts, resolution),
            Meaningful.check(facts, resolution),
        ]
        return Verdict(checks: checks, findings: Findings.of(facts, resolution))
    }
}
