internal import Charts
internal import FlashSale

/// Pictures of how attempts spread, without regard to time.
extension RunCharts {
    // MARK: Percentiles

    /// Points of a curve; more would not be seen.
    private static let curvePoints = 60

    /// The percentile curve as users of HdrHistogram know it, one for each outcome.
    static func percentiles(_ series: SaleSeries, _ results: RunResults) -> Chart? {
        let shown = Outcome.allCases.compactMap { outcome in series.latencies[outcome].map { (outcome, $0) } }
        let counts = shown.map(\.1.count)
        guard let most = counts.max() else { return nil }
        let lines = shown.map { outcome, buckets in
            Layer.Line(outcome.word, style: style(outcome), pieces: [curve(buckets)])
        }
        let heights = lines.flatMap { $0.pieces.joined().map(\.y) }
        // One sample among so many is beyond the last part that can be told.
        let last = 1 - 1 / Double(max(2, most))
        let words = shown.compactMap { outcome, _ in figures(outcome, results.record) }
        return Chart(
            id: "percentiles", title: "Latency by percentile and outcome",
            summary: "How long attempts took: \(words.joined(separator: "; ")). Both axes are logarithmic.",
            x: Axis("part of attempts that took no longer", 0...last, kind: .percentile),
            y: Axis(
                "latency", NiceNumbers.powersAround((heights.min() ?? 1)...(heights.max() ?? 1)), kind: .logarithmic,
                measure: .time),
            layers: lines.map { .line($0) })
    }

    private static func curve(_ buckets: LatencyBuckets) -> [Layer.Point] {
        let last = PercentileScale.nines(1 - 1 / Double(max(2, buckets.count)))
        let parts = (0...curvePoints).map {
            PercentileScale.part(nines: last * Double($0) / Double(curvePoints))
        }
        return zip(parts, buckets.nanoseconds(parts: parts)).map { Layer.Point($0, max(1, Double($1))) }
    }

    /// `won p50 1.2 ms, p99 3.4 ms`, as the table of latencies has it; nil where that has none.
    private static func figures(_ outcome: Outcome, _ record: RunRecord) -> String? {
        guard let known = record.latencyUs.byOutcome.attempt[outcome] else { return nil }
        let told = [("p50", known.p50), ("p99", known.p99), ("max", known.max)].compactMap { name, value in
            value.map { "\(name) \(latency(microseconds: $0))" }
        }
        return told.isEmpty ? nil : "\(outcome.word) \(told.joined(separator: ", "))"
    }

    // MARK: Purchases

    /// Bars of the picture; more attempts than that are counted together.
    private static let barLimit = 16

    static func attemptsOfPurchases(_ series: SaleSeries, _ results: RunResults) -> Chart? {
        guard let most = series.persistence.last?.attempts, most > 0 else { return nil }
        let size = (most + barLimit - 1) / barLimit
        let bars = (most + size - 1) / size
        var won = [Double](repeating: 0, count: bars)
        var others = won
        for purchases in series.persistence where purchases.attempts > 0 {
            won[(purchases.attempts - 1) / size] += Double(purchases.won)
            others[(purchases.attempts - 1) / size] += Double(purchases.others)
        }
        let names = (0..<bars).map { bar in
            size == 1 ? "\(bar + 1)" : "\((bar * size + 1).grouped)–\(((bar + 1) * size).grouped)"
        }
        let stack = Layer.Stack([
            .init("won", style: style(.won), values: won), .init("did not win", style: 2, values: others),
        ])
        let all = series.persistence.reduce(0) { $0 + $1.won + $1.others }
        let attempts = series.persistence.reduce(0) { $0 + $1.attempts * ($1.won + $1.others) }
        let once = series.persistence.first { $0.attempts == 1 }.map { $0.won + $0.others } ?? 0
        return Chart(
            id: "attempts-of-purchases", title: "Attempts of a purchase",
            summary:
                "\(all.counted("purchase")) made \(NumberText.grouped(Double(attempts) / Double(max(1, all)), places: 2)) attempts on "
                + "average and \(most.grouped) at the most; \(once.grouped) made one.",
            x: Axis("attempts", bands: names), y: Axis("purchases", range(upTo: stack.most)), layers: [.stack(stack)])
    }

    // MARK: Balance

    /// Rows of the picture; more workers share theirs.
    private static let rowLimit = 20

    /// How evenly threads were served: one row for each worker.
    static func balance(
        _ series: SaleSeries, of what: String, _ value: KeyPath<SaleSeries.Share, Int>
    ) -> Chart? {
        let workers = Set(series.shares.map(\.worker)).sorted()
        let values = series.shares.map { Double($0[keyPath: value]) }
        guard let all = Layer.Spread(values), all.most > 0 else { return nil }
        let size = (workers.count + rowLimit - 1) / rowLimit
        let groups = stride(from: 0, to: workers.count, by: size).map { workers[$0..<min(workers.count, $0 + size)] }
        var rowOfWorker: [Int: Int] = [:]
        for (row, group) in groups.enumerated() { for worker in group { rowOfWorker[worker] = row } }
        var rows = [[Double]](repeating: [], count: groups.count)
        for (share, value) in zip(series.shares, values) { rows[rowOfWorker[share.worker] ?? 0].append(value) }
        let names = groups.map { group in
            group.count == 1 ? "worker \(group.first ?? 0)" : "workers \(group.first ?? 0)–\(group.last ?? 0)"
        }
        func number(_ value: Double) -> String { Int(value).grouped }
        return Chart(
            id: "\(what)-by-thread", title: "Balance: \(what) by thread",
            summary:
                "\(series.shares.count.counted("thread")) of \(workers.count.counted("worker")): from \(number(all.least)) to "
                + "\(number(all.most)) \(what) each, \(number(all.median)) at the median.",
            x: Axis("\(what) of a thread", range(upTo: all.most)),
            y: Axis(title(threads: rows), bands: names), layers: [.spreads(rows.compactMap(Layer.Spread.init))])
    }

    private static func title(threads rows: [[Double]]) -> String {
        rows.contains { $0.count > 1 } ? "line: all threads, bar: middle half, tick: median" : "tick: its one thread"
    }
}
