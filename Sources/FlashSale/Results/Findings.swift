/// What the user should know beside the checks. None of it is a violation.
enum Findings {
    static func of(_ facts: RunFacts, _ resolution: Resolution) -> [Finding] {
        var findings: [Finding] = []
        if let loss = facts.doubts.serverLoss { findings.append(loss.finding) }
        if let finding = undersell(facts, resolution) { findings.append(finding) }
        for worker in facts.recorded.workers {
            guard let reason = worker.lost else { continue }
            let attempts = facts.recorded.survey.tallies[worker.index]?.attempts ?? 0
            let open = facts.recorded.survey.tallies[worker.index]?.unknown ?? 0
            findings.append(
                Finding(
                    .workerLost,
                    "worker \(worker.index) was lost: \(reason). Its journal kept \(attempts.counted("attempt")), "
                        + "\(open.grouped) of them with an unknown end; its CPU time is not in the figures, and its latencies are in those by outcome only."
                )
            )
        }
        findings += unitsWithoutOrder(facts, resolution)
        findings += refusals(facts, resolution)
        if facts.recorded.wasInterrupted {
            findings.append(
                Finding(.interrupted, "The run was stopped early; what had happened by then was verified."))
        }
        if let finding = cutOff(facts) { findings.append(finding) }
        if facts.hasStragglers {
            findings.append(
                Finding(
                    .stragglers,
                    "It could not be seen that all connections of this run were gone on the server before the final read, so an "
                        + "unknown attempt may have taken effect after it."))
        }
        return findings
    }

    /// Buyers who would have asked again.
    private static func cutOff(_ facts: RunFacts) -> Finding? {
        let count = facts.recorded.survey.purchases.unfinished
        guard count > 0, facts.recorded.wasInterrupted || facts.recorded.workers.contains(where: { $0.lost != nil })
        else { return nil }
        return Finding(
            .cutOff,
            "\(count.counted("purchase")) would have tried again, but \(count == 1 ? "was" : "were") cut off. "
                + "Each counts as what its last attempt came to, and how long it took is in no figure of purchases.")
    }

    /// Units left although buyers who wanted them gave up.
    private static func undersell(_ facts: RunFacts, _ resolution: Resolution) -> Finding? {
        guard case .units(let left) = facts.epoch.stock, left > 0, !facts.recorded.wasInterrupted,
            let scenario = facts.recorded.scenario
        else {
            return nil
        }
        let gaveUp = facts.recorded.survey.purchases.count(.gaveUp)
        guard gaveUp > 0 else { return nil }
        let share = Double(resolution.certainUnits) / Double(facts.epoch.totalUnits) * 100
        let percent = share.fixed(places: share >= 10 || share == 0 ? 0 : 1) ?? "?"
        return Finding(
            .undersell,
            "Only \(resolution.certainUnits.grouped) of \(facts.epoch.totalUnits.grouped) units (\(percent)%) were sold: \(left.grouped) stayed on the shelf while "
                + "\(gaveUp.counted("customer")) who wanted one left empty-handed, each refused \(scenario.attempts.counted("time")) "
                + "because somebody else was quicker. Nobody was cheated, but the sale is lost: the scheme does not cope with "
                + "this many buyers at once.")
    }

    /// Buyers who were sent away without a good reason: by errors, or by a "sold out" while there was stock.
    private static func refusals(_ facts: RunFacts, _ resolution: Resolution) -> [Finding] {
        var findings: [Finding] = []
        if let finding = soldOutWithStock(facts, resolution) { findings.append(finding) }
        let failed = facts.recorded.survey.purchases.count(.failed)
        if failed > 0 {
            findings.append(
                Finding(
                    .failedPurchases,
                    "\(failed.counted("customer")) got an error instead of an answer"
                        + (facts.recorded.wasInterrupted ? ", or none any more when the run was stopped" : "")
                        + "; nothing was taken for them."
                ))
        }
        return findings
    }

    /// Only those count whose whole wish would fit into what is left: three units cannot be sold from two.
    private static func soldOutWithStock(_ facts: RunFacts, _ resolution: Resolution) -> Finding? {
        guard case .units(let left) = facts.epoch.stock, left > 0 else { return nil }
        let purchases = facts.recorded.survey.purchases
        guard facts.recorded.scenario != nil, purchases.count(.soldOut) > 0 else { return nil }
        var customers = 0
        var wantedMore = false
        for (position, record) in facts.recorded.history.records
        where record.outcome == .soldOut && record.purchase <= purchases.planned {
            if record.quantity > 1 { wantedMore = true }
            if record.quantity <= left, purchases.last(of: record.purchase) == position { customers += 1 }
        }
        guard customers > 0 else { return nil }
        let told = "\(customers.counted("customer")) \(customers == 1 ? "was" : "were") told that"
        let still = "\(left.counted("unit")) \(left == 1 ? "is" : "are") still there"
        guard !facts.unitsComeBack else {
            return Finding(
                .soldOutWithStock,
                "\(told) \(wantedMore ? "too little" : "nothing") is left, and at the end \(left.counted("unit")) "
                    + "\(left == 1 ? "is" : "are") there: units came back or were added after they had gone, and nobody told them."
            )
        }
        return Finding(
            .soldOutWithStock,
            wantedMore
                ? "\(told) too little is left, but \(still), which is no less than what they wanted."
                : "\(told) nothing is left, but \(still).")
    }

    /// Where orders are written after the unit is taken, a lost connection in between takes a unit without an order.
    private static func unitsWithoutOrder(_ facts: RunFacts, _ resolution: Resolution) -> [Finding] {
        guard let ledger = facts.epoch.ledger, !ledger.isAtomic, case .units(let final) = facts.epoch.stock else {
            return []
        }
        // What is held has no order, and is no loss.
        guard facts.rules.lapsesNanoseconds == nil else { return [] }
        guard final.magnitude <= 1 << 53, let ordered = LedgerUnits.count(facts, resolution) else { return [] }
        let missing = facts.epoch.totalUnits - max(0, final) - ordered
        guard missing > 0 else { return [] }
        return [
            Finding(
                .unitsWithoutOrder,
                "\(missing.counted("unit")) left the stock without an order: the strategy does not write both in one transaction."
            )
        ]
    }
}
