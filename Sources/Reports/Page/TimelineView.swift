internal import FlashSale

/// Attempts as bars on one line of time.
struct TimelineView {
    struct Row {
        let who: String
        let told: String
        let times: String
        /// The outcome, which has a colour.
        let kind: String
        /// Whether its end is not known, so that the bar goes on to the end of the line.
        let isOpen: Bool
        let x: String
        let width: String
    }

    /// Narrowed stretches, or the one line since when something is wrong.
    struct Mark {
        let x: String
        let width: String
    }

    /// A bar can be seen from this length on.
    private static let shortest = 4.0

    let rows: [Row]
    let gaps: [Mark]
    let moments: [Mark]
    /// What the marks mean.
    let legend: [String]
    let further: [String]
    /// What else happened meanwhile, on the same line of time: one, or none where nothing is known of it.
    let meanwhile: [Meanwhile]

    struct Meanwhile {
        let title: String
        let rows: [Row]
    }

    /// - Parameters:
    ///   - sinceNanoseconds: CLOCK_MONOTONIC from which on it is impossible; nil where nobody can tell.
    ///   - origin: from which the times count.
    init(
        _ timeline: EvidenceTimeline, sinceNanoseconds: UInt64?, origin: UInt64, namesBuyers: Bool,
        neighbours: History.Neighbours?
    ) {
        let axis = TimeAxis(timeline.rows.map { ($0.invokedNanoseconds, $0.returnedNanoseconds) })
        rows = timeline.rows.map { Self.row($0, on: axis) }
        gaps = axis.gaps.map { Mark(x: Self.text($0.x), width: Self.text($0.width)) }
        further = timeline.further.map { [$0] } ?? []
        var legend: [String] = []
        if axis.leftOut > 0 {
            let time = NumberText.grouped(Double(axis.leftOut) / 1e6, places: 3) + " ms"
            legend.append("Narrow grey stripe: \(time) in which none of these attempts was under way.")
        }
        if let since = sinceNanoseconds, axis.contains(since), since >= origin {
            moments = [Mark(x: Self.text(min(axis.x(since), TimeAxis.length - 1)), width: "0")]
            legend.append("Line: impossible since +\(NumberText.grouped(Double(since - origin) / 1e6, places: 3)) ms.")
        } else {
            moments = []
        }
        self.legend = legend
        guard let neighbours, !neighbours.attempts.isEmpty else {
            meanwhile = []
            return
        }
        let others = EvidenceTimeline(
            neighbours.attempts.map { RunRecord.EvidenceAttempt($0) }, since: origin, namesBuyers: namesBuyers,
            limit: neighbours.attempts.count)
        let all = neighbours.count == others.rows.count
        meanwhile = [
            Meanwhile(
                title: all
                    ? "What else happened meanwhile: \(neighbours.count.counted("attempt"))"
                    : "What else happened meanwhile: \(others.rows.count.grouped) of \(neighbours.count.counted("attempt"))",
                rows: others.rows.map { Self.row($0, on: axis) })
        ]
    }

    private static func row(_ row: EvidenceTimeline.Row, on axis: TimeAxis) -> Row {
        let x = min(axis.x(row.invokedNanoseconds), TimeAxis.length - shortest)
        let end = row.returnedNanoseconds.map(axis.x) ?? TimeAxis.length
        return Row(
            who: row.buyer ?? row.attempt, told: ForeignText.shown(row.told, limit: ForeignText.limit),
            times: row.times,
            kind: row.outcome, isOpen: row.returnedNanoseconds == nil, x: text(x), width: text(max(shortest, end - x)))
    }

    private static func text(_ number: Double) -> String { number.fixed(places: 1) ?? "0" }
}
