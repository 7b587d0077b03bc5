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
    /// What the checks say of each of several goods; absent where nobody separated them.
    package var items: [RunRecord.Item]?
    /// What came of the thresholds that it was asked for; absent where there were none.
    package var thresholds: [RunRecord.Threshold]?

    package init(history: String, tellsBuyers: Bool = true, facts: RunFacts, verdict: Verdict) {
        version = Version.current
        self.history = history
        let judged = JudgedSale(facts, verdict: verdict)
        self.verdict = judged.verdict
        exitCode = judged.exitCode
        sale = judged.sale
        totals = facts.recorded.survey.tally
        checks = judged.checks
        findings = judged.findings
        self.tellsBuyers = tellsBuyers
    }

    /// Asks thresholds of the history. One that is not met makes the exit code that of a failed run.
    package mutating func require(_ wanted: [Threshold]) {
        guard !wanted.isEmpty else { return }
        let subject = ThresholdSubject(verdict: verdict, sale: sale, totals: totals)
        let outcomes = wanted.map { $0.outcome(of: subject) }
        thresholds = outcomes
        exitCode = exitCode.after(outcomes)
    }

    /// As JSON, like `run.json`.
    package func write<Sink: ByteSink & ~Copyable>(json sink: inout Sink) {
        JSONText.append(self, to: &sink)
    }
}

extension ReportDocument {
    /// The report on a history that another system recorded: what the checks say, without what only a run has.
    ///
    /// - Parameter originNanoseconds: from which the evidence counts its times; nil counts from the first attempt of the
    ///   evidence.
    package init(_ record: HistoryRecord, originNanoseconds: UInt64?) {
        if let items = record.items {
            self.init(record, items: items, originNanoseconds: originNanoseconds)
            return
        }
        let words = SaleWords(record)
        let sections: [Section?] = [
            words.account, words.attempts, words.checks, Self.thresholds(record.thresholds),
            words.evidence(since: originNanoseconds, namesBuyers: record.tellsBuyers), words.findings,
        ]
        self.init(
            verdict: record.verdict,
            headline: Self.headline(words.headline, record.verdict, record.thresholds),
            sections: sections.compactMap { $0 })
        reason = words.reason
        identity = "history \(record.history), stress \(record.version)"
    }
}
