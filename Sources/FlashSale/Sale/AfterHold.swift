/// What a buyer does who has units on hold: pays, gives back, both at once, one of them twice, or nothing, so that the hold lapses.
///
/// As text: `pay`, `cancel+cancel`, `pay+cancel`, `nothing`.
package struct AfterHold: Sendable, Hashable {
    /// Attempts to pay, from 0 to 2.
    package var pays: Int
    /// Attempts to give back, from 0 to 2.
    package var cancels: Int

    package init(pays: Int = 0, cancels: Int = 0) {
        self.pays = pays
        self.cancels = cancels
    }

    package static var pay: AfterHold { AfterHold(pays: 1) }
    package static var nothing: AfterHold { AfterHold() }

    /// The places of its attempts, as ``LaterAttempt/place`` has them.
    package var places: [Int] { (1...2).filter { $0 <= pays } + (1...2).filter { $0 <= cancels }.map { $0 + 2 } }

    /// `pays twice`, `cancels`, `pays and cancels`; `leaves it` where it lapses.
    ///
    /// - Parameter several: whether more than one buyer does.
    package func words(several: Bool = false) -> String {
        let own = [("pay", pays), ("cancel", cancels)].filter { $0.1 > 0 }.map { verb, count in
            verb + (several ? "" : "s") + (count > 1 ? " twice" : "")
        }
        return own.isEmpty ? (several ? "leave it" : "leaves it") : own.joined(separator: " and ")
    }
}

extension AfterHold: LosslessStringConvertible {
    private static var nothingWord: String { "nothing" }

    package var description: String {
        let parts = Array(repeating: "pay", count: pays) + Array(repeating: "cancel", count: cancels)
        return parts.isEmpty ? Self.nothingWord : parts.joined(separator: "+")
    }

    package init?(_ description: String) {
        self.init()
        guard description != Self.nothingWord else { return }
        for part in description.split(separator: "+", omittingEmptySubsequences: false) {
            switch part {
            case "pay": pays += 1
            case "cancel": cancels += 1
            default: return nil
            }
        }
        guard pays <= 2, cancels <= 2 else { return nil }
    }
}

extension PhasePlan {
    /// All that it says may follow a hold, one thing at a time: what is paid for or given back, then what comes twice, then what crosses, and
    /// at last a hold that is left alone.
    package var menu: [AfterHold] {
        var menu: [AfterHold] = []
        if let pay, pay.share > 0 { menu.append(.pay) }
        if let cancel, cancel.share > 0 { menu.append(AfterHold(cancels: 1)) }
        if let pay, pay.share > 0, pay.repeated > 0 { menu.append(AfterHold(pays: 2)) }
        if let cancel, cancel.share > 0, cancel.repeated > 0 { menu.append(AfterHold(cancels: 2)) }
        if let pay, pay.share > 0, cancel != nil, crossing > 0 { menu.append(AfterHold(pays: 1, cancels: 1)) }
        if (pay?.share ?? 0) + (cancel?.share ?? 0) < Self.whole { menu.append(.nothing) }
        return menu
    }
}
