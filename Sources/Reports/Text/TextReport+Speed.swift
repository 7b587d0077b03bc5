internal import FlashSale

extension TextReport {
    /// Throughput, and latency with its label.
    static func speed(_ record: RunRecord, _ paint: Paint) -> [String] {
        let throughput = record.throughput
        guard record.totals.attempts > 0 else { return [] }
        let attempts = Figures.rate(throughput.attemptsPerSecond)
        let commands = Figures.rate(throughput.commandsPerSecond)
        let elapsed = Figures.duration(seconds: throughput.elapsedSeconds)
        let rates = "\(attempts) attempts/s and \(commands) commands/s over \(elapsed)"
        return TextLines.hanging(padded: "Speed", paint, rates) + latency(record.latencyUs, paint)
    }

    private static func latency(_ latency: RunRecord.LatencyUs, _ paint: Paint) -> [String] {
        guard latency.attempt.samples > 0 || latency.purchase.samples > 0 else { return [] }
        let longest = max(latency.attempt.max ?? 0, latency.purchase.max ?? 0)
        let places = longest < 1_000_000 ? 3 : 1
        let columns = ["samples", "min", "mean", "p50", "p90", "p99", "p99.9", "max"]
        var rows = [[""] + columns]
        for (name, values) in [("attempt", latency.attempt), ("purchase", latency.purchase)] {
            rows.append(["  " + name, Figures.grouped(values.samples)] + figures(values).map { cell($0, places) })
        }
        var lines = TextLines.hanging(
            padded: "Latency", paint,
            "in ms, think time included; closed loop: a client asks again only after its reply")
        lines += TextLines.table(rows, left: [0], indent: 0)
        let isHidden = [latency.attempt, latency.purchase].contains { values in
            figures(values).contains { $0 == nil }
        }
        if isHidden {
            lines += TextLines.hanging("  ", "-: too few samples to tell (p99.9 takes 1,000)").map(paint.faint)
        }
        return lines
    }

    private static func figures(_ latency: RunRecord.Latency) -> [Double?] {
        [latency.min, latency.mean, latency.p50, latency.p90, latency.p99, latency.p999, latency.max]
    }

    private static func cell(_ microseconds: Double?, _ places: Int) -> String {
        microseconds.map { Figures.grouped($0 / 1000, places: places) } ?? Figures.absent
    }
}
