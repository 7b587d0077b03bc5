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
    package var items: [Item]?

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
            words.account, words.attempts, words.checks,
            words.evidence(since: originNanoseconds, namesBuyers: record.tellsBuyers), words.findings,
        ]
        self.init(verdict: record.verdict, headline: words.headline, sections: sections.compactMap { $0 })
        reason = words.reason
        identity = "history \(record.history), stress \(record.version)"
    }
}
