/// One strategy, one way to keep data, one fault, and what the worst of its runs came to.
package struct MatrixCell: Codable, Sendable, Equatable {
    package var strategy: String
    package var persistence: Scenario.Persistence
    /// The private servers, where there are several; absent for one.
    package var topology: Topology?
    /// As `--fault` takes it, or `none`.
    package var fault: String
    /// Whether purchases went on after an attempt without a clear answer, as careless clients do.
    package var retryUnknown: Bool
    /// Of the worst run; absent where none was made.
    package var verdict: CheckResult.Result?
    /// The check that decided; absent where it is upheld, and where no run was made.
    package var check: CheckName?
    /// What that check says, or why no run was made; absent where it is upheld.
    package var detail: String?
    /// Whether it makes no sense there, so that nobody tried.
    package var notApplicable: Bool
    /// How many runs ended so.
    package var upheld = 0
    package var violated = 0
    package var inconclusive = 0
    /// Of the worst run; absent where none was made.
    package var figures: Figures?

    package struct Figures: Codable, Sendable, Equatable {
        package var units: Int
        /// Units that buyers were told are theirs.
        package var sold: Int
        /// Of those, units of which the server knows no more, after it was stopped or lost keys; absent where nothing tells.
        package var forgotten: Int?
        /// Units that buyers hold beyond those that there were.
        package var oversold: Int
        /// Attempts without a clear answer.
        package var unknown: Int
        /// Units that nobody has, certainly, although more were wanted.
        package var undersold: Int

        package init(units: Int, sold: Int, forgotten: Int?, oversold: Int, unknown: Int, undersold: Int) {
            self.units = units
            self.sold = sold
            self.forgotten = forgotten
            self.oversold = oversold
            self.unknown = unknown
            self.undersold = undersold
        }
    }

    package init(
        strategy: String, persistence: Scenario.Persistence, topology: Topology? = nil, fault: Fault?,
        retryUnknown: Bool
    ) {
        self.strategy = strategy
        self.topology = topology
        self.persistence = persistence
        self.fault = fault?.text ?? "none"
        self.retryUnknown = retryUnknown
        notApplicable = false
    }

    /// Adds a run. What is told beside the counts is of the worst, and of the first of these.
    package mutating func add(_ facts: RunFacts, _ verdict: Verdict) {
        switch verdict.result {
        case .upheld: upheld += 1
        case .violated: violated += 1
        case .inconclusive, .notApplicable: inconclusive += 1
        }
        if let known = self.verdict, known >= verdict.result { return }
        self.verdict = verdict.result
        figures = Figures(facts, verdict)
        let deciding = verdict.result == .upheld ? nil : Self.deciding(verdict)
        check = deciding?.name
        detail = deciding?.detail
    }

    /// What explains the others comes first, as in a report.
    private static func deciding(_ verdict: Verdict) -> CheckResult? {
        let checks = verdict.checks.filter { $0.result == verdict.result }
        let causes: [CheckName] = [.completeHistory, .meaningful]
        return (verdict.result == .inconclusive ? checks.first { causes.contains($0.name) } : nil) ?? checks.first
    }
}

extension MatrixCell.Figures {
    /// Of a run that is judged.
    package init(_ facts: RunFacts, _ verdict: Verdict) {
        let sale = JudgedSale(facts, verdict: verdict).sale
        let units = sale.units + (sale.restocked ?? 0)
        let held = max(sale.soldToBuyers, sale.heldByBuyers ?? 0)
        self.init(
            units: units, sold: sale.soldToBuyers, forgotten: Self.forgotten(facts, sale),
            oversold: max(0, held - units), unknown: facts.recorded.survey.tally.unknown,
            undersold: max(0, units - held - sale.inDoubt))
    }

    /// By the orders, where each is of one unit; otherwise by the stock.
    private static func forgotten(_ facts: RunFacts, _ sale: RunRecord.Sale) -> Int? {
        // A second opening lets the server forget nothing: it has more to sell.
        guard facts.resets.contains(where: { $0.kind != .restockReset }) else { return 0 }
        let quantity = facts.recorded.scenario?.quantity
        if let orders = sale.ledgerOrders, quantity?.min == 1, quantity?.max == 1 {
            return max(0, sale.soldToBuyers - orders)
        }
        return sale.soldByServer.map { max(0, sale.soldToBuyers - $0) }
    }
}
