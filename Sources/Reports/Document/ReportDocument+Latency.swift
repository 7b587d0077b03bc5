internal import FlashSale

extension ReportDocument {
    /// Latency with what it counts from, all together and by outcome; nil where nothing was measured.
    static func latency(_ record: RunRecord) -> Section? {
        let latency = record.latencyUs
        guard latency.attempt.samples > 0 || latency.purchase.samples > 0 else { return nil }
        let thinks = latency.includesThinkTime ?? (record.scenario.thinkTimeMicroseconds != nil)
        let areTheSame = LatencyRow.purchasesAreAttempts(record)
        let rows = LatencyRow.ofAttempts(record) + (areTheSame ? [] : LatencyRow.ofPurchases(record))
        let remarks = (areTheSame ? ["purchases: the same, one attempt each"] : []) + remarks(rows, record)
        return Section(
            "Latency",
            text: "in ms\(thinks ? ", think time included" : ""); \(LatencyRow.loop(record.scenario.pace))",
            parts: [.table(LatencyRow.table(rows))] + (remarks.isEmpty ? [] : [.remarks(remarks)]))
    }

    private static func remarks(_ rows: [LatencyRow], _ record: RunRecord) -> [String] {
        var remarks: [String] = []
        if rows.contains(where: { $0.values.samples > 0 && !$0.isEndless && $0.figures.contains(nil) }) {
            // The last percentile asks for the most.
            let rarest = RunRecord.Latency.figures.last { $0.percentile != nil }
            let need = rarest.map { " (\($0.name) takes \(($0.percentile?.samples ?? 0).grouped))" } ?? ""
            remarks.append("-: too few samples to tell\(need)")
        }
        if rows.contains(where: \.isEndless) {
            remarks.append(
                "no end: no reply ever came, so nobody knows how long they took; the row of all has them until their client gave up"
            )
        }
        let lost = record.workers.filter { $0.lost != nil }.map { "\($0.worker)" }
        if !lost.isEmpty {
            remarks.append(
                "worker \(lost.joined(separator: ", ")) was lost, and what it measured with it: the rows of all attempts and of all "
                    + "purchases lack it, the rows by outcome have it from its journal")
        }
        return remarks
    }
}

/// A row of the table of latencies.
private struct LatencyRow {
    private static let noEnd = "no end"

    var name: String
    /// Whether it is a part of the row of all above it.
    var isPart = false
    var values: RunRecord.Latency

    /// Whether it counts those whose end is not known.
    var isEndless: Bool { isPart && name == Self.noEnd }

    /// In microseconds.
    var figures: [Double?] { RunRecord.Latency.figures.map { values[keyPath: $0.value] } }

    static func table(_ rows: [LatencyRow]) -> ReportDocument.Table {
        .init(
            columns: [.init("samples")]
                + RunRecord.Latency.figures.map { .init($0.name, isOptional: $0.name == "mean" || $0.name == "p90") },
            rows: rows.map { row in
                .init(
                    row.name, isPart: row.isPart,
                    cells: [.text(row.values.samples.grouped)]
                        + row.figures.map { .milliseconds($0.map { $0 / 1000 }) })
            })
    }

    static func ofAttempts(_ record: RunRecord) -> [LatencyRow] {
        let byOutcome = record.latencyUs.byOutcome.attempt
        return [LatencyRow(name: "attempt", values: record.latencyUs.attempt)]
            + parts(
                of: byOutcome, ends: Outcome.allCases, word: \.word,
                endless: record.totals.tally.unknown - (byOutcome[.unknown]?.samples ?? 0), record)
    }

    static func ofPurchases(_ record: RunRecord) -> [LatencyRow] {
        let byOutcome = record.latencyUs.byOutcome.purchase
        return [LatencyRow(name: "purchase", values: record.latencyUs.purchase)]
            + parts(
                of: byOutcome, ends: Purchase.Ending.allCases, word: \.rawValue,
                endless: record.purchases.unknown - (byOutcome[.unknown]?.samples ?? 0), record)
    }

    /// A row for each outcome that occurred; none where there is one only, whose row would say the same again.
    ///
    /// - Parameters:
    ///   - ends: in the order of their rows.
    ///   - endless: how many have no known end, and so no latency.
    private static func parts<End: Hashable>(
        of latencies: [End: RunRecord.Latency], ends: [End], word: (End) -> String, endless: Int, _ record: RunRecord
    ) -> [LatencyRow] {
        var rows = ends.compactMap { end in
            latencies[end].map { LatencyRow(name: word(end), isPart: true, values: $0) }
        }
        if endless > 0, !latencies.isEmpty {
            rows.append(LatencyRow(name: noEnd, isPart: true, values: .init(samples: endless)))
        }
        return rows.count > 1 || record.workers.contains { $0.lost != nil } ? rows : []
    }

    /// Whether the rows of purchases would repeat those of attempts: each made one.
    static func purchasesAreAttempts(_ record: RunRecord) -> Bool {
        let purchases = record.purchases
        let started =
            purchases.won + purchases.soldOut + purchases.gaveUp + purchases.refused + purchases.failed
            + purchases.unknown + purchases.returned + (purchases.lapsed ?? 0)
        return record.latencyUs.attempt == record.latencyUs.purchase && record.totals.tally.attempts == started
    }

    /// Open or closed loop, which decides what a latency counts from.
    static func loop(_ pace: Pace) -> String {
        if pace.isOpen { return "open loop: latency counts from the planned start" }
        let closed = "closed loop: a client asks again only after its reply"
        return pace.bursts.isEmpty ? closed : closed + "; buyers of extra rushes count from their planned start"
    }
}
