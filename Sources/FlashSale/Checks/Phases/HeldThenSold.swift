/// Nobody pays for a hold that lapsed or was given back and was sold on, and nobody's payment is lost.
///
/// A shop may accept a payment that comes too late, if it takes the unit from the stock once more. So a late payment alone accuses nobody:
/// it does where units are sold or left that there never were (``HoldAccount``), and nothing else can be the reason. A payment is lost where
/// the buyer was told that it was made, and has no order in the end.
///
/// It is not put to the test where nobody tried to pay for a hold that may have ended. It stays open where something else is shown to be
/// wrong that brings units beyond as well, such as what reserves.
enum HeldThenSold {
    static let name = CheckName.heldThenSold

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        guard let account = HoldAccount(facts, resolution) else {
            return CheckResult(name, .notApplicable, "no purchase takes its time")
        }
        let late = account.holds.filter { $0.unitsPaidLate > 0 }
        let lost = LostPayments.all(facts, resolution)
        let blame = account.blame(account.paidLate, most: account.mostPaidLate, beside: account.givenTwice)
        var isOwn = false
        if case .own = blame { isOwn = true }
        guard lost.isEmpty, !isOwn else {
            var parts: [String] = []
            var evidence: [CheckResult.Evidence] = []
            if !lost.isEmpty {
                parts.append(
                    "\(lost.count.counted("payment")) \(lost.count == 1 ? "is" : "are") lost: told to be made, and without an order"
                )
                evidence += lost
            }
            if isOwn {
                parts.append(
                    "\(account.excessInWords(facts)), and \(late.count.counted("payment")) came when the hold may have ended"
                )
                evidence += late.map { .init(inWords($0), attempts: $0.attempts, tellsWhen: false) }
            }
            var result = CheckResult(
                name, .violated, parts.joined(separator: "; "),
                evidence: Array(evidence.prefix(CheckResult.evidenceLimit)))
            result.furtherEvidence = max(0, evidence.count - CheckResult.evidenceLimit)
            return result
        }
        if case .open(let why) = blame {
            return CheckResult(name, .inconclusive, "\(account.excessInWords(facts)); \(why)")
        }
        let paid = account.holds.count { !$0.paid.isEmpty }
        guard paid > 0 else { return CheckResult(name, .notApplicable, "not put to the test: nobody paid") }
        let tried = account.holds.reduce(0) { $0 + $1.triedLate.count }
        guard tried > 0 else {
            return CheckResult(
                name, .notApplicable,
                "not put to the test: \(paid.counted("payment")), none of them for a hold that may have lapsed or was given back"
            )
        }
        if let doubt = account.doubt(facts) { return CheckResult(name, .inconclusive, doubt) }
        guard account.mostPaidLate == 0 || account.excess != nil else {
            let late = account.holds.count { $0.mostUnitsPaidLate > 0 }
            return CheckResult(
                name, .inconclusive,
                "\(late.counted("payment")) may have come when the hold may have ended; whether the units had been sold on cannot be told "
                    + "without the stock at the end")
        }
        let accepted = account.holds.count(where: \.isPaidLate)
        return CheckResult(
            name, .upheld,
            "\(paid.counted("hold")) paid for; \(tried.counted("attempt")) to pay came when the hold may have ended, of which "
                + "\(accepted.grouped) \(accepted == 1 ? "was" : "were") accepted, and no unit was sold twice")
    }

    private static func inWords(_ hold: Hold) -> String {
        let given = hold.mayBeGivenBack.contains { $0.invokedNanoseconds <= hold.paid[0].invokedNanoseconds }
        return "this hold was \(given ? "given back" : "left until it may have lapsed"), and paid for afterwards"
    }
}

/// Buyers who were told that they paid and have no order.
private enum LostPayments {
    static func all(_ facts: RunFacts, _ resolution: Resolution) -> [CheckResult.Evidence] {
        guard let ledger = facts.epoch.ledger, ledger.unreadable.isEmpty, ledger.countOnly == nil, facts.resets.isEmpty,
            resolution.book.scope != .sale, !resolution.historyHasGaps, !facts.hasStragglers
        else { return [] }
        let paid = Dictionary((facts.holds ?? []).map { ($0.reserve.id, $0) }, uniquingKeysWith: { first, _ in first })
        return resolution.book.pools.compactMap { pool in
            let missing = resolution.book.wanted(pool, resolution.operations) - resolution.book.orderCount(pool)
            guard missing > 0 else { return nil }
            let wins = resolution.wins(of: pool).flatMap(\.attempts)
            let attempts = wins.flatMap { paid[$0.id]?.attempts ?? [$0] }
            return .init(
                "\(resolution.book.scope.named(pool.key)) was told to have paid, and has no order in the end",
                attempts: attempts)
        }
    }
}
