/// The history seen through the ledger: which unknown attempts took effect, which did not, and which stay open.
///
/// An order proves that its attempt took effect. A missing order proves the opposite only where orders are written in the
/// same transaction or script as the unit is taken, and no client of ours can still have a command under way.
package struct Resolution: Sendable {
    /// Attempts whose buyers were told that they won.
    package var wins: [Attempt] = []
    /// Unknown attempts whose order is in the ledger.
    package var provenUnknowns: [Attempt] = []
    /// Unknown attempts that may or may not have taken effect.
    package var openUnknowns: [Attempt] = []
    /// Unknown attempts that took nothing, as an atomic ledger shows.
    package var disprovenUnknowns: [Attempt] = []

    package init(_ facts: RunFacts) {
        let ordered = facts.ledger.map { Set($0.orders.compactMap(\.attempt)) }
        let absenceProves =
            facts.ledger?.isAtomic == true && !facts.hasStragglers && facts.ledger?.unreadable.isEmpty == true
        for attempt in facts.history {
            switch attempt.outcome {
            case .won: wins.append(attempt)
            case .unknown:
                if ordered?.contains(attempt.id) == true {
                    provenUnknowns.append(attempt)
                } else if ordered != nil, absenceProves {
                    disprovenUnknowns.append(attempt)
                } else {
                    openUnknowns.append(attempt)
                }
            case .soldOut, .conflict, .duplicate, .failed: break
            }
        }
    }

    /// Units of the attempts that certainly took effect.
    package var certainUnits: Int { (wins + provenUnknowns).reduce(0) { $0 + $1.quantity } }
    /// Units of the attempts that may have.
    package var openUnits: Int { openUnknowns.reduce(0) { $0 + $1.quantity } }
}
