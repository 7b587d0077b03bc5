package import FlashSale

/// The results of a history that another system recorded, with the keys of `run.json`.
package struct HistoryRecord: Codable, Sendable, Equatable {
    package var version: String
    /// The path of the file.
    package var history: String
    package var verdict: CheckResult.Result
    package var exitCode: ExitStatus
    package var sale: RunRecord.Sale
    package var totals: Tally
    package var checks: [RunRecord.Check]
    package var findings: [Finding]
    /// Whether the history has a column of buyers; otherwise ids of purchases or attempts stand for them.
    package var tellsBuyers: Bool

    package init(history: String, tellsBuyers: Bool = true, facts: RunFacts, verdict: Verdict) {
        version = Version.current
        self.history = history
        let judged = JudgedSale(facts, verdict)
        self.verdict = judged.verdict
        exitCode = judged.exitCode
        sale = judged.sale
        totals = facts.recorded.survey.tally
        checks = judged.checks
        findings = judged.findings
        self.tellsBuyers = tellsBuyers
    }

    /// As JSON, like `run.json`.
    package func write<Sink: ByteSink & ~Copyable>(json sink: inout Sink) {
        JSONText.append(self, to: &sink)
    }
}
