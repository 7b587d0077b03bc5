package import FlashSale

/// What several runs of one scenario have to say on a terminal: the verdict of all, each in a line, and how far they spread.
package enum SeriesText {
    /// The report, with a line break at its end, in the columns of ``TextWidth``.
    ///
    /// - Parameters:
    ///   - resultsPaths: where each run's files are, in the order of the runs.
    ///   - color: whether to use ANSI colours.
    package static func text(_ series: SeriesRecord, resultsPaths: [String], color: Bool) -> String {
        let paint = Paint(isOn: color)
        let word = series.verdict.word.uppercased()
        let sections = [
            TextLines.hanging(word + "  ", painted: paint.result(word, series.verdict) + "  ", summary(series)),
            runs(series, resultsPaths, paint), spread(series, paint),
        ]
        return sections.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private static func summary(_ series: SeriesRecord) -> String {
        let strategy = series.runs.first?.strategy ?? "the strategy"
        let words = [CheckResult.Result.violated, .inconclusive, .upheld].compactMap { result -> String? in
            let count = series.runs.count { $0.verdict == result }
            guard count > 0 else { return nil }
            return count == series.runs.count ? "each of them \(result.word)" : "\(count) \(result.word)"
        }
        let made = series.runs.count.counted("run")
        let all = series.runs.count == series.wanted ? made : "\(made) of the \(Figures.grouped(series.wanted)) wanted"
        return "\(all) of \(strategy): \(words.joined(separator: ", "))"
    }

    private static func runs(_ series: SeriesRecord, _ paths: [String], _ paint: Paint) -> [String] {
        var rows = [["Runs", "verdict", "units sold", "attempts/s", "p50 ms", "p99 ms"]]
        for (index, run) in series.runs.enumerated() {
            rows.append([
                "  \(index + 1)", run.verdict.word, Figures.grouped(run.sale.soldToBuyers),
                Figures.rate(run.throughput.attemptsPerSecond), milliseconds(run.latencyUs.attempt.p50),
                milliseconds(run.latencyUs.attempt.p99),
            ])
        }
        let lines = TextLines.table(rows, left: [0, 1], indent: 0)
        let places = series.runs.indices.map { TextLines.plain(paths.indices.contains($0) ? paths[$0] : "") }
        let width = lines.map(\.count).max() ?? 0
        // Paths are never wrapped, so that they can be copied.
        let haveRoom = width + 2 + (places.map(\.count).max() ?? 0) <= TextLines.width
        return [paint.heading("Runs") + String(lines[0].dropFirst(4))]
            + zip(lines.dropFirst(), places).flatMap { line, place in
                haveRoom ? [TextLines.padded(line, width) + "  " + place] : [line, "     " + place]
            }
    }

    private static func spread(_ series: SeriesRecord, _ paint: Paint) -> [String] {
        let spread = series.spread
        var rows = [["Spread", "min", "median", "max"]]
        func add(_ name: String, _ figures: SeriesRecord.Spread?, _ text: (Double) -> String) {
            guard let figures else { return }
            rows.append(["  " + name, text(figures.min), text(figures.median), text(figures.max)])
        }
        add("units sold", spread.soldToBuyers) { Figures.grouped($0, places: 0) }
        add("attempts/s", spread.attemptsPerSecond, Figures.rate)
        add("commands/s", spread.commandsPerSecond, Figures.rate)
        add("attempt p50 ms", spread.attemptP50Us, milliseconds)
        add("attempt p99 ms", spread.attemptP99Us, milliseconds)
        add("purchase p50 ms", spread.purchaseP50Us, milliseconds)
        add("purchase p99 ms", spread.purchaseP99Us, milliseconds)
        let lines = TextLines.table(rows, left: [0], indent: 0)
        return [paint.heading("Spread") + String(lines[0].dropFirst(6))] + lines.dropFirst()
    }

    private static func milliseconds(_ microseconds: Double?) -> String {
        microseconds.map { Figures.grouped($0 / 1000, places: 3) } ?? Figures.absent
    }
}
