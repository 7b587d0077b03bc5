/// One figure of two subjects, and whether they differ by more than their spread explains.
package struct ComparisonDifference: Codable, Sendable, Equatable {
    package var figure: ComparisonFigure
    package var subject: String
    package var other: String
    package var subjectMedian: Double
    package var otherMedian: Double
    /// Of the rank-sum test (``RankSumTest``).
    package var p: Double
    /// With Holm's correction for all tests beside it; absent where the values are so alike that no order of them could have shown
    /// anything, so that it is none of them.
    package var correctedP: Double?
    package var beyondSpread: Bool
    /// Which has the better figure, whatever its verdict; absent where the difference is within the spread.
    package var ahead: String?
    /// The same, where that one upheld the rules of a sale in every run: what is faster and wrong is not better.
    package var better: String?
}
