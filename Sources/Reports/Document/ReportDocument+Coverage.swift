internal import FlashSale

extension ReportDocument {
    static let untestedTitle = "Not put to the test"
    /// The most parts of one kind that are named; `run.json` has them all.
    private static let namedParts = 4

    /// What a run did not put to the test, each in a sentence; nil where everything was, or nobody counted.
    static func untested(_ record: RunRecord) -> Section? {
        guard let coverage = record.coverage else { return nil }
        var points = boundaries(coverage.boundaries, of: record)
        if coverage.complete {
            points += [
                part(
                    "No reply met", "outcome",
                    coverage.rules.filter { $0.met == 0 }.map { "line \($0.line) (\($0.when): \($0.then.word))" },
                    of: coverage.rules.count),
                part(
                    "No attempt came to", "step",
                    coverage.steps.filter { $0.met == 0 }.map { "line \($0.line) (\($0.does))" },
                    of: coverage.steps.count),
                part(
                    "No attempt took", "capture", coverage.captures.filter { $0.met == 0 }.map(\.name),
                    of: coverage.captures.count),
            ].compactMap { $0 }
        }
        return points.isEmpty ? nil : Section(untestedTitle, parts: [.points(points)])
    }

    /// Nobody went so far that these could go wrong.
    private static func boundaries(_ boundaries: RunRecord.Coverage.Boundaries, of record: RunRecord) -> [String] {
        guard record.totals.tally.attempts > 0 else { return [] }
        var points: [String] = []
        let units = record.sale.units
        if boundaries.unitsWanted > 0, boundaries.unitsWanted <= units {
            points.append(
                "Selling too much: the purchases wanted \(boundaries.unitsWanted.counted("unit")), and there were \(units.grouped)."
            )
        } else if !boundaries.lastUnitTaken {
            points.append("The end of the stock: the last unit was not sold.")
        } else if boundaries.soldOut == 0 {
            points.append("The end of the stock: nobody was told that too little is left.")
        }
        if boundaries.beyondLimit == 0 {
            points.append(
                "The limit: no buyer asked for more than one may have, other than when too little was left; see --purchases-per-buyer."
            )
        }
        if boundaries.askedAgain == 0 {
            points.append(
                "idempotent: \(record.observed.idempotent.rawValue): nobody who had won was answered once more; see --repeat-every."
            )
        }
        return points
    }

    private static func part(_ what: String, _ noun: String, _ missed: [String], of all: Int) -> String? {
        guard !missed.isEmpty else { return nil }
        let others = missed.count - namedParts
        return
            "\(what) \(missed.count.grouped) of \(all.counted(noun)): \(missed.prefix(namedParts).joined(separator: ", "))"
            + (others > 0 ? ", and \(others.grouped) more" : "") + "."
    }
}
