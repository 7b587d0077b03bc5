extension RunRecord {
    /// What the checks say of one of several goods.
    package struct Item: Codable, Sendable, Equatable {
        package var item: String
        package var verdict: CheckResult.Result
        package var sale: RunRecord.Sale
        package var totals: Tally
        package var checks: [RunRecord.Check]
        package var findings: [Finding]

        /// Whether a race could have shown is asked of all goods together: few may have met over one of them.
        package init(_ item: String, facts: RunFacts, verdict: Verdict) {
            self.item = item
            var verdict = verdict
            var checks = verdict.checks
            for index in checks.indices where checks[index].name == .meaningful && checks[index].result == .inconclusive
            {
                checks[index].result = .notApplicable
            }
            verdict = Verdict(checks: checks, like: verdict)
            let judged = JudgedSale(facts, verdict: verdict)
            self.verdict = judged.verdict
            sale = judged.sale
            totals = facts.recorded.survey.tally
            self.checks = judged.checks
            findings = judged.findings
        }

        /// - Parameters:
        ///   - origin: CLOCK_MONOTONIC of the run's first invocation; nil where nothing was attempted.
        ///   - nodes: those that attempts are recorded with.
        init(_ own: ItemVerdict, since origin: UInt64?, nodes: [String]) {
            item = own.item
            verdict = own.verdict.result
            sale = RunRecord.Sale(
                units: own.units, restocked: own.restocked, remaining: own.remaining, held: own.held,
                soldToBuyers: own.verdict.soldToBuyers, inDoubt: own.verdict.inDoubt,
                heldByBuyers: own.verdict.heldByBuyers, ledgerOrders: own.ledgerOrders)
            totals = own.attempts
            checks = own.verdict.checks.map { RunRecord.Check($0, since: origin, nodes: nodes) }
            findings = own.verdict.findings
        }
    }
}

extension RunRecord.Observed {
    /// What was read of one of several items. Its stock is in `items` of the record.
    package struct OfItem: Codable, Sendable, Equatable {
        package var item: String
        package var stock: Stock
        package var stockProblem: String?
        package var ledgerProblem: String?
        /// Null where there is no ledger.
        package var ledger: LedgerKind?
        /// Units that were given to it while the doors were open; absent where none were.
        package var restocks: [Restock]?
        /// What stores said that keep the same thing; absent where there is one of each.
        package var stores: [StoreComparison]?

        init(_ own: ItemEpoch) {
            item = own.item
            (stock, stockProblem) = Stock.of(own.epoch.stock)
            ledgerProblem = own.epoch.ledgerProblem
            ledger = own.epoch.ledger.map(LedgerKind.init)
            restocks = own.epoch.restocks.isEmpty ? nil : own.epoch.restocks
            stores = own.epoch.stores.isEmpty ? nil : own.epoch.stores
        }
    }
}

extension RunRecord {
    /// What was read of each of several items.
    func itemEpochs(_ orders: [String: [Ledger.Order]], _ ledgerProblem: String?) -> [ItemEpoch] {
        guard let all = scenario.items?.items, let observed = observed.items else { return [] }
        return all.enumerated().map { index, item in
            // A record that was tampered with may lack one.
            let own = index < observed.count && observed[index].item == item.item ? observed[index] : nil
            let sale = items.flatMap { index < $0.count && $0[index].item == item.item ? $0[index].sale : nil }
            let problem = ledgerProblem ?? own?.ledgerProblem
            var epoch = Epoch(
                units: item.units, span: self.observed.span,
                stock: own?.stock.read(sale?.remaining, problem: own?.stockProblem) ?? .unread,
                ledger: problem == nil ? own?.ledger?.ledger(orders[item.item] ?? []) : nil, ledgerProblem: problem)
            epoch.held = sale?.held
            epoch.restocks = own?.restocks ?? []
            epoch.stores = own?.stores ?? []
            epoch.drain = self.observed.drain
            return ItemEpoch(item: item.item, epoch: epoch)
        }
    }
}
