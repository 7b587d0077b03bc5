/// What a comparison keeps of one run.
package struct ComparisonRun: Codable, Sendable, Equatable {
    /// One figure of a run.
    package struct Value: Codable, Sendable, Equatable {
        package var figure: ComparisonFigure
        /// In JSON the text `infinity` where it is endless, such as the attempts of one win where nobody won.
        package var value: Double

        package init(_ figure: ComparisonFigure, _ value: Double) {
            self.figure = figure
            self.value = value
        }
    }

    package var run: String
    package var started: String
    package var strategy: String
    package var seed: UInt64
    package var verdict: CheckResult.Result
    /// Whether it was stopped or could not go on: its figures are of a part, and are compared with nothing.
    package var cutShort: Bool
    /// The run's folder; absent where it is not known.
    package var folder: String?
    package var load: [ComparisonCondition]
    package var surroundings: [ComparisonCondition]
    /// Those that are known, in the order of ``ComparisonFigure``.
    package var figures: [Value]

    package subscript(_ figure: ComparisonFigure) -> Double? { figures.first { $0.figure == figure }?.value }

    /// - Parameters:
    ///   - sellOutSeconds: see ``SellOut``; nil where the history is not there to tell.
    ///   - folder: of the run.
    package init(_ record: RunRecord, sellOutSeconds: Double?, folder: String?) {
        run = record.run
        started = record.started
        strategy = record.strategy
        seed = record.scenario.seed
        verdict = record.verdict
        cutShort =
            record.interrupted || record.observed.cutShort || record.findings.contains { $0.name == .endedEarly }
        self.folder = folder
        load = ComparisonCondition.load(record.scenario)
        surroundings = ComparisonCondition.surroundings(record)
        figures = ComparisonFigure.allCases.compactMap { figure in
            Self.value(of: figure, record, sellOutSeconds).flatMap { $0.isNaN ? nil : Value(figure, $0) }
        }
    }

    private static func value(
        of figure: ComparisonFigure, _ record: RunRecord, _ sellOutSeconds: Double?
    ) -> Double? {
        let sale = record.sale
        let wins = record.totals.tally.won
        func perWin(_ amount: Double) -> Double? {
            wins > 0 ? amount / Double(wins) : record.totals.tally.attempts > 0 ? .infinity : nil
        }
        switch figure {
        case .sold: return Double(sale.soldToBuyers)
        case .undersold:
            let units = sale.units + (sale.restocked ?? 0)
            let wanted = record.coverage.map { min(units, $0.boundaries.unitsWanted) } ?? units
            return Double(max(0, wanted - max(sale.soldToBuyers, sale.heldByBuyers ?? 0) - sale.inDoubt))
        case .gaveUp: return Double(record.purchases.gaveUp)
        case .attemptsPerWin: return perWin(Double(record.totals.tally.attempts))
        case .commandsPerWin:
            return perWin((record.throughput.commandsPerSecond * record.throughput.elapsedSeconds).rounded())
        case .attemptsPerSecond: return record.throughput.attemptsPerSecond
        case .sellOutSeconds: return sellOutSeconds
        case .winP50: return record.latencyUs.byOutcome.attempt[.won]?.p50
        case .winP99: return record.latencyUs.byOutcome.attempt[.won]?.p99
        case .serverCPUPerWin: return record.server.cpuSeconds.flatMap { perWin($0 * 1e6) }
        }
    }
}
