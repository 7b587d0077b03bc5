extension SeriesRecord {
    /// The most runs that are named where a threshold was not met.
    private static let namedRuns = 5

    /// What came of thresholds over all runs. What is asked of each run is met where each meets it: a median would hide the run
    /// that a customer had.
    static func outcomes(
        of thresholds: [Threshold], _ runs: [RunRecord], _ violations: Violations
    ) -> [RunRecord.Threshold] {
        guard let first = runs.first else { return [] }
        var ofAll = ThresholdSubject(first)
        ofAll.violations = violations
        return thresholds.map { threshold in
            if threshold.isOfSeries { return threshold.outcome(of: ofAll) }
            let outcomes = runs.map { threshold.outcome(of: ThresholdSubject($0)) }
            let unmet = outcomes.indices.filter { !outcomes[$0].met }
            guard let worst = unmet.first else {
                return .init(
                    threshold.text, met: true, wanted: outcomes[0].wanted, unit: outcomes[0].unit,
                    detail: "in each of \(runs.count.counted("run")); run 1: \(outcomes[0].detail)")
            }
            var outcome = outcomes[worst]
            let names = unmet.prefix(namedRuns).map { "\($0 + 1)" }.joined(separator: ", ")
            outcome.detail =
                "not in \(unmet.count.grouped) of \(runs.count.counted("run")) (\(names)\(unmet.count > namedRuns ? ", …" : "")); "
                + "run \(worst + 1): \(outcome.detail)"
            return outcome
        }
    }
}
