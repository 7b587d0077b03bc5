package import FlashSale

extension RunFacts {
    /// A run's facts from their single parts, as tests make them up.
    package init(
        scenario: Scenario, history: History, ledger: Ledger?, ledgerProblem: String? = nil, finalStock: FinalStock,
        workers: [RecordedAttempts.Worker], wasInterrupted: Bool = false, clientsWereGone: Bool = true,
        journalProblems: [String] = [], limit: Int? = nil, purchaseLimit: Int? = nil, idempotency: Idempotency = .none
    ) {
        var recorded = RecordedAttempts(history, of: scenario, workers: workers)
        recorded.wasInterrupted = wasInterrupted
        recorded.journalProblems = journalProblems
        self.init(
            recorded, rules: SaleRules(limit: limit, purchaseLimit: purchaseLimit, idempotency: idempotency),
            epoch: Epoch(units: scenario.units, stock: finalStock, ledger: ledger, ledgerProblem: ledgerProblem))
        doubts.clientsWereGone = clientsWereGone
    }

    /// The same from single attempts, in any order.
    package init(
        scenario: Scenario, history: [Attempt], ledger: Ledger?, ledgerProblem: String? = nil, finalStock: FinalStock,
        workers: [RecordedAttempts.Worker], wasInterrupted: Bool = false, clientsWereGone: Bool = true,
        journalProblems: [String] = [], limit: Int? = nil, purchaseLimit: Int? = nil, idempotency: Idempotency = .none
    ) {
        self.init(
            scenario: scenario, history: History(history), ledger: ledger, ledgerProblem: ledgerProblem,
            finalStock: finalStock, workers: workers, wasInterrupted: wasInterrupted, clientsWereGone: clientsWereGone,
            journalProblems: journalProblems, limit: limit, purchaseLimit: purchaseLimit, idempotency: idempotency)
    }

    /// What another system recorded.
    package init(units: Int, history: History, ledger: Ledger?, finalStock: FinalStock?, tellsPurchases: Bool) {
        self.init(
            RecordedAttempts(history, tellsPurchases: tellsPurchases), rules: SaleRules(),
            epoch: Epoch(units: units, stock: finalStock ?? .unread, ledger: ledger))
    }
}
