/// Several runs of one scenario, as `--runs` makes them: what they say together, how far they spread, and each of them.
package struct SeriesRecord: Codable, Sendable, Equatable {
    /// The least, the middle one, and the most of one figure over all runs that have it.
    package struct Spread: Codable, Sendable, Equatable {
        package var min: Double
        /// Of an even number of runs, the mean of the two in the middle.
        package var median: Double
        package var max: Double

        /// nil where no run has the figure.
        init?(_ figures: [Double]) {
            let sorted = figures.filter(\.isFinite).sorted()
            guard let first = sorted.first, let last = sorted.last else { return nil }
            min = first
            max = last
            let middle = sorted.count / 2
            median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        }
    }

    /// nil where no run has the figure.
    package struct Spreads: Codable, Sendable, Equatable {
        package var attemptsPerSecond: Spread?
        package var commandsPerSecond: Spread?
        package var attemptP50Us: Spread?
        package var attemptP99Us: Spread?
        package var purchaseP50Us: Spread?
        package var purchaseP99Us: Spread?
        package var soldToBuyers: Spread?
    }

    /// How often a run was violated, among those that proved something: one that is inconclusive is no evidence either way.
    package struct Violations: Codable, Sendable, Equatable {
        package var runs: Int
        package var violated: Int
        /// From 0 to 1, like its bounds (``BinomialBounds``); null where no run proved anything.
        package var rate: Double?
        package var rateLow: Double?
        package var rateHigh: Double?

        init(_ verdicts: [CheckResult.Result]) {
            violated = verdicts.count { $0 == .violated }
            runs = verdicts.count { $0 == .upheld } + violated
            guard runs > 0 else { return }
            let bounds = BinomialBounds(hits: violated, trials: runs)
            rate = Double(violated) / Double(runs)
            rateLow = bounds.low
            rateHigh = bounds.high
        }
    }

    /// The worst of the runs' verdicts.
    package var verdict: CheckResult.Result
    package var exitCode: ExitStatus
    /// How many runs were wanted; an interruption or an error may have ended the series before.
    package var wanted: Int
    package var violations: Violations
    package var spread: Spreads
    /// What came of the thresholds over all runs; absent where there were none.
    package var thresholds: [RunRecord.Threshold]?
    package var runs: [RunRecord]

    /// - Parameters:
    ///   - runs: in their order, at least one.
    ///   - wanted: how many there should have been.
    ///   - endedBy: what ended the series before its time; nil if nothing did.
    ///   - thresholds: what each run was asked for, and the series.
    package init(
        _ runs: [RunRecord], wanted: Int, endedBy: ExitStatus? = nil, thresholds: [Threshold] = []
    ) {
        verdict = runs.map(\.verdict).max() ?? .inconclusive
        // An error or an interruption comes before what was found until then.
        exitCode = runs.map(\.exitCode).reduce(endedBy ?? .upheld) { $1.worse(than: $0) ? $1 : $0 }
        self.wanted = wanted
        self.runs = runs
        violations = Violations(runs.map(\.verdict))
        let outcomes = Self.outcomes(of: thresholds, runs, violations)
        self.thresholds = outcomes.isEmpty ? nil : outcomes
        exitCode = exitCode.after(outcomes)
        func spread(_ figure: (RunRecord) -> Double?) -> Spread? { Spread(runs.compactMap(figure)) }
        self.spread = Spreads(
            attemptsPerSecond: spread(\.throughput.attemptsPerSecond),
            commandsPerSecond: spread(\.throughput.commandsPerSecond),
            attemptP50Us: spread(\.latencyUs.attempt.p50), attemptP99Us: spread(\.latencyUs.attempt.p99),
            purchaseP50Us: spread(\.latencyUs.purchase.p50), purchaseP99Us: spread(\.latencyUs.purchase.p99),
            soldToBuyers: spread { Double($0.sale.soldToBuyers) })
    }

    /// The first of the runs that the verdict is from.
    package var decisive: RunRecord? { runs.first { $0.verdict == verdict } }
}
