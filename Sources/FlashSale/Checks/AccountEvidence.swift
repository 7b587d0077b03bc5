/// The attempts that show a violated account. Sums alone name nobody, so these are the fewest that can be named honestly: the win with
/// which buyers hold more than left the stock; the two wins between which the stock fell without one; and where no win tells what it
/// left, the first of those who were told something else, any of whom may have taken a unit.
enum AccountEvidence {
    /// How many of the attempts that may have done it are shown.
    private static let shownLimit = 3

    static func added(to result: CheckResult, _ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        guard result.result == .violated, facts.resets.isEmpty, case .units(let final) = facts.epoch.stock,
            final.magnitude <= 1 << 53
        else {
            return result
        }
        var evidence = result.evidence
        // Sums tell of no instant.
        for index in evidence.indices { evidence[index].tellsWhen = false }
        if evidence.isEmpty {
            let left = facts.epoch.units - final
            let certain = resolution.certainUnits
            if left < certain {
                evidence = promised(beyond: left, resolution).map { [$0] } ?? []
            } else if left > certain {
                evidence = [gap(left: left, final: final, facts, resolution) ?? suspects(facts)].compactMap { $0 }
            }
        }
        return CheckResult(result.name, result.result, result.detail, evidence: evidence)
    }

    // MARK: More sold than taken

    private static func promised(beyond left: Int, _ resolution: Resolution) -> CheckResult.Evidence? {
        var total = 0
        let wins = resolution.certain.map { (operation: $0, shown: $0.evidence[0]) }
            .sorted { ($0.shown.lastInstant, $0.shown.id) < ($1.shown.lastInstant, $1.shown.id) }
        let first = wins.first { operation, _ in
            total += operation.leastQuantity
            return total > max(0, left)
        }
        guard let first else { return nil }
        return .init(
            "with this win buyers hold \(total.counted("unit")), more than the \(max(0, left).grouped) that ever left the stock",
            attempts: [first.shown])
    }

    // MARK: More taken than sold

    /// Two wins that follow each other by what they left, with units missing in between, and who was told something else meanwhile.
    private static func gap(
        left: Int, final: Int, _ facts: RunFacts, _ resolution: Resolution
    ) -> CheckResult.Evidence? {
        let wins = resolution.wins.filter(\.isSingle).map(\.first).filter { $0.remaining != nil }
            .sorted {
                ($1.remaining ?? 0, $0.invokedNanoseconds, $0.id) < ($0.remaining ?? 0, $1.invokedNanoseconds, $1.id)
            }
        guard !wins.isEmpty else { return nil }
        var gaps: [(before: RecordView?, after: RecordView?, from: Int, to: Int)] = []
        var reached = (left: facts.epoch.units, win: RecordView?.none)
        for win in wins {
            guard let remaining = win.remaining, (0...facts.epoch.units).contains(remaining) else { continue }
            if remaining + win.quantity < reached.left {
                gaps.append((reached.win, win, reached.left, remaining + win.quantity))
            }
            if remaining < reached.left { reached = (remaining, win) }
        }
        if final < reached.left { gaps.append((reached.win, nil, reached.left, final)) }
        guard let first = gaps.first else { return nil }
        let missing = gaps.reduce(0) { $0 + $1.from - $1.to }
        let others = suspects(facts, from: first.before?.invokedNanoseconds, to: first.after?.returnedNanoseconds)
        let shown = [first.before, first.after].compactMap { $0?.attempt } + others
        let place =
            first.after == nil
            ? "after the last win that says what it left"
            : first.before == nil
                ? "before this win" : "between these two wins"
        return .init(
            "\(place) the stock fell from \(first.from.grouped) to \(first.to.grouped) without one"
                + (others.isEmpty ? "" : "; whoever was told something else meanwhile may have taken that"),
            // Where each gap is a unit that is lost, none of them was given back or is an unknown's.
            attempts: shown,
            tellsWhen: first.after != nil && missing == left - resolution.certainUnits && resolution.openUnits == 0)
    }

    private static func suspects(_ facts: RunFacts) -> CheckResult.Evidence? {
        let shown = suspects(facts, from: nil, to: nil)
        guard !shown.isEmpty else { return nil }
        let tally = facts.recorded.survey.tally
        let told = suspicion.map { ($0, tally[$0]) }.filter { $0.1 > 0 }.map { "\($0.1.grouped) \($0.0.word)" }
        return .init(
            "each of those who were told something else than won may have taken a unit (\(told.joined(separator: ", "))); the first of them",
            attempts: shown, tellsWhen: false)
    }

    /// The outcomes other than won that have an end, those whose scheme most likely took something first.
    private static let suspicion: [Outcome] = [.failed, .conflict, .returned, .duplicate, .soldOut]

    /// Attempts that were told something else than won and were under way in that time.
    private static func suspects(_ facts: RunFacts, from start: UInt64?, to end: UInt64?) -> [Attempt] {
        var found: [Outcome: [RecordView]] = [:]
        for (_, record) in facts.recorded.history.records where suspicion.contains(record.outcome) {
            guard record.returnedNanoseconds ?? .max >= start ?? 0, record.invokedNanoseconds <= end ?? .max else {
                continue
            }
            var known = found[record.outcome, default: []]
            if known.count == shownLimit, let last = known.last, !RecordView.precedes(record, last) { continue }
            known.append(record)
            known.sort(by: RecordView.precedes)
            found[record.outcome] = Array(known.prefix(shownLimit))
        }
        return Array(suspicion.flatMap { found[$0] ?? [] }.prefix(shownLimit)).map(\.attempt)
    }
}
