internal import Foundation

/// Whether two small samples differ by more than chance explains: the rank-sum test of Mann and Whitney (On a Test of Whether One of
/// Two Random Variables Is Stochastically Larger than the Other, Annals of Mathematical Statistics 18, 1947), two-sided.
///
/// Equal values get the mean of their ranks. Up to ``exactLimit`` values the distribution is exact, that of all ways to deal the ranks
/// which are there over the two samples (a permutation test, so that ties are no approximation), counted by sums as Mann and Whitney
/// did. Beyond that it is the normal one with the variance for ties and a correction for continuity (Lehmann, Nonparametrics, 1975).
/// The probability is twice that of the smaller tail, at most 1. A value may be infinite: only the order counts.
package struct RankSumTest: Sendable, Equatable {
    /// The most values of both samples for which the distribution is counted out.
    package static let exactLimit = 60

    /// Pairs in which the value of the first sample is the larger one; half of one for each that is equal.
    package let statistic: Double
    /// How likely a difference of this size or a larger one is, in either direction, where both are samples of one thing.
    package let probability: Double
    /// The least ``probability`` that these values could have given, however they were dealt. Where that is above the level that is
    /// asked for, the test cannot find anything.
    package let smallestProbability: Double

    /// - Parameters:
    ///   - first: at least one value; none is NaN.
    ///   - second: likewise.
    package init(_ first: [Double], _ second: [Double]) {
        precondition(!first.isEmpty && !second.isEmpty, "there is something to compare")
        let doubled = Self.doubledRanks(first + second)
        let sum = doubled.prefix(first.count).reduce(0, +)
        statistic = Double(sum) / 2 - Double(first.count * (first.count + 1)) / 2
        guard doubled.count <= Self.exactLimit else {
            probability = Self.approximate(doubled, first.count, sum)
            let sorted = doubled.sorted()
            smallestProbability = Swift.min(
                Self.approximate(doubled, first.count, sorted.prefix(first.count).reduce(0, +)),
                Self.approximate(doubled, first.count, sorted.suffix(first.count).reduce(0, +)))
            return
        }
        let ways = Self.ways(doubled, choosing: first.count)
        let all = ways.reduce(0, +)
        let below = ways[...sum].reduce(0, +)
        let above = ways[sum...].reduce(0, +)
        probability = Swift.min(1, 2 * Swift.min(below, above) / all)
        let ends = [ways.first { $0 > 0 }, ways.last { $0 > 0 }].compactMap { $0 }
        smallestProbability = Swift.min(1, 2 * (ends.min() ?? all) / all)
    }

    /// The least probability that samples of these sizes can give where no two values are equal; 1 where one is empty.
    package static func smallestProbability(_ first: Int, _ second: Int) -> Double {
        guard first > 0, second > 0 else { return 1 }
        // One over the number of ways to deal them.
        let share = (1...first).reduce(1.0) { $0 * Double($1) / Double(second + $1) }
        return Swift.min(1, 2 * share)
    }

    /// Twice the rank of each value, from 2, so that the mean of two ranks is a whole number.
    private static func doubledRanks(_ values: [Double]) -> [Int] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Int](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
            for place in start...end { ranks[order[place]] = start + end + 2 }
            start = end + 1
        }
        return ranks
    }

    /// In how many ways so many of the ranks have each sum, by the sum.
    private static func ways(_ ranks: [Int], choosing count: Int) -> [Double] {
        let most = ranks.sorted().suffix(count).reduce(0, +)
        var ways = [[Double]](repeating: [Double](repeating: 0, count: most + 1), count: count + 1)
        ways[0][0] = 1
        for (index, rank) in ranks.enumerated() {
            for chosen in stride(from: Swift.min(count, index + 1), through: 1, by: -1) where rank <= most {
                for sum in rank...most { ways[chosen][sum] += ways[chosen - 1][sum - rank] }
            }
        }
        return ways[count]
    }

    private static func approximate(_ doubled: [Int], _ count: Int, _ sum: Int) -> Double {
        let (all, first) = (Double(doubled.count), Double(count))
        let second = all - first
        let tied = Dictionary(grouping: doubled) { $0 }.values.reduce(0.0) { sum, equal in
            let size = Double(equal.count)
            return sum + size * size * size - size
        }
        let variance = first * second / 12 * (all + 1 - tied / (all * (all - 1)))
        guard variance > 0 else { return 1 }
        let distance = abs(Double(sum) / 2 - first * (all + 1) / 2) - 0.5
        return Swift.min(1, erfc(distance / (2 * variance).squareRoot()))
    }
}
