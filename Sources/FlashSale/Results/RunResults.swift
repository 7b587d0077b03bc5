/// A run that is over and judged: all that reports are made from.
package struct RunResults: Sendable {
    package var record: RunRecord
    package var facts: RunFacts
    package var latencies: LatencyHistograms
    /// CLOCK_MONOTONIC of the opening of the doors.
    package var openedNanoseconds: UInt64

    package init(
        record: RunRecord, facts: RunFacts, latencies: LatencyHistograms, openedNanoseconds: UInt64
    ) {
        self.record = record
        self.facts = facts
        self.latencies = latencies
        self.openedNanoseconds = openedNanoseconds
    }

    /// From which the evidence counts its times; nil where nothing was attempted.
    package var firstInvoked: UInt64? { facts.recorded.survey.firstInvoked }
}

/// What the checks say of a sale, whoever recorded it: a run of ours and a history of others share it.
package struct JudgedSale: Sendable, Equatable {
    package var verdict: CheckResult.Result
    package var exitCode: ExitStatus
    package var sale: RunRecord.Sale
    package var checks: [RunRecord.Check]
    package var findings: [Finding]
    /// What is said of each item; nil where there is one.
    package var items: [RunRecord.Item]?

    package init(
        verdict: CheckResult.Result, exitCode: ExitStatus, sale: RunRecord.Sale, checks: [RunRecord.Check],
        findings: [Finding]
    ) {
        self.verdict = verdict
        self.exitCode = exitCode
        self.sale = sale
        self.checks = checks
        self.findings = findings
    }

    /// - Parameters:
    ///   - findings: beside those of the checks.
    ///   - ending: what kept the command from its end; nil where nothing did, so that the verdict says what to end with.
    package init(_ facts: RunFacts, verdict: Verdict, findings: [Finding] = [], ending: ExitStatus? = nil) {
        var remaining: Int?
        if case .units(let units) = facts.epoch.stock { remaining = units }
        self.init(
            verdict: verdict.result, exitCode: ending ?? ExitStatus(verdict.result),
            sale: RunRecord.Sale(
                units: facts.epoch.units, restocked: facts.epoch.restockedIfAny, remaining: remaining,
                held: facts.epoch.held,
                soldToBuyers: verdict.soldToBuyers,
                inDoubt: verdict.inDoubt, heldByBuyers: verdict.heldByBuyers,
                ledgerOrders: facts.epoch.ledger?.count),
            checks: verdict.checks.map {
                RunRecord.Check($0, since: facts.recorded.survey.firstInvoked, nodes: facts.recorded.nodes)
            },
            findings: verdict.findings + findings)
        guard !verdict.items.isEmpty else { return }
        items = verdict.items.map {
            RunRecord.Item($0, since: facts.recorded.survey.firstInvoked, nodes: facts.recorded.nodes)
        }
        let orders = verdict.items.compactMap(\.ledgerOrders)
        sale.ledgerOrders = orders.count == verdict.items.count ? orders.reduce(0, +) : nil
    }
}
