/// The checks of a sale of several items: what was sold is judged for each, how it was recorded for all together.
extension Checks {
    /// - Parameters:
    ///   - facts: with what was read of each item.
    ///   - histories: the attempts to buy each item, in the same order.
    ///   - ofSale: the checks of what was sold, which are made for each of them.
    package static func judge(
        _ facts: RunFacts, items histories: [History], ofSale: [Check] = Checks.ofSale
    ) -> Verdict {
        var own: [ItemVerdict] = []
        var (met, racedItems) = (0, 0)
        let buyers = facts.recorded.survey.tally.duplicate > 0 ? BuyersOfItems(histories) : nil
        let carts = histories.isEmpty ? nil : facts.recorded.carts.map { CartSale($0, facts) }
        for (index, (item, history)) in zip(facts.items, histories).enumerated() {
            var facts = facts.ofItem(item, at: index, history)
            carts?.prepare(&facts, item: index)
            facts.buyersElsewhere = buyers?.whoMayHaveOther(than: index) ?? []
            own.append(ItemVerdict(item, facts, judge(facts, ofSale: ofSale, ofRecording: [])))
            carts?.look(at: facts, item: index)
            let overlapping = overlapping(facts)
            met += overlapping
            racedItems += overlapping > 0 ? 1 : 0
        }
        let combined = ofSale.map(\.name).compactMap { ItemVerdict.combined(own, $0) }
        let together = combined.map { result in Check(result.name) { _, _ in result } }
        var verdict = judge(
            facts, ofSale: carts?.checks(together, combined, own) ?? together,
            // One attempt to buy a cart may meet others over each of its items.
            ofRecording: recordingChecks(overlapping: { carts == nil || met == 0 ? met : overlapping(facts) }))
        if racedItems < own.count, let place = verdict.checks.firstIndex(where: { $0.name == Meaningful.name }) {
            verdict.checks[place].detail +=
                "; buyers met over \(racedItems.grouped) of \(own.count.counted("item"))"
        }
        verdict.soldToBuyers = own.reduce(0) { $0 + $1.verdict.soldToBuyers }
        verdict.inDoubt = own.reduce(0) { $0 + $1.verdict.inDoubt }
        verdict.heldByBuyers =
            own.contains { $0.verdict.heldByBuyers != nil }
            ? own.reduce(0) { $0 + ($1.verdict.heldByBuyers ?? $1.verdict.soldToBuyers) } : nil
        verdict.boundaries?.lastUnitTaken = own.contains { $0.verdict.boundaries?.lastUnitTaken == true }
        verdict.findings = verdict.findings.filter { !$0.name.isOfOneItem } + ItemVerdict.findings(own)
        verdict.items = own
        if carts != nil { verdict.forgetTexts() }
        return verdict
    }
}

extension Verdict {
    /// With carts, what stands where others have names of units is what was left, and no unit's name.
    fileprivate mutating func forgetTexts() {
        for check in checks.indices {
            checks[check].since?.unit = nil
            for piece in checks[check].evidence.indices {
                for attempt in checks[check].evidence[piece].attempts.indices {
                    checks[check].evidence[piece].attempts[attempt].unit = nil
                }
            }
        }
    }
}

/// What the checks say of one of several items.
package struct ItemVerdict: Sendable, Equatable {
    package var item: String
    package var units: Int
    package var restocked: Int?
    /// nil where it could not be read.
    package var remaining: Int?
    /// Of these, the units on hold; nil where nobody counts them apart.
    package var held: Int?
    package var ledgerOrders: Int?
    package var attempts: Tally
    package var verdict: Verdict

    init(_ own: ItemEpoch, _ facts: RunFacts, _ verdict: Verdict) {
        item = own.item
        units = facts.epoch.units
        restocked = facts.epoch.restockedIfAny
        if case .units(let left) = facts.epoch.stock { remaining = left }
        held = facts.epoch.held
        // As many as the server has, whatever each is of.
        ledgerOrders = facts.epoch.ledger == nil ? nil : own.epoch.ledger?.count
        attempts = facts.recorded.survey.tally
        self.verdict = verdict
    }

    /// Findings of items that are told, at most.
    private static var findingLimit: Int { 5 }

    /// Of one check the worst result, the items that have it, and what shows it.
    ///
    /// - Returns: nil where no item has it.
    static func combined(_ items: [ItemVerdict], _ name: CheckName) -> CheckResult? {
        let all = items.compactMap { item in
            item.verdict.checks.first { $0.name == name }.map { (item: item.item, check: $0) }
        }
        guard !all.isEmpty else { return nil }
        let worst = all.map(\.check.result).max() ?? .inconclusive
        let own = all.filter { $0.check.result == worst }
        let evidence = own.flatMap { item, check in
            check.evidence.map { piece in
                var piece = piece
                piece.detail = "item \(item): \(piece.detail)"
                return piece
            }
        }
        var result = CheckResult(
            own[0].check.name, worst,
            "\(own.count.grouped) of \(items.count.counted("item")), such as item \(own[0].item): \(own[0].check.detail)",
            evidence: evidence)
        result.furtherEvidence += own.reduce(0) { $0 + $1.check.furtherEvidence }
        result.since = own.compactMap(\.check.since).min { ($0.lastInstant, $0.id) < ($1.lastInstant, $1.id) }
        return result
    }

    /// What one should know of single items.
    static func findings(_ items: [ItemVerdict]) -> [Finding] {
        let unasked = items.filter { $0.attempts.attempts == 0 }.map(\.item)
        let nobody =
            unasked.isEmpty
            ? []
            : [
                Finding(
                    .itemsUnasked,
                    "Nobody asked for \(unasked.count.counted("item")): \(unasked.prefix(3).joined(separator: ", "))"
                        + (unasked.count > 3 ? " …" : "") + ". More buyers, or --choice each, would.")
            ]
        let all =
            nobody
            + items.flatMap { item in
                item.verdict.findings.filter(\.name.isOfOneItem).map {
                    Finding($0.name, "Item \(item.item): \($0.detail)")
                }
            }
        guard all.count > findingLimit else { return all }
        return all.prefix(findingLimit - 1) + [
            Finding(
                all[findingLimit - 1].name,
                "\(all[findingLimit - 1].detail) And \((all.count - findingLimit).counted("more finding")) of single items."
            )
        ]
    }
}
