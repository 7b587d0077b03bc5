package import FlashSale

/// All that one run had to stand, with its figures.
package struct GateSuite: Sendable, Equatable {
    /// The strategy, or what was judged in its place.
    package var name: String
    /// ISO 8601, UTC; nil where nobody knows.
    package var started: String?
    package var seconds: Double
    package var host: String
    package var cases: [GateCase]
    /// Figures by their names in `runs.csv`.
    package var properties: [Property]
    package var document: ReportDocument

    package struct Property: Sendable, Equatable {
        package var name: String
        package var value: String
    }

    /// What a run had to stand.
    ///
    /// - Parameters:
    ///   - document: the report on it.
    ///   - number: which of several runs it is; nil where it is the only one.
    package init(_ record: RunRecord, _ document: ReportDocument, number: Int? = nil) {
        self.init(
            number.map { "\(record.strategy) run \($0)" } ?? record.strategy, document, exitCode: record.exitCode,
            claims: record.claims ?? [], thresholds: record.thresholds ?? [])
        started = record.started
        seconds = record.throughput.elapsedSeconds
        host = record.client.host
        properties = zip(RunColumns.names, RunColumns.row(record)).filter { !$1.isEmpty }.map(Property.init)
    }

    /// What a history of another system had to stand.
    package init(_ record: HistoryRecord, _ document: ReportDocument) {
        self.init(
            record.history, document, exitCode: record.exitCode, claims: [], thresholds: record.thresholds ?? [])
        let figures: [(String, Int?)] = [
            ("units", record.sale.units), ("remaining", record.sale.remaining),
            ("sold_by_server", record.sale.soldByServer), ("sold_to_buyers", record.sale.soldToBuyers),
            ("in_doubt", record.sale.inDoubt), ("ledger_orders", record.sale.ledgerOrders),
            ("attempts", record.totals.attempts), ("won", record.totals.won),
        ]
        properties =
            [Property(name: "verdict", value: record.verdict.word), Property(name: "version", value: record.version)]
            + figures.compactMap { name, figure in figure.map { Property(name: name, value: "\($0)") } }
    }

    /// What several runs had to stand together.
    package init(_ series: SeriesRecord, _ document: ReportDocument) {
        let name = series.runs.first?.strategy ?? "stress"
        self.init(
            "\(name) all runs", document, exitCode: series.exitCode, claims: [], thresholds: series.thresholds ?? [])
        started = series.runs.first?.started
        host = series.runs.first?.client.host ?? ""
        seconds = series.runs.reduce(0) { $0 + $1.throughput.elapsedSeconds }
    }

    /// A command that ended before there was anything to judge.
    package init(problem: String, _ document: ReportDocument) {
        self.init("stress", document, exitCode: .bug, claims: [], thresholds: [])
        cases = [GateCase(.run, Self.ending, .undecided, problem)]
    }

    private static let ending = "came to its end"

    private init(
        _ name: String, _ document: ReportDocument, exitCode: ExitStatus, claims: [RunRecord.Claim],
        thresholds: [RunRecord.Threshold]
    ) {
        self.name = name
        self.document = document
        seconds = 0
        host = ""
        properties = []
        cases =
            Self.checks(document)
            + claims.map { GateCase(.claims, $0.claim, Self.outcome($0.result), $0.detail) }
            + thresholds.map { GateCase(.thresholds, $0.threshold, $0.met ? .passed : .failed, $0.detail) }
        cases.append(Self.ending(document, exitCode, cases))
    }

    /// Red for a run that did not end as it should, and for one that is not good although nothing above says why: the cases are never
    /// all green where the exit code is not 0.
    private static func ending(_ document: ReportDocument, _ exitCode: ExitStatus, _ cases: [GateCase]) -> GateCase {
        let isTold = exitCode.isVerdict && (exitCode == .upheld || cases.contains(where: \.isRed))
        guard !isTold else { return GateCase(.run, ending, .passed, document.headline) }
        return GateCase(
            .run, ending, .undecided, "\(document.problem ?? document.headline) (exit code \(exitCode.rawValue))")
    }

    private static func checks(_ document: ReportDocument) -> [GateCase] {
        let parts = document.sections.flatMap(\.parts)
        var evidence: [String: String] = [:]
        let layout = TextLayout(color: false)
        for case .evidence(let all) in parts {
            for one in all { evidence[one.check] = layout.lines(one).joined(separator: "\n") }
        }
        return parts.flatMap { part -> [GateCase] in
            guard case .checks(let checks) = part else { return [] }
            return checks.map {
                GateCase(.checks, $0.name, outcome($0.result), $0.detail, evidence: evidence[$0.name] ?? "")
            }
        }
    }

    private static func outcome(_ result: CheckResult.Result) -> GateCase.Outcome {
        switch result {
        case .upheld: .passed
        case .violated: .failed
        case .inconclusive: .undecided
        case .notApplicable: .skipped
        }
    }

    private static func outcome(_ result: RunRecord.Claim.Result) -> GateCase.Outcome {
        switch result {
        case .held: .passed
        case .broken: .failed
        case .notTested: .skipped
        }
    }
}
