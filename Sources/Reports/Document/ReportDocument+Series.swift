package import FlashSale

extension ReportDocument {
    /// A report on several runs of one scenario: the verdict of all, each run in a row, and how far they differ.
    ///
    /// - Parameter resultsPaths: where each run's files are, in the order of the runs.
    package init(_ series: SeriesRecord, resultsPaths: [String]) {
        self.init(
            verdict: series.verdict,
            headline: Self.headline(Self.summary(series), series.verdict, series.thresholds),
            sections: (series.runs.first.map { [Self.rehearsal($0), Self.claims($0)] } ?? []).compactMap { $0 } + [
                Section(Self.runsTitle, parts: [.table(Self.runs(series, resultsPaths))]),
                Section("Spread", parts: [.table(Self.spread(series))]),
            ] + [Self.thresholds(series.thresholds)].compactMap { $0 } + Self.findings(series))
        reason = Self.rate(series)
    }

    static let runsTitle = "Runs"

    /// How often it went wrong, and how far that can be relied on.
    private static func rate(_ series: SeriesRecord) -> String? {
        let violations = series.violations
        guard let rate = violations.rate, let low = violations.rateLow, let high = violations.rateHigh else {
            return nil
        }
        let undecided = series.runs.count - violations.runs
        let others = undecided == 0 ? "" : " (\(undecided.counted("other")) proved nothing)"
        guard violations.violated > 0 else {
            return
                "no violation in \(violations.runs.counted("run")), so below \(percent(high, isUpper: true)) at 95%\(others)"
        }
        return
            "violated in \(violations.violated.grouped) of \(violations.runs.counted("run")), \(NumberText.grouped(rate * 100, places: 1))%; at 95% "
            + "between \(percent(low, isUpper: false)) and \(percent(high, isUpper: true))\(others)"
    }

    /// Rounded away from the middle, so that the bound stays one.
    private static func percent(_ share: Double, isUpper: Bool) -> String {
        // Less than the digits that a bound is exact to.
        let grain = 1e-9
        let tenths = isUpper ? (share * 1000 - grain).rounded(.up) : (share * 1000 + grain).rounded(.down)
        return NumberText.grouped(tenths / 10, places: 1) + "%"
    }

    /// The most runs that a finding names.
    private static let namedRuns = 5

    /// What the runs have to say beside their verdicts, each kind once, with the runs that say it.
    private static func findings(_ series: SeriesRecord) -> [Section] {
        var kinds: [(first: Finding, runs: [Int])] = []
        for (index, run) in series.runs.enumerated() {
            for finding in run.findings {
                guard let known = kinds.firstIndex(where: { $0.first.name == finding.name }) else {
                    kinds.append((finding, [index + 1]))
                    continue
                }
                if kinds[known].runs.last != index + 1 { kinds[known].runs.append(index + 1) }
            }
        }
        guard !kinds.isEmpty else { return [] }
        let points = kinds.map { first, runs in
            let named = runs.prefix(namedRuns).map(String.init).joined(separator: ", ")
            let further = runs.count - min(runs.count, namedRuns)
            let whose =
                runs.count == 1
                ? "run \(named)"
                : "in \(runs.count.grouped) of \(series.runs.count.counted("run")): \(named)\(further > 0 ? ", …" : "")"
            return "\(first.detail.prefix(1).uppercased() + first.detail.dropFirst()) (\(whose))"
        }
        return [Section("What you should know", parts: [.points(points)])]
    }

    private static func summary(_ series: SeriesRecord) -> String {
        let strategy = series.runs.first?.strategy ?? "the strategy"
        let words = [CheckResult.Result.violated, .inconclusive, .upheld].compactMap { result -> String? in
            let count = series.runs.count { $0.verdict == result }
            guard count > 0 else { return nil }
            return count == series.runs.count ? "each of them \(result.word)" : "\(count) \(result.word)"
        }
        let made = series.runs.count.counted("run")
        let all = series.runs.count == series.wanted ? made : "\(made) of the \(series.wanted.grouped) wanted"
        return "\(all) of \(strategy): \(words.joined(separator: ", "))"
    }

    private static func runs(_ series: SeriesRecord, _ paths: [String]) -> Table {
        Table(
            columns: [
                .init("verdict", isText: true), .init("units sold"), .init("attempts/s"), .init("p50 ms"),
                .init("p99 ms"),
            ],
            rows: series.runs.enumerated().map { index, run in
                let latency = run.latencyUs.attempt
                return Table.Row(
                    "\(index + 1)",
                    cells: [
                        .text(run.verdict.word), .text(run.sale.soldToBuyers.grouped),
                        .text(NumberText.rate(run.throughput.attemptsPerSecond)), .text(milliseconds(latency.p50)),
                        .text(milliseconds(latency.p99)),
                    ], place: paths.indices.contains(index) ? paths[index] : "")
            })
    }

    private static func spread(_ series: SeriesRecord) -> Table {
        let spread = series.spread
        var table = Table(columns: [.init("min"), .init("median"), .init("max")], rows: [])
        func add(_ name: String, of figures: SeriesRecord.Spread?, as text: (Double) -> String) {
            guard let figures else { return }
            table.rows.append(.init(name, cells: [figures.min, figures.median, figures.max].map { .text(text($0)) }))
        }
        add("units sold", of: spread.soldToBuyers) { NumberText.grouped($0, places: 0) }
        add("attempts/s", of: spread.attemptsPerSecond, as: NumberText.rate)
        add("commands/s", of: spread.commandsPerSecond, as: NumberText.rate)
        add("attempt p50 ms", of: spread.attemptP50Us, as: milliseconds)
        add("attempt p99 ms", of: spread.attemptP99Us, as: milliseconds)
        add("purchase p50 ms", of: spread.purchaseP50Us, as: milliseconds)
        add("purchase p99 ms", of: spread.purchaseP99Us, as: milliseconds)
        return table
    }

    private static func milliseconds(_ microseconds: Double?) -> String {
        microseconds.map { NumberText.grouped($0 / 1000, places: 3) } ?? NumberText.absent
    }
}
