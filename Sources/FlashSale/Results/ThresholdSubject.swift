/// What thresholds are asked of: a run, or what another system recorded.
package struct ThresholdSubject: Sendable {
    package var verdict: CheckResult.Result
    package var sale: RunRecord.Sale
    package var totals: Tally
    /// What only a run of ours has; nil for a history of another system.
    package var run: RunRecord?
    /// Of all runs of a series; of a single run what it alone says.
    package var violations: SeriesRecord.Violations

    package init(_ record: RunRecord) {
        verdict = record.verdict
        sale = record.sale
        totals = record.totals.tally
        run = record
        violations = SeriesRecord.Violations([record.verdict])
    }

    package init(
        verdict: CheckResult.Result, sale: RunRecord.Sale, totals: Tally
    ) {
        self.verdict = verdict
        self.sale = sale
        self.totals = totals
        violations = SeriesRecord.Violations([verdict])
    }
}
