internal import FlashSale

/// What shows that checks failed, piece by piece.
struct EvidenceView {
    struct Piece {
        let anchor: String
        let check: String
        /// `1 of 7`.
        let place: String
        let detail: PageText
        let timelines: [TimelineView]
        let hasCommands: Bool
        let commands: [PageText]
        /// The anchor of the piece after it: one, or none for the last.
        let next: [String]
    }

    /// The most attempts that are shown beside a piece.
    private static let neighbourLimit = 20

    /// From when times count.
    let since: [String]
    let pieces: [Piece]
    /// How many more there are, of each check that has more.
    let further: [String]

    /// - Returns: nil where nothing needs to be shown.
    init?(_ run: PageRun, prefix: String) {
        let words = SaleWords(run.record)
        guard let section = words.evidence(since: run.origin) else { return nil }
        var evidence: [ReportDocument.Evidence] = []
        for case .evidence(let part) in section.parts { evidence += part }
        let shown = evidence.flatMap(\.pieces)
        guard !shown.isEmpty else { return nil }
        // As the words above it count, where no origin is known.
        let origin = run.origin ?? shown.flatMap(\.timeline.rows).map(\.invokedNanoseconds).min() ?? 0
        let moments = evidence.flatMap { part in
            part.pieces.map { Self.moment(of: part.check, in: $0, run.record) }
        }
        let neighbours = Self.neighbours(of: shown, moments, run)
        let checks = evidence.flatMap { part in part.pieces.map { _ in part.check } }
        since = section.text.map { [$0] } ?? []
        further = evidence.compactMap { part in part.further.map { "\(part.check): \($0)" } }
        pieces = shown.indices.map { index in
            let piece = shown[index]
            return Piece(
                anchor: "\(prefix)evidence-\(index + 1)", check: checks[index],
                place: "\(index + 1) of \(shown.count)", detail: PageText(piece.detail),
                timelines: piece.timeline.rows.isEmpty
                    ? []
                    : [
                        TimelineView(
                            piece.timeline, sinceNanoseconds: moments[index], origin: origin, namesBuyers: true,
                            neighbours: neighbours[index])
                    ],
                hasCommands: !piece.commands.isEmpty, commands: piece.commands.map { PageText($0) },
                next: index + 1 < shown.count ? ["\(prefix)evidence-\(index + 2)"] : [])
        }
    }

    /// CLOCK_MONOTONIC since when the check is violated: in the piece whose attempt shows it, which is the first one in time.
    private static func moment(
        of check: String, in piece: ReportDocument.Evidence.Piece, _ record: RunRecord
    ) -> UInt64? {
        guard let check = record.checks.first(where: { $0.name.rawValue == check }), check.result == .violated,
            let attempt = check.sinceAttempt
        else { return nil }
        return piece.timeline.rows.first { $0.attempt == "attempt \(attempt)" }?.returnedNanoseconds
    }

    /// Nil for pieces around which nothing is known.
    private static func neighbours(
        of pieces: [ReportDocument.Evidence.Piece], _ moments: [UInt64?], _ run: PageRun
    ) -> [History.Neighbours?] {
        var found = [History.Neighbours?](repeating: nil, count: pieces.count)
        guard run.hasHistory else { return found }
        let ids = evidenceIDs(run.record)
        let indices = pieces.indices.filter { !pieces[$0].timeline.rows.isEmpty }
        let places = indices.map { index in
            let axis = TimeAxis(
                pieces[index].timeline.rows.map { ($0.invokedNanoseconds, $0.returnedNanoseconds) })
            let moment = moments[index].flatMap { axis.contains($0) ? $0 : nil } ?? axis.end
            let known = ids.filter { attempt in
                pieces[index].timeline.rows.contains { $0.attempt == "attempt \(attempt)" }
            }
            return History.Neighbourhood(window: axis.start...axis.end, moment: moment, excluded: known)
        }
        let all = run.results.facts.recorded.history.neighbours(of: places, limit: neighbourLimit)
        for (index, neighbours) in zip(indices, all) { found[index] = neighbours }
        return found
    }

    private static func evidenceIDs(_ record: RunRecord) -> Set<Int> {
        Set(record.checks.flatMap { $0.evidence.flatMap { $0.attempts.map(\.attempt) } })
    }
}
