/// What left the stock is what buyers got: W ≤ N − F ≤ W + U, and N − F is W plus whole unknown attempts. Where orders are
/// written in the same transaction as units are taken, N − F is also what the orders add up to. N is what the sale opened with
/// and what it was restocked with; what was given back takes nothing in the end.
///
/// It is upheld only where no unit is missing: that attempts without an answer may have taken those that are, proves nothing.
enum ExactAccounting {
    static let name = CheckName.exactAccounting

    /// Above this many units of difference, differing quantities are not searched.
    static let searchLimit = 10_000_000

    static func check(_ facts: RunFacts, _ resolution: Resolution) throws(CheckFailure) -> CheckResult {
        if let loss = facts.doubts.serverLoss {
            return CheckResult(name, .inconclusive, "the stock at the end proves nothing: \(loss.reason)")
        }
        if let epochs = resolution.epochs { return EpochAccounting.check(facts, resolution, epochs) }
        let final: Int
        switch facts.epoch.stock {
        case .units(let units): final = units
        case .absent:
            return CheckResult(
                name, .inconclusive,
                "the stock could not be counted at the end: its key is gone (the probe answered nil), which is not the same as 0"
            )
        case .unreadable(let reason):
            return CheckResult(name, .inconclusive, "the stock could not be counted at the end: \(reason)")
        case .unread:
            return CheckResult(name, .notApplicable, "the stock at the end is not known (--remaining)")
        }
        // Beyond this no sale can bring a counter, and sums of such numbers could overflow.
        guard final.magnitude <= 1 << 53 else {
            return CheckResult(
                name, .violated, "the stock at the end, \(final.grouped), is no number that a sale could leave")
        }
        let left = facts.epoch.totalUnits - final
        if let difference = try compareWithBuyers(left: left, final: final, in: facts, resolution)
            ?? compareWithOrders(left: left, in: facts, resolution)
        {
            guard facts.hasStragglers else { return inDoubt(difference, left: left, facts, resolution) }
            return CheckResult(
                name, .inconclusive,
                "\(difference.detail); but connections of this run may have been alive on the server at the final read, so "
                    + "that may have changed since",
                evidence: difference.evidence)
        }
        if let open = stillHeld(left: left, facts, resolution) { return open }
        if final < 0 {
            // Only what is there is offered as an explanation.
            let explanation =
                left == resolution.certainUnits
                ? "Buyers hold all of these, more than there were"
                : resolution.openUnknowns.isEmpty
                    ? "Which of the calls for different numbers of units took effect is not known, and may explain it"
                    : "Attempts whose answer was lost may explain it, but whether their buyers got a unit is not known"
            return CheckResult(
                name, .inconclusive,
                "the stock fell to \(final.grouped): \(left.grouped) units were taken of \(facts.epoch.totalUnits.grouped). \(explanation)"
            )
        }
        let account = "\(left.counted("unit")) left the stock; buyers hold \(resolution.certainUnits.grouped)"
        if left == resolution.certainUnits {
            return CheckResult(name, .upheld, account + " and none is unaccounted for")
        }
        if ordersAre(left, facts, resolution) {
            return CheckResult(
                name, .upheld, account + ", and each of the rest has its order, written as it was taken")
        }
        let unknown = resolution.openUnknowns.reduce(0) { $0 + ($1.isSingle ? 1 : $1.candidates.count) }
        guard unknown > 0 else {
            return CheckResult(
                name, .upheld,
                account + ", and which of the calls for different numbers of units took effect may explain the rest")
        }
        let missing = left - resolution.certainUnits
        return CheckResult(
            name, .inconclusive,
            account
                + ". Whether \(unknown.counted("attempt")) without an answer took the other \(missing.grouped), or nobody has "
                + "\(missing == 1 ? "it" : "them"), is not known; an order that is written in the same command, script or transaction as "
                + "the unit is taken would tell (ledger with atomic: true)",
            evidence: [
                .init(
                    "attempts without an answer",
                    attempts: Array(resolution.openUnknowns.lazy.flatMap(\.candidates).prefix(10)))
            ])
    }

    /// Whether orders, each written as its unit was taken, add up to what left the stock.
    private static func ordersAre(_ left: Int, _ facts: RunFacts, _ resolution: Resolution) -> Bool {
        facts.epoch.ledger?.isAtomic == true && LedgerUnits.count(facts, resolution) == left
    }

