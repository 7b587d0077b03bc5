extension RunRecord {
    /// What the checks say of one of several goods.
    package struct Item: Codable, Sendable, Equatable {
        package var item: String
        package var verdict: CheckResult.Result
        package var sale: RunRecord.Sale
        package var totals: Tally
        package var checks: [RunRecord.Check]
        package var findings: [Finding]

        /// Whether a race could have shown is asked of all goods together: few may have met over one of them.
        package init(_ item: String, facts: RunFacts, verdict: Verdict) {
            self.item = item
            var verdict = verdict
            var checks = verdict.checks
            for index in checks.indices where checks[index].name == .meaningful && checks[index].result == .inconclusive
            {
                checks[index].result = .notApplicable
            }
            verdict = Verdict(checks: checks, like: verdict)
            let judged = JudgedSale(facts, verdict: verdict)
            self.verdict = judged.verdict
            sale = judged.sale
            totals = facts.recorded.survey.tally
            self.checks = judged.checks
            findings = judged.findings
        }

        /// - Parameters:
        ///   - origin: CLOCK_MONOTONIC of the run's first invocation; nil where nothing was attempted.
        ///   - nodes: those that attempts are recorded with.
        init(_ own: ItemVerdict, since origin: UInt64?, nodes: [String]) {
            item = own.item
            verdict = own.verdict.result
            sale = RunRecord.Sale(
                units: own.units, restocked: own.restocked, remaining: own.remaining,
                soldToBuyers: own.verdict.soldToBuyers, inDoubt: own.verdict.inDoubt,
                heldByBuyers: own.verdict.heldByBuyers, ledgerOrders: own.ledgerOrders)
            totals = own.attempts
            checks = own.verdict.checks.map { RunRecord.Check($0, since: origin, nodes: nodes) }
            findings = own.verdict.findings
        }
    }
}
