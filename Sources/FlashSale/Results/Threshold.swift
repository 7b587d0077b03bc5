/// What a gate asks of a run beside its verdict, as `--require` and a strategy file's `require:` have it: `p99<5ms`.
package struct Threshold: Sendable, Equatable {
    package enum Comparison: String, Sendable, CaseIterable {
        // The longer ones first, so that none is taken for the beginning of another.
        case atLeast = ">="
        case atMost = "<="
        case more = ">"
        case less = "<"
        case equal = "="

        /// `at least 5`.
        func words(_ wanted: String) -> String {
            switch self {
            case .atLeast: "at least \(wanted)"
            case .atMost: "at most \(wanted)"
            case .more: "more than \(wanted)"
            case .less: "less than \(wanted)"
            case .equal: "exactly \(wanted)"
            }
        }

        func holds(_ value: Double, _ wanted: Double) -> Bool {
            switch self {
            case .atLeast: value >= wanted
            case .atMost: value <= wanted
            case .more: value > wanted
            case .less: value < wanted
            case .equal: value == wanted
            }
        }
    }

    /// What is compared with what.
    package enum Wish: Sendable, Equatable {
        /// - Parameters:
        ///   - wanted: in the figure's own unit; in percent of the whole where `isShare`.
        case figure(ThresholdFigure, Comparison, wanted: Double, isShare: Bool)
        /// `inconclusive=fail`: a run that proves nothing counts as one that failed.
        case conclusive
    }

    /// As it was written, without blanks.
    package let text: String
    package let wish: Wish

    /// - Parameter text: what the parser made `wish` of.
    init(text: String, wish: Wish) {
        self.text = text
        self.wish = wish
    }

    /// Whether it is asked of all runs of a series together, and not of each.
    package var isOfSeries: Bool {
        if case .figure(let figure, _, _, _) = wish { figure == .violations } else { false }
    }

    /// How it is told where there is nothing to compare, so that nobody takes silence for success.
    package func outcome(of subject: ThresholdSubject) -> RunRecord.Threshold {
        switch wish {
        case .conclusive:
            let isDecided = subject.verdict == .upheld || subject.verdict == .violated
            return .init(text, met: isDecided, detail: "the verdict is \(subject.verdict.word)")
        case .figure(let figure, let comparison, let wanted, let isShare):
            return outcome(figure.value(of: subject), figure, comparison, wanted, isShare: isShare)
        }
    }

    private func outcome(
        _ value: ThresholdValue, _ figure: ThresholdFigure, _ comparison: Comparison, _ wanted: Double, isShare: Bool
    ) -> RunRecord.Threshold {
        let wish = comparison.words(figure.text(wanted, isShare: isShare)) + " is wanted"
        let unit = isShare ? "%" : figure.measure.unit
        func unknown(_ reason: String) -> RunRecord.Threshold {
            .init(text, met: false, wanted: wanted, unit: unit, detail: "not known, since \(reason); \(wish)")
        }
        switch value {
        case .absent(let reason): return unknown(reason)
        case .known(let least, let most, let whole):
            func scaled(_ figure: Double) -> Double? {
                guard isShare else { return figure }
                // Multiplied before it is divided, so that 57 of 100 is 57% and not a little less.
                return whole.flatMap { $0 > 0 ? figure * 100 / $0 : nil }
            }
            guard let low = scaled(least), let high = scaled(most) else {
                return unknown("there is nothing that it could be a share of")
            }
            guard low.isFinite, high.isFinite else { return unknown("it is no number") }
            // Where a figure may be anything within bounds, each of them has to do.
            let met = comparison.holds(low, wanted) && comparison.holds(high, wanted)
            var told = figure.text(low, isShare: isShare)
            if isShare, let whole { told += " (\(figure.text(least)) of \(figure.text(whole)))" }
            if high != low { told += " or up to \(figure.text(high, isShare: isShare)), which nobody can tell" }
            return .init(
                text, met: met, value: comparison.isUpperBound ? high : low, wanted: wanted, unit: unit,
                detail: "\(told); \(wish)")
        }
    }
}

extension Threshold.Comparison {
    /// Whether more of the figure is worse.
    fileprivate var isUpperBound: Bool { self == .less || self == .atMost }
}

extension Threshold.Comparison {
    /// The comparison that a text begins with.
    static func beginning(_ text: Substring) -> Self? { allCases.first { text.hasPrefix($0.rawValue) } }
}
