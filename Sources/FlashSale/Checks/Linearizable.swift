/// Some order of the attempts, consistent with real time, explains every reply: see ``Linearizer``.
///
/// Operations are those of ``Resolution``: an order proves that an unknown took effect, and where orders are atomic a missing
/// one proves that it did not. The stock at the end is the last reply. Conflicts, failures and duplicates say nothing about
/// the stock. Where units can come back, bounds are judged instead: see ``ReturnableStock``.
enum Linearizable {
    static let name = CheckName.linearizable

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        guard
            facts.recorded.survey.tally.won + facts.recorded.survey.tally.soldOut + facts.recorded.survey.tally.unknown
                > 0 || facts.holds?.isEmpty == false
        else {
            return CheckResult(name, .notApplicable, "nobody was told anything about the stock")
        }
        if let epochs = resolution.epochs {
            guard !facts.unitsComeBack else {
                return CheckResult(
                    name, .notApplicable,
                    "units can come back, and the stock was reset (\(epochs.resetNames())): what came back to which epoch is not known"
                )
            }
            return EpochOrder.check(facts, resolution, epochs)
        }
        guard !facts.unitsComeBack else { return ReturnableStock.check(facts, resolution) }
        let account = StockAccount(facts, resolution)
        switch Linearizer.explain(account.history) {
        case .explained:
            return CheckResult(name, .upheld, account.upheld)
        case .undecided(let reason):
            return CheckResult(
                name, .inconclusive, "whether any order of the attempts explains every reply is open: \(reason)")
        case .contradicted(let contradictions, let total):
            var result = CheckResult(
                name, .violated,
                "no order of the attempts explains every reply: \(total.counted("contradiction"))",
                evidence: contradictions.map { account.evidence($0) })
            result.furtherEvidence = max(0, total - result.evidence.count)
            return result
        }
    }
}
