/// How latencies are spread: what HdrHistogram's percentile format says, in milliseconds.
package struct LatencyHistogram: Sendable, Equatable {
    package struct Row: Sendable, Equatable {
        /// The longest latency of this part and of those below.
        package var milliseconds: Double
        /// The part: 0…1.
        package var part: Double
        /// Samples up to this latency.
        package var count: Int

        package init(milliseconds: Double, part: Double, count: Int) {
            self.milliseconds = milliseconds
            self.part = part
            self.count = count
        }
    }

    /// Of what, in words: `attempts`.
    package var subject: String
    /// With rising parts, the last of which is 1. Parts that samples are too few for are left out: those that would leave
    /// less than one sample above.
    package var rows: [Row]
    package var mean: Double
    package var standardDeviation: Double
    package var max: Double
    package var count: Int
    /// Of the histogram behind it.
    package var buckets: Int
    package var subBuckets: Int

    package init(
        subject: String, rows: [Row], mean: Double, standardDeviation: Double, max: Double, buckets: Int,
        subBuckets: Int
    ) {
        self.subject = subject
        count = rows.last?.count ?? 0
        self.rows = rows.filter { $0.part >= 1 || (1 - $0.part) * Double(rows.last?.count ?? 0) > 1 - 1e-6 }
        self.mean = mean
        self.standardDeviation = standardDeviation
        self.max = max
        self.buckets = buckets
        self.subBuckets = subBuckets
    }
}

/// All percentiles of attempts and of purchases.
package struct LatencyHistograms: Sendable {
    package var attempts: LatencyHistogram
    package var purchases: LatencyHistogram

    package init(attempts: LatencyHistogram, purchases: LatencyHistogram) {
        self.attempts = attempts
        self.purchases = purchases
    }
}
