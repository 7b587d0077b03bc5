internal import FlashSale

extension TextReport {
    /// Latency with what it counts from, all together and by outcome.
    static func latency(_ record: RunRecord, _ paint: Paint) -> [String] {
        let latency = record.latencyUs
        guard latency.attempt.samples > 0 || latency.purchase.samples > 0 else { return [] }
        let byOutcome = latency.byOutcome
        let rows =
            [("  attempt", latency.attempt)] + parts(byOutcome.attempt, Outcome.allCases.map(\.word))
            + [("  purchase", latency.purchase)]
            + parts(byOutcome.purchase, Purchase.Ending.allCases.map(\.rawValue))
        let places = rows.allSatisfy { ($0.1.max ?? 0) < 1_000_000 } ? 3 : 1
        let heading = ["", "samples", "min", "mean", "p50", "p90", "p99", "p99.9", "max"]
        let cells = rows.map { name, values in
            [name, Figures.grouped(values.samples)] + figures(values).map { cell($0, places) }
        }
        var lines = TextLines.hanging(
            padded: "Latency", paint, "in ms, think time included; \(loop(record.scenario.pace))")
        lines += TextLines.table([heading] + cells, left: [0], indent: 0)
        if rows.contains(where: { figures($0.1).contains { $0 == nil } }) {
            lines += TextLines.hanging("  ", "-: too few samples to tell (p99.9 takes 1,000)").map(paint.faint)
        }
        return lines
    }

    /// A row for each outcome that occurred; none where there is one only, whose row would say the same again.
    private static func parts(
        _ latencies: [String: RunRecord.Latency], _ words: [String]
    ) -> [(String, RunRecord.Latency)] {
        guard latencies.count > 1 else { return [] }
        return words.compactMap { word in
            latencies[String(word.map { $0 == "-" ? "_" : $0 })].map { ("    " + word, $0) }
        }
    }

    /// What is asked when, which says what a latency is.
    private static func loop(_ pace: Pace) -> String {
        if pace.isOpen { return "open loop: latency counts from the planned start" }
        let closed = "closed loop: a client asks again only after its reply"
        return pace.bursts.isEmpty ? closed : closed + "; buyers of extra rushes count from their planned start"
    }

    private static func figures(_ latency: RunRecord.Latency) -> [Double?] {
        [latency.min, latency.mean, latency.p50, latency.p90, latency.p99, latency.p999, latency.max]
    }

    private static func cell(_ microseconds: Double?, _ places: Int) -> String {
        microseconds.map { Figures.grouped($0 / 1000, places: places) } ?? Figures.absent
    }
}