    private static func compareWithBuyers(
        left: Int, final: Int, in facts: RunFacts, _ resolution: Resolution
    ) throws(CheckFailure) -> CheckResult? {
        let certain = resolution.certainUnits
        let holds = facts.unsoldHolds(resolution)
        let open = resolution.openUnits + holds.reduce(0, +)
        let account = "\(facts.epoch.origin), \(final.grouped) at the end"
        if left < certain {
            return CheckResult(
                name, .violated,
                "buyers were sold \(certain.counted("unit")), but "
                    + (left >= 0
                        ? "only \(left.grouped) left the stock" : "\((-left).counted("unit")) came back to the stock")
                    + " (\(account)): "
                    + "\((certain - left).counted("unit")) sold without being taken")
        }
        if left > certain + open {
            if resolution.historyHasGaps { return unrecorded(left - certain - open) }
            if final < 0, certain <= facts.epoch.totalUnits {
                return CheckResult(
                    name, .violated,
                    "the stock fell below 0 (\(account)): \((left - certain - open).counted("unit")) more were taken from it than "
                        + "buyers were sold, by attempts that were told something else than won")
            }
            let explained = open == 0 ? "" : " and unknown attempts explain at most \(open.grouped) more"
            return CheckResult(
                name, .violated,
                "\(left.counted("unit")) left the stock (\(account)), but buyers were sold only \(certain.grouped)\(explained): "
                    + "\((left - certain - open).counted("unit")) lost")
        }
        switch UnknownUnits(resolution, holds: holds, limit: searchLimit)?.reach(left - certain) {
        case true?: return nil
        case nil:
            throw CheckFailure("too many unknown attempts of different quantities to reckon with")
        case false?:
            if resolution.historyHasGaps { return unrecorded(left - certain) }
            return CheckResult(
                name, .violated,
                "\(left.counted("unit")) left the stock (\(account)) and buyers were sold \(certain.grouped); no set of whole unknown "
                    + "attempts makes up the difference of \((left - certain).grouped)",
                evidence: [
                    .init(
                        "the unknown attempts",
                        attempts: Array(resolution.openUnknowns.flatMap(\.candidates).prefix(10)))
                ])
        }
    }

    /// A difference that attempts may explain which were made but not recorded.
    private static func unrecorded(_ units: Int) -> CheckResult {
        CheckResult(
            name, .inconclusive,
            "\(units.counted("unit")) left the stock that no recorded attempt explains; but the history has gaps, and what it lacks may"
        )
    }

    /// With orders written in the same transaction as the unit is taken, every unit has its order and the other way round.
    private static func compareWithOrders(left: Int, in facts: RunFacts, _ resolution: Resolution) -> CheckResult? {
        guard facts.epoch.ledger?.isAtomic == true, let ordered = LedgerUnits.count(facts, resolution), ordered != left
        else {
            return nil
        }
        // What is still held has no order yet. How much that can be is looked at elsewhere.
        if facts.mayHoldUnseen, ordered < left { return nil }
        return CheckResult(
            name, .violated,
            "\(left.counted("unit")) left the stock, but the ledger has orders for \(ordered.grouped), although the strategy writes both "
                + "in one transaction")
    }

    // MARK: Units that come back

    /// The same where a restock may have been made or not: only units that nobody was sold are then missing in any case.
    private static func inDoubt(
        _ difference: CheckResult, left: Int, _ facts: RunFacts, _ resolution: Resolution
    ) -> CheckResult {
        guard facts.epoch.restockedInDoubt > 0, left < resolution.certainUnits else { return difference }
        var result = difference.doubted("it is not known whether \(restockInWords(facts)) was made")
        result.evidence = difference.evidence
        return result
    }

    private static func restockInWords(_ facts: RunFacts) -> String {
        "a restock of \(facts.epoch.restockedInDoubt.counted("unit")) whose answer was lost"
    }

    /// Where the account can be right, but units may be away that are not sold; nil where none can be.
    private static func stillHeld(left: Int, _ facts: RunFacts, _ resolution: Resolution) -> CheckResult? {
        if facts.epoch.restockedInDoubt > 0 {
            return CheckResult(
                name, .inconclusive,
                "buyers hold \(resolution.certainUnits.grouped) of \(facts.epoch.totalUnits.grouped), but it is not known whether "
                    + "\(restockInWords(facts)) was made")
        }
        let away = left - resolution.certainUnits
        guard away > 0, facts.mayHoldUnseen else { return nil }
        return CheckResult(
            name, .inconclusive,
            "\(away.counted("unit")) \(away == 1 ? "is" : "are") away that no buyer was sold; attempts that ended without a sale may "
                + "hold \(away == 1 ? "it" : "them") until they lapse. What would settle it: a probe that counts units on hold as not "
                + "sold (stock: { sum: [ … ] })")
    }
}
