package import FlashSale
package import Histogram

/// Histograms of latency in nanoseconds, three digits, which grow with what they see.
package enum Latencies {
    /// An empty histogram that holds up to 64 ms without growing.
    package static func histogram() -> Histogram<UInt32> {
        var histogram = Histogram<UInt32>(
            lowestDiscernibleValue: 1000, highestTrackableValue: 64_000_000, numberOfSignificantValueDigits: .three)
        histogram.autoResize = true
        return histogram
    }

    /// The summary that reports show, in microseconds.
    package static func summary(_ histogram: Histogram<UInt32>) -> RunRecord.Latency {
        let samples = Int(histogram.totalCount)
        guard samples > 0 else { return RunRecord.Latency(samples: 0) }
        func microseconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1000 }
        func percentile(_ percentile: Double, from samplesNeeded: Int) -> Double? {
            samples >= samplesNeeded ? microseconds(min(histogram.valueAtPercentile(percentile), histogram.max)) : nil
        }
        return RunRecord.Latency(
            samples: samples, min: microseconds(histogram.min), mean: (histogram.mean / 1000 * 1000).rounded() / 1000,
            p50: percentile(50, from: 1), p90: percentile(90, from: 10), p99: percentile(99, from: 100),
            p999: percentile(99.9, from: 1000), max: microseconds(histogram.max))
    }
}
