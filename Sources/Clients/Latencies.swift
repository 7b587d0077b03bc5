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

    /// An HDR histogram in nanoseconds, three digits.
    static func histogram(_ counts: LatencyCounts.Sparse) -> Histogram<UInt64> {
        let largest = counts.buckets.last.map(LatencyCounts.nanoseconds(ofBucket:)) ?? 0
        var histogram = Histogram<UInt64>(
            lowestDiscernibleValue: 64, highestTrackableValue: max(largest * 2, 1_000_000),
            numberOfSignificantValueDigits: .three)
        for (bucket, count) in zip(counts.buckets, counts.counts) {
            histogram.record(LatencyCounts.nanoseconds(ofBucket: bucket), count: UInt64(count))
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
