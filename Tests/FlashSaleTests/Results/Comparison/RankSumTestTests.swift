import FlashSale
import Testing

struct RankSumTestTests {
    struct Reference: Sendable {
        var first: [Double]
        var second: [Double]
        var statistic: Double
        var p: Double
    }

    /// What scipy.stats.mannwhitneyu(first, second, method="exact") of SciPy 1.17.1 says.
    @Test(
        "values without ties have the exact probability",
        arguments: [
            Reference(first: [1, 2, 3], second: [4, 5, 6], statistic: 0, p: 0.1),
            Reference(first: [1, 2, 3, 4, 5], second: [6, 7, 8, 9, 10], statistic: 0, p: 0.007936507936507936),
            Reference(first: [1, 2, 3, 4, 6], second: [5, 7, 8, 9, 10], statistic: 1, p: 0.015873015873015872),
            Reference(first: [3, 1, 9, 7, 5], second: [2, 4, 6, 8, 10], statistic: 10, p: 0.6904761904761905),
            Reference(first: [1], second: [2, 3, 4], statistic: 0, p: 0.5),
            Reference(first: [10, 2.5, 7], second: [1, 4, 3, 2, 9.5], statistic: 11, p: 0.39285714285714285),
            Reference(
                first: [12.1, 13.4, 11.8, 15.2, 14.9, 16.3], second: [14.0, 15.8, 17.1, 16.9, 18.2, 13.9], statistic: 7,
                p: 0.09307359307359307),
            Reference(
                first: [5, 6, 7, 8, 9, 10, 11, 12], second: [1, 2, 3, 4, 13, 14, 15, 16, 17, 18], statistic: 32,
                p: 0.5147858677270442),
            Reference(
                first: stride(from: 0, to: 40, by: 2).map { $0 }, second: stride(from: 15, to: 55, by: 2).map { $0 },
                statistic: 78, p: 0.0006675619675571311),
        ])
    func exact(_ reference: Reference) {
        let test = RankSumTest(reference.first, reference.second)
        #expect(test.statistic == reference.statistic)
        #expect(abs(test.probability - reference.p) < 1e-12, "\(test.probability)")
        let turned = RankSumTest(reference.second, reference.first)
        #expect(abs(turned.probability - reference.p) < 1e-12)
        #expect(turned.statistic == Double(reference.first.count * reference.second.count) - reference.statistic)
    }

    /// With method="asymptotic", which corrects for ties and continuity, too.
    @Test(
        "many values have the normal distribution's",
        arguments: [
            Reference(
                first: (0..<40).map { Double($0) }, second: (0..<40).map { Double($0) + 10.5 }, statistic: 435,
                p: 0.00045250348643015396),
            Reference(
                first: (0..<40).map { Double($0 % 7) }, second: (0..<45).map { Double($0 % 9) }, statistic: 675,
                p: 0.046484956690762615),
            Reference(
                first: (0..<40).map { Double($0 % 7) }, second: (0..<45).map { Double($0 % 9 + 1) }, statistic: 490,
                p: 0.00028490024237227117),
        ])
    func approximate(_ reference: Reference) {
        let test = RankSumTest(reference.first, reference.second)
        #expect(test.statistic == reference.statistic)
        #expect(abs(test.probability - reference.p) < 1e-9, "\(test.probability)")
    }

    @Test(
        "with ties it is what dealing the values out in every way gives",
        arguments: [
            ([1, 1, 2, 2], [2, 3, 3]), ([1, 1, 1], [1, 1, 1]), ([5, 5, 5, 1], [5, 7, 7, 9, 9]),
            ([.infinity, 3, .infinity], [1, 2, 2, 3]), ([0, 0, 0, 0, 1], [0, 0, 0, 2, 2]), ([4], [4, 4, 4, 5]),
        ] as [([Double], [Double])])
    func ties(_ first: [Double], _ second: [Double]) {
        let all = first + second
        let statistics = Self.subsets(of: all.count, size: first.count).map { chosen in
            Self.statistic(chosen.map { all[$0] }, all.indices.filter { !chosen.contains($0) }.map { all[$0] })
        }
        let own = Self.statistic(first, second)
        func p(_ value: Double) -> Double {
            let below = statistics.count { $0 <= value }
            let above = statistics.count { $0 >= value }
            return min(1, 2 * Double(min(below, above)) / Double(statistics.count))
        }
        let test = RankSumTest(first, second)
        #expect(test.statistic == own)
        #expect(abs(test.probability - p(own)) < 1e-12, "\(test.probability), \(p(own))")
        let least = statistics.map(p).min() ?? 1
        #expect(abs(test.smallestProbability - least) < 1e-12, "\(test.smallestProbability), \(least)")
    }

    @Test("three against three can never be told apart, five against five can")
    func reach() {
        #expect(abs(RankSumTest.smallestProbability(3, 3) - 0.1) < 1e-12)
        #expect(abs(RankSumTest.smallestProbability(5, 5) - 2.0 / 252) < 1e-12)
        #expect(abs(RankSumTest.smallestProbability(5, 9) - 2.0 / 2002) < 1e-12)
        #expect(RankSumTest.smallestProbability(0, 9) == 1)
        #expect(RankSumTest([7, 7, 7, 7, 7], [7, 7, 7, 7, 7]).smallestProbability == 1)
    }

    @Test("Holm's correction, by hand")
    func holm() {
        let corrected = HolmCorrection.corrected([0.01, 0.04, 0.03, 0.005])
        for (own, expected) in zip(corrected, [0.03, 0.06, 0.06, 0.02]) { #expect(abs(own - expected) < 1e-12) }
        #expect(HolmCorrection.corrected([0.6, 0.9]) == [1, 1])
        #expect(HolmCorrection.corrected([]).isEmpty)
    }

    /// Pairs in which the first is more, each by itself.
    private static func statistic(_ first: [Double], _ second: [Double]) -> Double {
        first.reduce(0) { sum, own in
            second.reduce(sum) { $0 + (own > $1 ? 1 : own == $1 ? 0.5 : 0) }
        }
    }

    private static func subsets(of count: Int, size: Int) -> [[Int]] {
        (0..<(1 << count)).filter { $0.nonzeroBitCount == size }.map { bits in
            (0..<count).filter { bits & (1 << $0) != 0 }
        }
    }
}
