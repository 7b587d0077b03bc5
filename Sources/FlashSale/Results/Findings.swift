/// What the user should know beside the checks. None of it is a violation, and none contradicts what the checks found.
enum Findings {
    static func of(_ facts: RunFacts, _ resolution: Resolution, _ checks: [CheckResult]) -> [Finding] {
        var findings: [Finding] = []
        if let finding = facts.doubts.serverLoss?.finding { findings.append(finding) }
        if let loss = facts.doubts.keysLoss { findings += loss.findings(isUpheld: worst(checks) == .upheld) }
        if let finding = undersell(facts, resolution, checks) { findings.append(finding) }
        // Where more were lost than a fault killed, nobody knows which.
        let killed = facts.faults.reduce(0) { $0 + ($1.kind == .killWorker ? $1.plausiblyStruck : 0) }
        let isPlanned = killed > 0 && facts.recorded.workers.count { $0.lost != nil } <= killed
        for worker in facts.recorded.workers {
            guard let reason = worker.lost else { continue }
            let attempts = facts.recorded.survey.tallies[worker.index]?.attempts ?? 0
            let open = facts.recorded.survey.tallies[worker.index]?.unknown ?? 0
            let kept =
                worker.isIncomplete
                ? "Of its journal \(attempts.counted("attempt")) had arrived, \(open.grouped) of them with an unknown end; what it did after "
                    + "that, nobody knows;"
                : "Its journal kept \(attempts.counted("attempt")), \(open.grouped) of them with an unknown end;"
            findings.append(
                Finding(
                    .workerLost,
                    "worker \(worker.index) was lost\(isPlanned ? ", as planned (kill-worker)" : ""): \(reason). "
                        + "\(kept) its CPU time is not in the figures, and its latencies are in those by outcome only."
                )
            )
        }
        findings += facts.clockFindings
        findings += unitsWithoutOrder(facts, resolution)
        if let ledger = facts.epoch.ledger, let finding = strangers(in: ledger) { findings.append(finding) }
        findings += refusals(facts, resolution, checks)
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
    private static func undersell(_ facts: RunFacts, _ resolution: Resolution, _ checks: [CheckResult]) -> Finding? {
        guard case .units(let left) = facts.epoch.stock, left > 0, !facts.recorded.wasInterrupted,
            let scenario = facts.recorded.scenario
        else {
            return nil
        }
        let gaveUp = facts.recorded.survey.purchases.count(.gaveUp)
        guard gaveUp > 0, resolution.certainUnits < facts.epoch.totalUnits else { return nil }
        let share = Double(resolution.certainUnits) / Double(facts.epoch.totalUnits) * 100
        let percent = share.fixed(places: share >= 10 || share == 0 ? 0 : 1) ?? "?"
        return Finding(
            .undersell,
            "Only \(resolution.certainUnits.grouped) of \(facts.epoch.totalUnits.grouped) units (\(percent)%) were sold: \(left.grouped) stayed on the shelf while "
                + "\(gaveUp.counted("customer")) who wanted one left empty-handed, each refused \(scenario.attempts.counted("time")). "
                + reason(facts) + (worst(checks) == .upheld ? " Nobody was cheated, but the sale is lost." : ""))
    }

    private static func worst(_ checks: [CheckResult]) -> CheckResult.Result {
        checks.map(\.result).max() ?? .inconclusive
    }

    /// Why so many met a conflict, as far as the attempts show.
    private static func reason(_ facts: RunFacts) -> String {
        let lonely = LonelyConflicts.count(in: facts.recorded)
        let conflicts = facts.recorded.survey.tally.conflict
        guard lonely * 2 > conflicts else {
            return "Somebody else was quicker each time: the scheme does not cope with this many buyers at once."
        }
        return
            "But at \(lonely.grouped) of \(conflicts.counted("conflict")) nobody else was buying, so something held the sale that "
            + "nobody let go, such as a lock that is not released."
    }

    /// Buyers who were sent away without a good reason: by errors, or by a "sold out" while there was stock.
    private static func refusals(
        _ facts: RunFacts, _ resolution: Resolution, _ checks: [CheckResult]
    ) -> [Finding] {
        var findings: [Finding] = []
        if let finding = soldOutWithStock(facts, resolution) { findings.append(finding) }
        let failed = facts.recorded.survey.purchases.count(.failed)
        if failed > 0 {
            findings.append(
                Finding(
                    .failedPurchases,
                    "\(failed.counted("customer")) got an error instead of an answer"
                        + (facts.recorded.wasInterrupted ? ", or none any more when the run was stopped" : "")
                        + (isExact(checks) ? "; nothing was taken for them." : ".")
                ))
        }
        return findings
    }

    /// Whether what left the stock is just what buyers hold.
    private static func isExact(_ checks: [CheckResult]) -> Bool {
        checks.contains { $0.name == .exactAccounting && $0.result == .upheld }
    }

    /// Only those count whose whole wish would fit into what is left: three units cannot be sold from two.
    private static func soldOutWithStock(_ facts: RunFacts, _ resolution: Resolution) -> Finding? {
        guard case .units(let unsold) = facts.epoch.stock, unsold > 0 else { return nil }
        // What is on hold at the end is for sale to nobody.
        let left = unsold - max(0, facts.epoch.held ?? 0)
        guard left > 0 else { return nil }
        let purchases = facts.recorded.survey.purchases
        guard facts.recorded.scenario != nil, purchases.count(.soldOut) > 0 else { return nil }
        // Each may have one unit less than was wanted.
        let shelves = facts.rules.shelves ?? 1
        var customers = 0
        var wantedMore = false
        for (position, record) in facts.recorded.history.records
        where record.outcome == .soldOut && !record.isPart && record.purchase <= purchases.planned {
            if record.quantity > 1 { wantedMore = true }
            if left > shelves * (record.quantity - 1), purchases.last(of: record.purchase) == position {
                customers += 1
            }
        }
        guard customers > 0 else { return nil }
        let told = "\(customers.counted("customer")) \(customers == 1 ? "was" : "were") told that"
        let still = "\(left.counted("unit")) \(left == 1 ? "is" : "are") still there"
        guard !facts.unitsComeBack, facts.resets.isEmpty else {
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
        guard let ledger = facts.epoch.ledger, !ledger.isAtomic, facts.resets.isEmpty,
            case .units(let final) = facts.epoch.stock
        else {
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

    /// Members of the ledger that are no orders, and accuse nobody.
    private static func strangers(in ledger: Ledger) -> Finding? {
        let count = ledger.placeholders.count + ledger.unreadable.count
        guard count > 0 else { return nil }
        let shown = (ledger.placeholders + ledger.unreadable).prefix(3).map {
            $0.isEmpty ? "an empty text" : UnitText.shown($0)
        }
        let since =
            ledger.unreadable.isEmpty
            ? "; \(count == 1 ? "it was" : "they were") there when the doors opened"
            : ledger.placeholders.isEmpty
                ? ""
                : "; \(ledger.placeholders.count.grouped) of them \(ledger.placeholders.count == 1 ? "was" : "were") there when the doors opened"
        return Finding(
            .ledgerStrangers,
            "\(count.counted("member")) of the ledger \(count == 1 ? "is" : "are") no order as the file describes them: "
                + "\(shown.joined(separator: ", "))\(count > 3 ? " …" : "")\(since). \(count == 1 ? "It accuses" : "They accuse") nobody."
        )
    }
}
