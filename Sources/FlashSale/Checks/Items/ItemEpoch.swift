/// What was there of one of several items, and what was read of it at the end.
package struct ItemEpoch: Sendable {
    package var item: String
    package var epoch: Epoch

    package init(item: String, epoch: Epoch) {
        self.item = item
        self.epoch = epoch
    }
}

extension RunFacts {
    /// What is known of one item.
    ///
    /// - Parameters:
    ///   - index: its place in the scenario.
    ///   - history: the attempts to buy it.
    func ofItem(_ own: ItemEpoch, at index: Int, _ history: History) -> RunFacts {
        var facts = self
        facts.items = []
        facts.epoch = own.epoch
        facts.recorded = recorded.ofItem(history, units: own.epoch.units)
        let ownResets = resets.map { $0.ofItem(own.item, at: index) }
        facts.resets = ownResets.compactMap(\.self)
        if let place = ownResets.firstIndex(where: { $0 == nil }) {
            facts.resets = []
            facts.doubts.reason =
                doubts.reason
                ?? "\(resets[place].kind.rawValue) may have changed its stock meanwhile, and what was left of each item then was not read"
        }
        // Whether buyers meet, and what faults did, is asked of all items together.
        facts.faults = []
        facts.claims = []
        if let mistake = LedgerFit.mistake(facts, wanted: "ledger:") {
            (facts.epoch.ledger, facts.epoch.ledgerProblem) = (nil, mistake)
        }
        return facts
    }
}

extension Epoch {
    /// What several items have together: units, and what is left or on hold where that could be read of all of them.
    package static func ofAll(_ items: [ItemEpoch], span: ClosedRange<UInt64>?) -> Epoch {
        var epoch = Epoch(
            units: items.reduce(0) { $0 + $1.epoch.units }, span: span, stock: .ofAll(items.map(\.epoch.stock)))
        let held = items.compactMap(\.epoch.held)
        epoch.held = held.isEmpty || held.count < items.count ? nil : held.reduce(0, +)
        epoch.restocks = items.flatMap(\.epoch.restocks).sorted { $0.invokedNs < $1.invokedNs }
        epoch.drain = items.first?.epoch.drain
        return epoch
    }
}
