internal import FlashSale

extension TextReport {
    private typealias Row = (name: String, values: RunRecord.Latency)

    /// Latency with what it counts from, all together and by outcome.
    static func latency(_ record: RunRecord, _ paint: Paint) -> [String] {
        let latency = record.latencyUs
        guard latency.attempt.samples > 0 || latency.purchase.samples > 0 else { return [] }
        let areTheSame = purchasesAreAttempts(record)
        let purchases = purchaseRows(record)
        let rows = attemptRows(record) + (areTheSame ? [] : purchases)
        let thinks = latency.includesThinkTime ?? (record.scenario.thinkTimeMicroseconds != nil)
        var lines = TextLines.hanging(
            padded: "Latency", paint,
            "in ms\(thinks ? ", think time included" : ""); \(loop(record.scenario.pace))")
        lines += table(rows)
        var notes: [String] = []
        if areTheSame { notes.append("purchases: the same, one attempt each") }
        if rows.contains(where: {
            $0.values.samples > 0 && $0.name != noEnd && figures($0.values).contains { $0 == nil }
        }
        ) {
            notes.append("-: too few samples to tell (p99.9 takes 1,000)")
        }
        if rows.contains(where: { $0.name == noEnd }) {
            notes.append(
                "no end: no reply ever came, so nobody knows how long they took; the row of all has them until their client gave up"
            )
        }
        let lost = record.workers.filter { $0.lost != nil }.map { "\($0.worker)" }
        if !lost.isEmpty {
            notes.append(
                "worker \(lost.joined(separator: ", ")) was lost, and what it measured with it: the rows of all attempts and of all "
                    + "purchases lack it, the rows by outcome have it from its journal")
        }
        return lines + notes.flatMap { TextLines.hanging("  ", $0).map(paint.faint) }
    }

    // MARK: Rows

    private static let noEnd = "    no end"

    private static func attemptRows(_ record: RunRecord) -> [Row] {
        let byOutcome = record.latencyUs.byOutcome.attempt
        return [("  attempt", record.latencyUs.attempt)]
            + parts(byOutcome, Outcome.allCases, \.word, .unknown, unknown: record.totals.tally.unknown, record)
    }

    private static func purchaseRows(_ record: RunRecord) -> [Row] {
        let byOutcome = record.latencyUs.byOutcome.purchase
        return [("  purchase", record.latencyUs.purchase)]
            + parts(
                byOutcome, Purchase.Ending.allCases, \.rawValue, .unknown, unknown: record.purchases.unknown, record)
    }

    /// A row for each outcome that occurred; none where there is one only, whose row would say the same again.
    ///
    /// - Parameters:
    ///   - ends: in the order of their rows.
    ///   - unknown: those whose end is known and those whose is not.
    private static func parts<End: Hashable>(
        _ latencies: [End: RunRecord.Latency], _ ends: [End], _ word: (End) -> String, _ unknownEnd: End,
        unknown: Int, _ record: RunRecord
    ) -> [Row] {
        var rows = ends.compactMap { end in latencies[end].map { ("    " + word(end), $0) } }
        let open = unknown - (latencies[unknownEnd]?.samples ?? 0)
        if open > 0, !latencies.isEmpty { rows.append((noEnd, RunRecord.Latency(samples: open))) }
        return rows.count > 1 || record.workers.contains { $0.lost != nil } ? rows : []
    }

    /// Whether the rows of purchases would repeat those of attempts: each made one.
    private static func purchasesAreAttempts(_ record: RunRecord) -> Bool {
        let purchases = record.purchases
        let started =
            purchases.won + purchases.soldOut + purchases.gaveUp + purchases.refused + purchases.failed
            + purchases.unknown
        return record.latencyUs.attempt == record.latencyUs.purchase && record.totals.tally.attempts == started
    }

    /// With fewer digits, and at last fewer columns, where the terminal is narrow.
    private static func table(_ rows: [Row]) -> [String] {
        func table(_ columns: [(name: String, figure: Figure)], places: Int) -> [String] {
            let cells = rows.map { name, values in
                [name, Figures.grouped(values.samples)] + columns.map { cell($0.figure(values), places) }
            }
            return TextLines.table([["", "samples"] + columns.map(\.name)] + cells, left: [0], indent: 0)
        }
        func fits(_ lines: [String]) -> Bool { lines.allSatisfy { $0.count <= TextLines.width } }
        let exact = table(columns, places: 3)
        let isLong = rows.contains { ($0.values.max ?? 0) >= 1_000_000 }
        if !isLong, fits(exact) { return exact }
        let short = table(columns, places: 1)
        return fits(short) ? short : table(columns.filter { $0.name != "mean" && $0.name != "p90" }, places: 1)
    }

    private typealias Figure = @Sendable (RunRecord.Latency) -> Double?

    private static let columns: [(name: String, figure: Figure)] = [
        ("min", \.min), ("mean", \.mean), ("p50", \.p50), ("p90", \.p90), ("p99", \.p99), ("p99.9", \.p999),
        ("max", \.max),
    ]

    private static func figures(_ latency: RunRecord.Latency) -> [Double?] { columns.map { $0.figure(latency) } }

    private static func cell(_ microseconds: Double?, _ places: Int) -> String {
        microseconds.map { Figures.grouped($0 / 1000, places: places) } ?? Figures.absent
    }

    /// What is asked when, which says what a latency is.
    private static func loop(_ pace: Pace) -> String {
        if pace.isOpen { return "open loop: latency counts from the planned start" }
        let closed = "closed loop: a client asks again only after its reply"
        return pace.bursts.isEmpty ? closed : closed + "; buyers of extra rushes count from their planned start"
    }
}
