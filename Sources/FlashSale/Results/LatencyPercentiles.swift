/// Which percentiles and other figures a latency is told in, for tables, columns and JSON alike.
extension RunRecord.Latency {
    /// One of the figures that a latency is told in.
    package struct Figure: Sendable {
        /// `p99.9`.
        package var name: String
        /// `p999`, as names of columns and fields have it.
        package var column: String
        /// The percentile, and how many samples it takes to have one beyond it; nil for those that are none.
        package var percentile: (percent: Double, samples: Int)?
        package var value: any WritableKeyPath<RunRecord.Latency, Double?> & Sendable
    }

    /// All of them, in the order in which they are told.
    package static let figures = [
        Figure(name: "min", column: "min", value: \.min),
        Figure(name: "mean", column: "mean", value: \.mean),
        Figure(name: "p50", column: "p50", percentile: (50, 1), value: \.p50),
        Figure(name: "p90", column: "p90", percentile: (90, 10), value: \.p90),
        Figure(name: "p99", column: "p99", percentile: (99, 100), value: \.p99),
        Figure(name: "p99.9", column: "p999", percentile: (99.9, 1000), value: \.p999),
        Figure(name: "max", column: "max", value: \.max),
    ]
}
