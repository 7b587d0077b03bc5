package import FlashSale
internal import Histogram

extension Latencies {
    /// HdrHistogram's own number of rows for each halving of what is left.
    private static var rowsPerHalving: Int { 5 }

    /// All percentiles, for plotters.
    ///
    /// - Parameter subject: what took so long, in words.
    package static func distribution(_ counts: LatencyCounts.Sparse, of subject: String) -> LatencyDistribution {
        let histogram = histogram(counts)
        func milliseconds(_ nanoseconds: Double) -> Double { nanoseconds / 1e6 }
        let rows = histogram.percentiles(ticksPerHalfDistance: rowsPerHalving).map { step in
            LatencyDistribution.Row(
                milliseconds: milliseconds(Double(step.value)), part: step.percentileLevelIteratedTo / 100,
                count: Int(step.totalCountToThisValue))
        }
        // Two halves, of which the first bucket has both: HdrHistogram counts one bucket for each further power of two.
        let subBuckets = 2048
        let largest = max(Double(histogram.highestTrackableValue) / 64, 1)
        var buckets = 1
        while Double(subBuckets) * Double(sign: .plus, exponent: buckets - 1, significand: 1) <= largest {
            buckets += 1
        }
        return LatencyDistribution(
            subject: subject, rows: rows, mean: milliseconds(histogram.mean),
            standardDeviation: milliseconds(histogram.stdDeviation), max: milliseconds(Double(histogram.max)),
            buckets: buckets, subBuckets: subBuckets)
    }
}
