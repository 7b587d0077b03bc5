/// Whether what was read can be the orders that the strategy file describes at all. Where not one member can, the file
/// describes them wrongly, and nobody is accused of that.
package enum LedgerFit {
    /// How many members are shown.
    private static var shownLimit: Int { 3 }
    /// So many members that are no orders, or as many as buyers won, speak for a mistake in the file; fewer are strangers.
    private static var least: Int { LedgerCheck.strangerLimit + 1 }

    /// What is wrong with the file's words; nil where an order fits them, or where nothing was sold that could have left one.
    ///
    /// - Parameter wanted: what an order has to look like, as the file has it.
    package static func mistake(_ facts: RunFacts, wanted: String) -> String? {
        let wins = facts.recorded.survey.tally.won
        guard let ledger = facts.epoch.ledger, ledger.countOnly == nil, wins > 0, facts.doubts.serverLoss == nil,
            facts.doubts.keysLoss?.isLikely != true
        else {
            return nil
        }
        let enough = winners(in: facts.recorded.history)
        if ledger.orders.isEmpty {
            if ledger.unreadable.count >= enough {
                return
                    "none of the \(ledger.unreadable.count.counted("member")) of the ledger is what the file says (\(wanted)); found "
                    + list(ledger.unreadable)
            }
            guard ledger.unreadable.isEmpty, !ledger.otherKeys.isEmpty, facts.resets.isEmpty else { return nil }
            return
                "no key of the sale is what the file says of orders (\(wanted)), although \(wins.counted("attempt")) won; found "
                + list(ledger.otherKeys)
        }
        guard ledger.orders.count >= enough, !facts.recorded.hasGaps, areAllStrangers(ledger, facts.recorded.history)
        else { return nil }
        return
            "none of the \(ledger.orders.count.counted("order")) of the ledger names anybody who tried to buy, read as the file says "
            + "(\(wanted)); found \(list(ledger.orders.map(text)))"
    }

    /// Buyers who won, as far as they are asked for: a set has one member for each, however often they won.
    private static func winners(in history: History) -> Int {
        var buyers: Set<Int> = []
        for (_, record) in history.records where record.outcome == .won {
            buyers.insert(record.buyer)
            if buyers.count == least { break }
        }
        return buyers.count
    }

    private static func list(_ members: [String]) -> String {
        members.prefix(shownLimit).map { $0.isEmpty ? "an empty text" : UnitText.shown($0) }.joined(separator: ", ")
            + (members.count > shownLimit ? " …" : "")
    }

    private static func text(_ order: Ledger.Order) -> String {
        [("attempt", order.attempt), ("purchase", order.purchase), ("buyer", order.buyer)].compactMap { name, id in
            id.map { "\(name) \($0)" }
        }.joined(separator: " of ")
    }

    /// Whether no order names an attempt, a purchase or a buyer of the history. Orders that name nothing only count.
    private static func areAllStrangers(_ ledger: Ledger, _ history: History) -> Bool {
        // A few almost always tell.
        let few = ledger.orders.prefix(1000)
        return !names(few, somebodyIn: history)
            && (few.count == ledger.orders.count || !names(ledger.orders[...], somebodyIn: history))
    }

    private static func names(_ orders: ArraySlice<Ledger.Order>, somebodyIn history: History) -> Bool {
        if orders.contains(where: { Scope($0) == .sale }) { return true }
        let attempts = Set(orders.compactMap(\.attempt))
        let purchases = Set(orders.compactMap(\.purchase))
        let buyers = Set(orders.compactMap(\.buyer))
        return history.records.contains { _, record in
            attempts.contains(record.id) || purchases.contains(record.purchase) || buyers.contains(record.buyer)
        }
    }
}
