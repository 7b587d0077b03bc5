internal import FlashSale
internal import Host
internal import Recordings
internal import Shop
internal import Strategies

/// What the checks are given.
extension Coordinator {
    func facts(
        _ journals: MappedJournals, workers: [WorkerProcess], reads: FinalReads, opened: UInt64, loss: ServerLoss?
    ) -> RunFacts {
        var recorded = RecordedAttempts(
            journals.history, of: scenario,
            workers: workers.map {
                .init(index: $0.index, reported: $0.report?.tally, lost: $0.lost, isIncomplete: $0.isIncomplete)
            })
        recorded.wasInterrupted =
            loss != nil || Interruption.requests > 0 || workers.contains { $0.report?.failure != nil }
        recorded.journalProblems = journals.problems
        recorded.tellsUnits = strategy.namesUnits
        recorded.tellsLeft = scenario.items?.cart != nil && strategy.tellsLeft
        let span = opened...max(opened, reads.ended)
        let units = scenario.items?.items.map(\.units) ?? [scenario.units]
        let epochs = zip(units, reads.ends).map { epoch(units: $0, span, $1, reads) }
        var facts = RunFacts(
            recorded, rules: strategy.rules, epoch: epochs.first ?? Epoch(units: scenario.units, stock: .unread))
        if let items = scenario.items {
            facts.items = zip(items.items, epochs).map { ItemEpoch(item: $0.item, epoch: $1) }
            facts.epoch = .ofAll(facts.items, span: span)
        }
        facts.doubts.clientsWereGone = reads.clientsWereGone
        return facts
    }

    private func epoch(units: Int, _ span: ClosedRange<UInt64>, _ end: Sale.End, _ reads: FinalReads) -> Epoch {
        var epoch = Epoch(
            units: units, span: span, stock: end.stock, ledger: end.ledger, ledgerProblem: end.ledgerProblem)
        if let doubt = reads.doubt {
            epoch.stock = .unreadable(doubt)
            if epoch.ledger != nil { (epoch.ledger, epoch.ledgerProblem) = (nil, doubt) }
        }
        epoch.held = end.held
        epoch.stores = end.stores
        epoch.drain = reads.drain
        return epoch
    }

    /// What was given to each item while the doors were open, and the names of the units that were for sale, but of those that came
    /// later, which are in no list.
    func take(_ restocks: [Restocks.Made], of sale: borrowing Sale, into facts: inout RunFacts) {
        facts.epoch.restocks = restocks.map(\.restock)
        if facts.items.isEmpty { facts.epoch.forSale = restocks.isEmpty ? sale.forSale(item: 0) : nil }
        for index in facts.items.indices {
            let own = restocks.filter { $0.item == index }.map(\.restock)
            facts.items[index].epoch.restocks = own
            facts.items[index].epoch.forSale = own.isEmpty ? sale.forSale(item: index) : nil
        }
    }
}
