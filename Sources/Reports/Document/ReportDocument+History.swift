internal import FlashSale

extension ReportDocument {
    /// The report on a history that another system recorded: what the checks say, without what only a run has.
    ///
    /// - Parameter originNanoseconds: from which the evidence counts its times; nil counts from the first attempt of the
    ///   evidence.
    package init(_ record: HistoryRecord, originNanoseconds: UInt64?) {
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
