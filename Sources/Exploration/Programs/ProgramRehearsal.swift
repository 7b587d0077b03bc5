package import FlashSale

/// One buyer after the other, before everything and once more at the end: whether programs do at all what they are explored for.
package struct ProgramRehearsal: Sendable {
    /// How each purchase ended, in their order.
    package private(set) var outcomes: [Outcome] = []
    package private(set) var stock: FinalStock = .unread
    /// To whom beside Redis purchases were seen to be connected; nil for nobody.
    package private(set) var otherPeer: String?
    private var units = 0
    /// Why a purchase had no end, in words for the user.
    private var trouble: String?
    /// Whether a file says what answers mean, and not flags.
    private var isByFile = false
    /// How the first purchase ended, for people.
    private var firstAnswer: String?

    /// Has two buyers come for one unit.
    ///
    /// - Throws: 64 and 69, as ``ProgramSale/start(_:buyers:units:)``.
    package static func play(_ settings: ProgramSettings) throws(RunError) -> ProgramRehearsal {
        var rehearsal = ProgramRehearsal()
        rehearsal.units = settings.quantity
        rehearsal.isByFile = settings.file != nil
        var sale = try ProgramSale.start(settings, buyers: 2, units: settings.quantity)
        rehearsal.trouble = try sale.rehearse()
        let facts = try sale.facts()
        rehearsal.outcomes = facts.recorded.history.sorted { $0.invokedNanoseconds < $1.invokedNanoseconds }
            .map(\.outcome)
        rehearsal.stock = facts.epoch.stock
        rehearsal.firstAnswer = sale.outcomes.first?.answer?.words
        rehearsal.otherPeer = sale.otherPeer
        return rehearsal
    }

    /// Why whatever would be found by exploring proves nothing, in words for the user: what tells a win from a refusal, or what is left,
    /// was not understood. Nil where it was.
    package var problem: String? {
        let isStock = stock == .units(0)
        let (won, left) = isByFile ? ("an outcome with then: won", "stock:") : ("--won", "--stock")
        switch (outcomes.first, outcomes.dropFirst().contains(.won)) {
        case (.won, false) where isStock: return nil
        case _ where trouble != nil: return "in the rehearsal \(trouble ?? "")"
        case (nil, _): return "in the rehearsal no purchase was made"
        case (.won, true):
            return
                "in the rehearsal, one buyer after the other and without any race, both of two buyers won the one unit: either \(won) takes a "
                + "refusal for a win, or the program sells too much whatever the order"
        case (.won, false):
            if case .units(let left) = stock, left < 0 {
                return
                    "in the rehearsal, one buyer after the other, the stock (--stock) went from \(units.grouped) to \(left): a purchase that is "
                    + "refused takes as well, and does not give it back"
            }
            return
                "in the rehearsal somebody won, and the stock (\(left)) went from \(units.grouped) to \(stock.inWords): is it the one that the "
                + "program takes from?"
        case (_?, _):
            return
                "in the rehearsal, one buyer after the other, the first did not win"
                + (isByFile
                    ? " (\(firstAnswer ?? "no answer")): do the outcomes say how a purchase is known that was?"
                    : ": does --won say how a purchase is known that was?")
        }
    }

    /// Why the second one is not like the first; nil where it is.
    package func difference(from first: ProgramRehearsal) -> String? {
        guard (outcomes, stock) != (first.outcomes, first.stock) || trouble != first.trouble else { return nil }
        if let trouble { return "in the rehearsal at the end \(trouble)" }
        func words(_ rehearsal: ProgramRehearsal) -> String {
            "\(rehearsal.outcomes.map(\.word).joined(separator: ", ")), \(rehearsal.stock.inWords) left"
        }
        return
            "the rehearsal ended differently at the end (\(words(self))) than before everything (\(words(first))): something is remembered "
            + "from one order to the next; \(isByFile ? "open: or " : "")--reset puts it back"
    }
}

extension ProgramSale {
    /// Has one purchase after the other made, each once the one before it is over. Where one program makes all, they are made as it likes.
    ///
    /// - Returns: why one had no end, in words for the user; nil where all had.
    fileprivate mutating func rehearse() throws(RunError) -> String? {
        var isWhole = false
        if case .whole = settings.buyers { isWhole = true }
        try beginAgain()
        for purchase in purchases.indices {
            try begin(purchase)
            if isWhole, purchase + 1 < purchases.count { continue }
            try settle()
            var last = ""
            var steps = 0
            while let offer = try offers().first(where: { $0.choice.isRun }) {
                guard steps < Self.mostCommands else {
                    return
                        "a purchase had no end: after \(steps.grouped) commands came \(last), as of a thread that writes by itself"
                }
                last = offer.words
                steps += 1
                _ = try take(offer)
            }
            if purchases[purchase].phase != .answered { return notes.last ?? "a purchase had no answer" }
        }
        return nil
    }
}
