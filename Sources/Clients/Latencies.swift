package import FlashSale
internal import Histogram

/// Latencies of many threads and workers, merged before anything is computed: percentiles are never averaged.
package enum Latencies {
    /// The sum of several counts.
    package static func merged(_ parts: [LatencyCounts.Sparse]) -> LatencyCounts.Sparse {
        var sums = [Int](repeating: 0, count: LatencyCounts.bucketCount)
        for part in parts {
            for (bucket, count) in zip(part.buckets, part.counts) where sums.indices.contains(bucket) {
                sums[bucket] += count
            }
        }
        let buckets = sums.indices.filter { sums[$0] > 0 }
        return LatencyCounts.Sparse(buckets: buckets, counts: buckets.map { sums[$0] })
    }

    /// Nothing takes so long, in nanoseconds (146 years): what does was measured by a clock that was set back.
    private static let longest = UInt64(1) << 62

    /// An HDR histogram in nanoseconds, three digits. What a clock that was set back has measured is left out.
    static func histogram(_ counts: LatencyCounts.Sparse) -> Histogram<UInt64> {
        let largest =
            counts.buckets.last { LatencyCounts.nanoseconds(ofBucket: $0) < longest }
            .map(LatencyCounts.nanoseconds(ofBucket:)) ?? 0
        var histogram = Histogram<UInt64>(
            lowestDiscernibleValue: 64, highestTrackableValue: max(largest * 2, 1_000_000),
            numberOfSignificantValueDigits: .three)
        for (bucket, count) in zip(counts.buckets, counts.counts) {
            let nanoseconds = LatencyCounts.nanoseconds(ofBucket: bucket)
            if nanoseconds < longest { histogram.record(nanoseconds, count: UInt64(count)) }
        }
        return histogram
    }

    /// The summary that reports show, in microseconds. A percentile is hidden where the samples are too few to have one beyond it.
    package static func summary(_ counts: LatencyCounts.Sparse) -> RunRecord.Latency {
        let histogram = histogram(counts)
        let samples = Int(histogram.totalCount)
        guard samples > 0 else { return RunRecord.Latency(samples: 0) }
        func microseconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1000 }
        var summary = RunRecord.Latency(
            samples: samples, min: microseconds(histogram.min), mean: histogram.mean.rounded() / 1000,
            max: microseconds(histogram.max))
        for figure in RunRecord.Latency.figures {
            guard let (percent, needed) = figure.percentile, samples >= needed else { continue }
            summary[keyPath: figure.value] = microseconds(
                min(histogram.valueAtPercentile(percent), histogram.max))
        }
        return summary
    }
}

extension Latencies {
    /// HdrHistogram's own number of rows for each halving of what is left.
    private static var rowsPerHalving: Int { 5 }

    /// All percentiles, for plotters.
    ///
    /// - Parameter subject: what the latencies are of, in words.
    package static func distribution(_ counts: LatencyCounts.Sparse, of subject: String) -> LatencyHistogram {
        let histogram = histogram(counts)
        func milliseconds(_ nanoseconds: Double) -> Double { nanoseconds / 1e6 }
        let rows = histogram.percentiles(ticksPerHalfDistance: rowsPerHalving).map { step in
            LatencyHistogram.Row(
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
        return LatencyHistogram(
            subject: subject, rows: rows, mean: milliseconds(histogram.mean),
            standardDeviation: milliseconds(histogram.stdDeviation), max: milliseconds(Double(histogram.max)),
            buckets: buckets, subBuckets: subBuckets)
    }
}
