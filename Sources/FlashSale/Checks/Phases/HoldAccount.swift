/// Holds and the account together: how many units there are more than there can be, and who may be the reason.
///
/// Sold and left together are never more than there was, whatever the order of events: what is sold has left the stock. Each unit beyond is
/// one that somebody paid for after it had gone back, or that came back twice; or else what reserves has given out more than there was. Then
/// the sale is wrong all the same, and these checks may name the wrong one of the three.
struct HoldAccount {
    let holds: [Hold]
    /// Units that are sold or left beyond those that there were; nil where that is not known.
    let excess: Int?
    /// The most that payments for holds which may have ended can have brought.
    let paidLate: Int
    /// The most that can have come back twice.
    let givenTwice: Int

    /// - Returns: nil where no purchase takes its time.
    init?(_ facts: RunFacts, _ resolution: Resolution) {
        guard let holds = facts.holds else { return nil }
        self.holds = holds
        paidLate = holds.reduce(0) { $0 + $1.unitsPaidLate }
        givenTwice = holds.reduce(0) { $0 + $1.unitsGivenTwice }
        let total = facts.epoch.totalUnits + facts.epoch.restockedInDoubt
        let oversold = resolution.certainUnits - total
        guard case .units(let final) = facts.epoch.stock, final.magnitude <= 1 << 53, facts.resets.isEmpty,
            facts.doubts.serverLoss == nil, !facts.hasStragglers, !resolution.historyHasGaps
        else {
            excess = oversold > 0 && !resolution.historyHasGaps ? oversold : nil
            return
        }
        excess = max(oversold, oversold + final)
    }

    /// Whether so many may be the whole reason, something else may be as well, or they must be a part of it.
    func blame(_ own: Int, beside other: Int) -> CheckResult.Result {
        guard let excess, excess > 0, own > 0 else { return .upheld }
        return other == 0 || excess > other ? .violated : .inconclusive
    }

    /// `3 units are sold or left more than the 100 that there were`.
    func excessInWords(_ facts: RunFacts) -> String {
        let excess = excess ?? 0
        return
            "\(excess.counted("unit")) more \(excess == 1 ? "is" : "are") sold or left than the \(facts.epoch.totalUnits.grouped) that there were"
    }

    static let either = "whether somebody paid for a hold that had ended, or units came back twice, cannot be told"
}
