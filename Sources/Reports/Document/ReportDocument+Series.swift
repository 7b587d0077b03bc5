package import FlashSale

extension ReportDocument {
    /// A report on several runs of one scenario: the verdict of all, each run in a row, and how far they differ.
    ///
    /// - Parameter resultsPaths: where each run's files are, in the order of the runs.
    package init(_ series: SeriesRecord, resultsPaths: [String]) {
        self.init(
            verdict: series.verdict, headline: Self.summary(series),
            sections: [series.runs.first.flatMap { Self.rehearsal($0) }].compactMap { $0 } + [
                Section("Runs", parts: [.table(Self.runs(series, resultsPaths))]),
                Section("Spread", parts: [.table(Self.spread(series))]),
            ])
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
