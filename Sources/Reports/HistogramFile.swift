package import FlashSale

/// `latency.hgrm`: HdrHistogram's percentile format, which its plotters read
/// (`AbstractHistogram.outputPercentileDistribution`, hdrhistogram.org).
package enum HistogramFile {
    /// Writes a comment, the four columns and the footer. Values are milliseconds.
    package static func write<Sink: ByteSink & ~Copyable>(_ distribution: LatencyHistogram, to sink: inout Sink) {
        sink.append("#[Latency of \(distribution.subject), values in milliseconds]\n")
        sink.append("       Value     Percentile TotalCount 1/(1-Percentile)\n\n")
        for row in distribution.rows {
            var cells = [
                padded(fixed(row.milliseconds, places: 3), 12), padded(fixed(row.part, places: 12), 14),
                padded("\(row.count)", 10),
            ]
            // At 100% the last column would divide by zero.
            if row.part < 1 { cells.append(padded(fixed(1 / (1 - row.part), places: 2), 14)) }
            sink.append(cells.joined(separator: " ") + "\n")
        }
        let mean = fixed(distribution.mean, places: 3)
        let deviation = fixed(distribution.standardDeviation, places: 3)
        for (first, second) in [
            ("Mean    = \(padded(mean, 12))", "StdDeviation   = \(padded(deviation, 12))"),
            (
                "Max     = \(padded(fixed(distribution.max, places: 3), 12))",
                "Total count    = \(padded("\(distribution.count)", 12))"
            ),
            (
                "Buckets = \(padded("\(distribution.buckets)", 12))",
                "SubBuckets     = \(padded("\(distribution.subBuckets)", 12))"
            ),
        ] { sink.append("#[\(first), \(second)]\n") }
    }

    private static func fixed(_ number: Double, places: Int) -> String { number.fixed(places: places) ?? "0" }

    private static func padded(_ text: String, _ width: Int) -> String { TextLines.padded(left: text, width: width) }
}
