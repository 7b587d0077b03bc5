/// All tests of a comparison, which share one level: whatever is found is found with a chance of error below it, for all of them together.
package struct ComparisonTests: Sendable, Equatable {
    package static let alpha = 0.05

    /// In the order of the pairs, and within these of ``ComparisonFigure``; a figure that one of the two does not have is left out.
    package private(set) var differences: [ComparisonDifference] = []
    /// Figures that runs of one side of a pair have and those of the other do not.
    package private(set) var uncompared: [Uncompared] = []
    /// The pairs that have too few runs to show anything, with the runs of each side.
    package private(set) var tooFew: [TooFew] = []

    /// A pair that cannot be told apart, however far apart its figures are.
    package struct TooFew: Sendable, Equatable {
        package var subject: String
        package var other: String
        package var runs: Int
        package var otherRuns: Int
        /// The least corrected probability that they could reach.
        package var smallestP: Double
        /// How many runs of each would do; nil where that is more than anybody makes.
        package var needed: Int?
    }

    /// A figure that one of the two does not have.
    package struct Uncompared: Sendable, Equatable {
        package var figure: ComparisonFigure
        package var subject: String
        package var other: String
        /// Whether it is the first of the two that lacks it.
        package var isOwn: Bool
    }

    /// - Parameter pairs: each is tested in every figure.
    package init(_ pairs: [(ComparisonSubject, ComparisonSubject)]) {
        var tests: [(index: Int, p: Double)] = []
        for (subject, other) in pairs {
            for figure in ComparisonFigure.tested {
                let (values, others) = (subject.values(of: figure), other.values(of: figure))
                guard let own = subject[figure], let its = other[figure] else {
                    if subject[figure] != nil || other[figure] != nil {
                        uncompared.append(
                            Uncompared(
                                figure: figure, subject: subject.name, other: other.name,
                                isOwn: subject[figure] == nil))
                    }
                    continue
                }
                let test = RankSumTest(values, others)
                // One that could never be found is no chance of an error, so it costs the others nothing.
                if test.smallestProbability <= Self.alpha { tests.append((differences.count, test.probability)) }
                differences.append(
                    ComparisonDifference(
                        figure: figure, subject: subject.name, other: other.name, subjectMedian: own.median,
                        otherMedian: its.median, p: test.probability, beyondSpread: false))
            }
        }
        for (test, corrected) in zip(tests, HolmCorrection.corrected(tests.map(\.p))) {
            differences[test.index].correctedP = corrected
            differences[test.index].beyondSpread = corrected <= Self.alpha
        }
        rank(pairs)
        findTooFew(pairs, tests: max(1, tests.count))
    }

    /// Says which is ahead, and whether that makes it better.
    private mutating func rank(_ pairs: [(ComparisonSubject, ComparisonSubject)]) {
        for index in differences.indices where differences[index].beyondSpread {
            let difference = differences[index]
            guard let pair = pairs.first(where: { $0.0.name == difference.subject && $0.1.name == difference.other })
            else { continue }
            // The middle may be the same where the ranks are not.
            let isMore = Self.isMore(pair.0.values(of: difference.figure), than: pair.1.values(of: difference.figure))
            let ahead = isMore == difference.figure.moreIsBetter ? pair.0 : pair.1
            differences[index].ahead = ahead.name
            if ahead.verdict == .upheld { differences[index].better = ahead.name }
        }
    }

    private static func isMore(_ values: [Double], than others: [Double]) -> Bool {
        RankSumTest(values, others).statistic * 2 > Double(values.count * others.count)
    }

    private mutating func findTooFew(_ pairs: [(ComparisonSubject, ComparisonSubject)], tests: Int) {
        for (subject, other) in pairs {
            let smallest = RankSumTest.smallestProbability(subject.completeRuns, other.completeRuns)
            guard smallest * Double(tests) > Self.alpha else { continue }
            tooFew.append(
                TooFew(
                    subject: subject.name, other: other.name, runs: subject.completeRuns, otherRuns: other.completeRuns,
                    smallestP: min(1, smallest * Double(tests)), needed: Self.runsNeeded(tests: tests)))
        }
    }

    /// How many runs each subject needs so that one which is always ahead is found to be.
    ///
    /// - Parameters:
    ///   - tests: that share the level.
    ///   - against: runs of the other side, where they are there already; nil where there will be as many.
    /// - Returns: at least ``fewestRuns``; nil where it would take more than ``mostRuns``.
    package static func runsNeeded(tests: Int, against others: Int? = nil) -> Int? {
        (fewestRuns...mostRuns).first {
            RankSumTest.smallestProbability($0, others ?? $0) * Double(tests) <= alpha
        }
    }

    /// Runs of each subject where nobody says how many, unless the subjects are so many that it takes more.
    package static let fewestRuns = 5
    package static let mostRuns = 15
}
