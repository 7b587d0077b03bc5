/// ``Linearizable`` where the stock was reset: the order of each epoch by itself, with its own units at its start and what was read
/// at its end.
///
/// What may belong to an epoch or not may fill any of its holes. Where replies say which, that is tried first.
enum EpochOrder {
    private static let name = CheckName.linearizable

    static func check(_ facts: RunFacts, _ resolution: Resolution, _ epochs: SaleEpochs) -> CheckResult {
        if let problem = epochs.problem { return CheckResult(name, .inconclusive, problem) }
        var evidence: [CheckResult.Evidence] = []
        var (total, open, upheld) = (0, [String](), [String]())
        for index in epochs.parts.indices {
            let place = epochs.name(index)
            let part = epochs.parts[index]
            guard let start = part.start else {
                if resolution.operations.indices.contains(where: { epochs.ranges.only($0) == index }) {
                    open.append("\(place) it is not known with how many units the sale went on")
                }
                continue
            }
            var account = StockAccount(facts, resolution, epochs, part: index, units: max(0, start), likely: true)
            var explanation = Linearizer.explain(account.history)
            if case .contradicted = explanation, account.leavesOpen {
                account = StockAccount(facts, resolution, epochs, part: index, units: max(0, start), likely: false)
                explanation = Linearizer.explain(account.history)
                // Then nothing says which of them fill which hole.
                if explanation == .explained {
                    explanation = .undecided("attempts were under way as the stock was reset")
                }
            }
            switch explanation {
            case .explained: upheld.append("\(place): \(account.upheld)")
            case .undecided(let reason): open.append("\(place) that is open: \(reason)")
            case .contradicted where part.strays > 0:
                open.append("\(place) attempts that were under way at the reset may have given units back")
            case .contradicted(let contradictions, let count):
                total += count
                evidence += contradictions.map {
                    var shown = account.evidence($0)
                    shown.detail = "\(place): \(shown.detail)"
                    return shown
                }
            }
        }
        guard total == 0 else {
            var result = CheckResult(
                name, .violated,
                "no order of the attempts of an epoch explains every reply: \(total.counted("contradiction"))",
                evidence: evidence)
            result.furtherEvidence = max(0, total - result.evidence.count)
            return result
        }
        guard open.isEmpty else {
            return CheckResult(
                name, .inconclusive, "whether an order explains every reply: \(open.joined(separator: "; "))")
        }
        return CheckResult(name, .upheld, upheld.joined(separator: "; "))
    }
}
