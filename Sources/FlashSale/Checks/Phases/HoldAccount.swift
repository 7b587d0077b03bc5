/// Holds and the account together: how many units there are more than there can be, and who may be the reason.
///
/// Sold and left together are never more than there was, whatever the order of events: what is sold has left the stock. Each unit beyond is
/// one that somebody paid for after it had gone back, or that came back twice; or else something else is wrong, such as what reserves. That
/// is presumed to be right until it is shown not to be, in one of two ways: it put more on hold than there can have been
/// (``OverReserved``), or there are more units beyond than payments and givings back can have brought together. How many of them are its work
/// nobody can tell then, and neither check accuses anybody.
struct HoldAccount {
    /// Who is the reason for the units beyond.
    enum Blame {
        /// None of them need be the work of those that a check looks at, and nothing shows that something else is wrong.
        case none
        /// Some must be.
        case own
        /// Some may be: who else, in words.
        case open(String)
    }

    let holds: [Hold]
    /// Units that are sold or left beyond those that there were; nil where that is not known.
    let excess: Int?
    /// The most that payments which were told to be made, for holds which may have ended, can have brought.
    let paidLate: Int
    /// The same with those whose answer was lost, or of which nobody says whether the hold had ended.
    let mostPaidLate: Int
    /// The most that can have come back twice.
    let givenTwice: Int
    /// What shows that something else is wrong, in words; nil where nothing does.
    let otherReason: String?
    /// Units beyond that neither late payments nor givings back explain which were asked for twice, late or beside a payment.
    let unexplained: Int

    /// - Returns: nil where no purchase takes its time.
    init?(_ facts: RunFacts, _ resolution: Resolution) {
        guard let holds = facts.holds else { return nil }
        self.holds = holds
        paidLate = holds.reduce(0) { $0 + $1.unitsPaidLate }
        mostPaidLate = holds.reduce(0) { $0 + $1.mostUnitsPaidLate }
        givenTwice = holds.reduce(0) { $0 + $1.unitsGivenTwice }
        excess = Self.excess(facts, resolution)
        unexplained = max(0, (excess ?? 0) - mostPaidLate - givenTwice)
        otherReason = Self.otherReason(
            facts, excess ?? 0, explained: mostPaidLate + holds.reduce(0) { $0 + $1.mostUnitsGivenTwice })
    }

    private static func excess(_ facts: RunFacts, _ resolution: Resolution) -> Int? {
        let total = facts.epoch.totalUnits + facts.epoch.restockedInDoubt
        let oversold = resolution.certainUnits - total
        guard case .units(let final) = facts.epoch.stock, final.magnitude <= 1 << 53, facts.resets.isEmpty,
            facts.doubts.serverLoss == nil, !facts.hasStragglers, !resolution.historyHasGaps
        else { return oversold > 0 && !resolution.historyHasGaps ? oversold : nil }
        return max(oversold, oversold + final)
    }

    private static func otherReason(_ facts: RunFacts, _ excess: Int, explained: Int) -> String? {
        guard excess > 0 else { return nil }
        if let over = OverReserved(facts) {
            return over.inWords(since: facts.recorded.survey.firstInvoked)
                + ": it gives out more than there is, or holds come back when they must not, so that who paid late or gave back twice need "
                + "not be the reason"
        }
        guard excess > explained else { return nil }
        return
            "late payments and holds that come back more than once can have brought \(explained.grouped) of them at most: reserve gives out more "
            + "than there is, or holds come back when they must not, so that these need not be the reason"
    }

    /// Why a check cannot be upheld in which nobody need be the reason; nil where nothing speaks against it.
    func doubt(_ facts: RunFacts) -> String? {
        guard let excess, excess > 0, otherReason != nil || unexplained > 0 else { return nil }
        return "\(excessInWords(facts)); "
            + (otherReason ?? "what brought \(unexplained == 1 ? "one" : unexplained.grouped) of them is not known")
    }

    /// Whether those that a check looks at must be a reason, or may be.
    ///
    /// - Parameters:
    ///   - own: the most units that those can have brought which were told so.
    ///   - most: the same with lost answers.
    ///   - other: the most that those of the other check can have brought.
    func blame(_ own: Int, most: Int, beside other: Int) -> Blame {
        guard let excess, excess > 0, most > 0 else { return .none }
        if let otherReason { return .open(otherReason) }
        guard other == 0 || excess > other else { return .open(Self.either) }
        return own > 0 ? .own : .open(Self.unknownWhen)
    }

    /// `3 units are sold or left more than the 100 that there were`.
    func excessInWords(_ facts: RunFacts) -> String {
        let excess = excess ?? 0
        return
            "\(excess.counted("unit")) more \(excess == 1 ? "is" : "are") sold or left than the \(facts.epoch.totalUnits.grouped) that there were"
    }

    private static let unknownWhen =
        "whether payments came too late cannot be told, where their answer was lost or nobody says when holds lapse"
    private static let either =
        "whether somebody paid for a hold that had ended, or units came back twice, cannot be told"
}
