/// What buyers were told is theirs is theirs after a fault, too: the server forgot no sale that it had acknowledged, and sells no
/// unit of them again.
///
/// Orders of wins from before a reset that are missing at the end were undone with it: a buyer is told that they won after the
/// order was written. Where no orders tell, the stock does: the server counts fewer units as sold than buyers were certainly told
/// by then. A stock that is merely gone, with its orders kept, undoes no sale.
enum AcknowledgedSales {
    static let name = CheckName.acknowledgedSalesKept

    private static let shownLimit = 10

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        guard let epochs = resolution.epochs else {
            return CheckResult(name, .notApplicable, "nothing set the stock back")
        }
        if let loss = facts.doubts.serverLoss {
            return CheckResult(name, .inconclusive, "what the server kept is not known: \(loss.reason)")
        }
        let forgotten = ForgottenSales(facts, resolution, epochs)
        let resets = epochs.resetNames()
        guard forgotten.acknowledged > 0 else {
            return CheckResult(name, .notApplicable, "no sale was acknowledged before \(resets)")
        }
        guard forgotten.areAny else { return kept(facts, forgotten, resets) }
        let result = CheckResult(
            name, .violated, detail(forgotten, resets),
            evidence: evidence(facts, resolution, epochs, forgotten, resets))
        let strangers = facts.epoch.ledger?.unreadable.count ?? 0
        guard strangers > 0, forgotten.withoutOrder <= strangers, forgotten.unitsForSaleAgain == 0 else {
            return result
        }
        return result.doubted("\(strangers.counted("member")) of the ledger may be these orders")
    }

    private static func kept(_ facts: RunFacts, _ forgotten: ForgottenSales, _ resets: String) -> CheckResult {
        if let unknown = forgotten.unknown {
            return CheckResult(name, .inconclusive, "whether sales were forgotten is not known: \(unknown)")
        }
        let sales = "\(forgotten.acknowledged.counted("sale")) acknowledged before \(resets) was over"
        guard facts.epoch.ledger == nil else {
            return CheckResult(name, .upheld, "no order is missing of \(sales)")
        }
        return CheckResult(name, .upheld, "no unit is for sale again of the \(sales)")
    }

    /// What was undone, in words.
    static func detail(_ forgotten: ForgottenSales, _ resets: String) -> String {
        var parts: [String] = []
        if forgotten.withoutOrder > 0 {
            let count = forgotten.withoutOrder.counted("acknowledged sale")
            parts.append(
                "the server forgot \(forgotten.isExact ? "" : "at least ")\(count): no order is left of "
                    + "\(forgotten.withoutOrder == 1 ? "it" : "them") after \(resets)")
        } else if forgotten.goneWithStock > 0 {
            parts.append(
                "the server forgot acknowledged sales of \(forgotten.goneWithStock.counted("unit")): after \(resets) the stock is gone, "
                    + "and no order remains of them")
        }
        if forgotten.unitsForSaleAgain > 0 {
            let count = forgotten.unitsForSaleAgain.counted("unit")
            parts.append(
                parts.isEmpty
                    ? "the server forgot acknowledged sales of at least \(count): \(forgotten.unitsForSaleAgain == 1 ? "it is" : "they are") "
                        + "for sale again after \(resets)"
                    : "at least \(count) of those sold \(forgotten.unitsForSaleAgain == 1 ? "is" : "are") for sale again"
            )
        }
        return parts.joined(separator: "; ")
    }

    private static func evidence(
        _ facts: RunFacts, _ resolution: Resolution, _ epochs: SaleEpochs, _ forgotten: ForgottenSales,
        _ resets: String
    ) -> [CheckResult.Evidence] {
        if !forgotten.operations.isEmpty {
            return last(of: forgotten.operations, resolution).reversed().map {
                .init(
                    "this buyer was told that they won, and the server has no order of it after \(resets)",
                    attempts: [$0], tellsWhen: false)
            }
        }
        let acknowledged = resolution.operations.indices.filter {
            resolution.operations[$0].state == .won && epochs.ranges.isBeforeReset($0)
        }
        return [
            .init(
                "some of those who were told by then that they won; these were the last of them",
                attempts: last(of: acknowledged, resolution), tellsWhen: false)
        ]
    }

    /// Those that were told last stand for all.
    private static func last(of operations: [Int], _ resolution: Resolution) -> [Attempt] {
        let ends = operations.map { (instant: resolution.operations[$0].latestEffect ?? 0, index: $0) }
        return ends.sorted { $0 < $1 }.suffix(shownLimit).compactMap {
            resolution.operations[$0.index].evidence.first
        }
    }
}
