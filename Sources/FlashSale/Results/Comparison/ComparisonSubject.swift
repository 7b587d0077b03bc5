/// One of those that are compared, with all of its runs.
package struct ComparisonSubject: Codable, Sendable, Equatable {
    /// One figure over all runs that came to their end and have it.
    package struct Spread: Codable, Sendable, Equatable {
        package var figure: ComparisonFigure
        /// How many runs have it.
        package var runs: Int
        package var min: Double
        /// Of an even number of runs, the mean of the two in the middle.
        package var median: Double
        package var max: Double

        /// nil where no run has it.
        init?(_ figure: ComparisonFigure, _ values: [Double]) {
            let sorted = values.sorted()
            guard let first = sorted.first, let last = sorted.last else { return nil }
            self.figure = figure
            runs = sorted.count
            (min, max) = (first, last)
            let middle = sorted.count / 2
            median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        }
    }

    package var name: String
    /// The worst of the runs'; inconclusive where there is none.
    package var verdict: CheckResult.Result
    /// How many runs ended so.
    package var upheld: Int
    package var violated: Int
    package var inconclusive: Int
    /// In the order of ``ComparisonFigure``; those that no run has are not there.
    package var figures: [Spread]
    package var runs: [ComparisonRun]

    /// - Parameter runs: in their order.
    package init(_ name: String, _ runs: [ComparisonRun]) {
        self.name = ForeignText.sentence(name, blanks: true)
        self.runs = runs
        verdict = runs.map(\.verdict).max() ?? .inconclusive
        upheld = runs.count { $0.verdict == .upheld }
        violated = runs.count { $0.verdict == .violated }
        inconclusive = runs.count - upheld - violated
        figures = []
        figures = ComparisonFigure.allCases.compactMap { Spread($0, values(of: $0)) }
    }

    package subscript(_ figure: ComparisonFigure) -> Spread? { figures.first { $0.figure == figure } }

    /// Of the runs that came to their end and have it.
    package func values(of figure: ComparisonFigure) -> [Double] {
        runs.filter { !$0.cutShort }.compactMap { $0[figure] }.filter { !$0.isNaN }
    }

    /// Runs that came to their end.
    package var completeRuns: Int { runs.count { !$0.cutShort } }
}
