package import FlashSale

/// `latency.hgrm`: HdrHistogram's percentile format, which its plotters read
/// (`AbstractHistogram.outputPercentileDistribution`, hdrhistogram.org).
package enum PercentileText {
    /// Writes a comment, the four columns and the footer. Values are milliseconds.
    package static func write<Sink: ByteSink & ~Copyable>(_ distribution: LatencyDistribution, to sink: inout Sink) {
        sink.append("#[Latency of \(distribution.subject), values in milliseconds]\n")
        sink.append("       Value     Percentile TotalCount 1/(1-Percentile)\n\n")
        for row in distribution.rows {
            var line = "\(fixed(row.milliseconds, 3, 12)) \(fixed(row.part, 12, 14)) \(padded("\(row.count)", 10))"
            // Nothing is beyond the last.
            if row.part < 1 { line += " \(fixed(1 / (1 - row.part), 2, 14))" }
            sink.append(line + "\n")
        }
        func pair(_ first: String, _ one: String, _ second: String, _ other: String) {
            sink.append("#[\(first)= \(padded(one, 12)), \(second)= \(padded(other, 12))]\n")
        }
        pair(
            "Mean    ", fixed(distribution.mean, 3), "StdDeviation   ", fixed(distribution.standardDeviation, 3))
        pair("Max     ", fixed(distribution.max, 3), "Total count    ", "\(distribution.count)")
        pair("Buckets ", "\(distribution.buckets)", "SubBuckets     ", "\(distribution.subBuckets)")
    }

    private static func fixed(_ number: Double, _ places: Int, _ width: Int = 0) -> String {
        padded(Figures.fixed(number, places: places) ?? "0", width)
    }

    private static func padded(_ text: String, _ width: Int) -> String { TextLines.padded(left: text, width: width) }
}
