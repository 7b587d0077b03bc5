/// A figure of a run that a threshold may be set for.
package enum ThresholdFigure: Sendable, Equatable {
    /// What a figure counts or measures, and so which units its threshold is written in.
    package enum Measure: Sendable {
        case units, purchases, attempts
        case perSecond
        /// In microseconds.
        case time
        case ratio
        /// In percent.
        case share
    }

    /// Whose latency.
    package enum Latencies: String, Sendable, CaseIterable {
        case attempt, purchase
        /// Attempts that won.
        case won
    }

    case sold
    case undersell
    case purchases(Purchase.Ending)
    case attempts(Outcome)
    case throughput
    case attemptsPerWin
    case elapsed
    /// - Parameter figure: its place in ``RunRecord/Latency/figures``.
    case latency(Latencies, figure: Int)
    case violations

    /// Every figure under each name that it has, in the order of the documentation.
    package static let named: [(name: String, figure: ThresholdFigure)] =
        [
            ("sold", .sold), ("undersell", .undersell), ("gave-up", .purchases(.gaveUp)),
            ("failed", .purchases(.failed)), ("unknown", .purchases(.unknown)), ("refused", .purchases(.refused)),
            ("not-started", .purchases(.notStarted)), ("conflicts", .attempts(.conflict)),
            ("failed-attempts", .attempts(.failed)), ("unknown-attempts", .attempts(.unknown)),
            ("throughput", .throughput), ("attempts-per-win", .attemptsPerWin), ("elapsed", .elapsed),
        ] + latencies + [("violations", .violations)]

    private static let latencies: [(name: String, figure: ThresholdFigure)] =
        Latencies.allCases.flatMap { whose in
            RunRecord.Latency.figures.enumerated().flatMap { index, figure in
                Set([figure.column, figure.name]).sorted(by: >).flatMap { name in
                    (whose == .attempt ? [name, "attempt-\(name)"] : ["\(whose.rawValue)-\(name)"]).map {
                        ($0, ThresholdFigure.latency(whose, figure: index))
                    }
                }
            }
        }

    package var measure: Measure {
        switch self {
        case .sold, .undersell: .units
        case .purchases: .purchases
        case .attempts: .attempts
        case .throughput: .perSecond
        case .attemptsPerWin: .ratio
        case .elapsed, .latency: .time
        case .violations: .share
        }
    }

    /// A value as people read it.
    func text(_ value: Double, isShare: Bool = false) -> String {
        if isShare { return Self.trimmed(value) + "%" }
        switch measure {
        case .units, .purchases, .attempts: return Self.trimmed(value)
        case .perSecond: return Self.trimmed(value) + "/s"
        case .time: return value >= 1e6 ? Self.trimmed(value / 1e6) + " s" : Self.trimmed(value / 1e3) + " ms"
        case .ratio: return Self.trimmed(value)
        case .share: return Self.trimmed(value) + "%"
        }
    }

    /// Three decimals at most, without zeros at the end.
    private static func trimmed(_ value: Double) -> String {
        guard var text = value.grouped(places: 3) else { return "?" }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}

extension ThresholdFigure.Measure {
    /// The unit of the value in `run.json`; nil for a plain number.
    var unit: String? {
        switch self {
        case .units: "units"
        case .purchases: "purchases"
        case .attempts: "attempts"
        case .perSecond: "per_second"
        case .time: "us"
        case .ratio: nil
        case .share: "%"
        }
    }
}
