/// What buyers of a run asked for that puts the sale to the test. A history that another system recorded is no test: there,
/// what happened is judged, whatever it was.
enum Exercise {
    /// Units that all purchases want which were made; nil where that cannot be told.
    static func unitsWanted(_ facts: RunFacts) -> Int? {
        let table = facts.recorded.survey.purchases
        return facts.recorded.scenario != nil && table.unplanned.isEmpty
            ? table.unitsWanted - facts.wishesElsewhere : nil
    }

    /// Whether a buyer asked for more than one may have, other than when too little was left anyway; nil where there is no limit.
    static func wentBeyondLimit(_ facts: RunFacts) -> Bool? {
        guard facts.recorded.scenario != nil, facts.rules.hasLimit else { return nil }
        return !facts.recorded.survey.duplicates.isEmpty || beyondLimit(facts, upTo: 1) == 1
    }

    /// How many buyers did; nil where there is no limit.
    ///
    /// - Parameter enough: beyond so many it does not matter how many there are.
    private static func beyondLimit(_ facts: RunFacts, upTo enough: Int = .max) -> Int? {
        guard let scenario = facts.recorded.scenario, facts.rules.hasLimit else { return nil }
        let (history, table) = (facts.recorded.history, facts.recorded.survey.purchases)
        var refused: Set<Int> = []
        for duplicate in facts.recorded.survey.duplicates { refused.insert(history.record(at: duplicate).buyer) }
        let (most, mostPurchases) = (facts.rules.limit ?? .max, facts.rules.purchaseLimit ?? .max)
        var buyers = 0
        for first in stride(from: 1, to: table.planned + 1, by: scenario.purchasesPerBuyer) where buyers < enough {
            var (units, purchases) = (0, 0)
            for purchase in first..<min(first + scenario.purchasesPerBuyer, table.planned + 1) {
                guard let last = table.last(of: purchase) else { continue }
                let record = history.record(at: last)
                switch record.outcome {
                case .won, .duplicate, .conflict, .returned, .unknown, .held:
                    units += record.quantity
                    purchases += 1
                case .soldOut, .failed: break
                }
            }
            if units > most || purchases > mostPurchases || refused.contains(scenario.buyer(ofPurchase: first)) {
                buyers += 1
            }
        }
        return buyers
    }

    /// Purchases (or buyers, where all of theirs are one operation) that had won and got one more answer; nil where repeated
    /// calls promise nothing. After a lost answer it is not known whether the next call is the second.
    private static func askedAgain(_ facts: RunFacts, _ resolution: Resolution) -> Int? {
        guard facts.recorded.scenario != nil, facts.rules.idempotency != .none else { return nil }
        return resolution.wins.count { $0.wasAskedAgain }
    }

    /// Whether there are such.
    static func hasRepeats(_ facts: RunFacts, _ resolution: Resolution) -> Bool? {
        guard facts.recorded.scenario != nil, facts.rules.idempotency != .none else { return nil }
        return resolution.wins.contains { $0.wasAskedAgain }
    }

    /// All of it.
    static func boundaries(_ facts: RunFacts, _ resolution: Resolution) -> RunRecord.Coverage.Boundaries? {
        guard facts.recorded.scenario != nil else { return nil }
        var boundaries = RunRecord.Coverage.Boundaries()
        boundaries.unitsWanted = unitsWanted(facts) ?? 0
        boundaries.lastUnitTaken = resolution.certainUnits >= facts.epoch.totalUnits
        if case .units(let left) = facts.epoch.stock, left <= 0 { boundaries.lastUnitTaken = true }
        boundaries.soldOut = facts.recorded.survey.tally.soldOut
        boundaries.beyondLimit = beyondLimit(facts)
        boundaries.askedAgain = askedAgain(facts, resolution)
        boundaries.unanswered = facts.recorded.survey.tally.unknown
        return boundaries
    }

    /// What nobody tried, in words that follow "not put to the test:".
    static func untested(_ facts: RunFacts, _ resolution: Resolution) -> [String] {
        var untested: [String] = []
        if let wanted = unitsWanted(facts), wanted <= facts.epoch.totalUnits {
            untested.append(
                "more wishes than stock (\(wanted.counted("unit")) wanted, of \(facts.epoch.totalUnits.grouped))")
        }
        if wentBeyondLimit(facts) == false { untested.append("the limit") }
        if hasRepeats(facts, resolution) == false { untested.append("a repeated \(facts.rules.repeated)") }
        return untested
    }
}

extension SaleRules {
    /// Whose repeated calls take nothing.
    var repeated: String { idempotency == .buyer ? "call of a buyer" : "purchase" }
}
