internal import FlashSale

extension SaleWords {
    /// Why an inconclusive verdict proves nothing.
    var reason: String? {
        guard judged.verdict == .inconclusive, totals.attempts > 0,
            let check = checksByCause.first(where: { $0.result == .inconclusive })
        else { return nil }
        return "because \(check.detail)"
    }

    /// The checks, with those first that explain what others cannot prove: gaps in the record, and replies that nobody
    /// understands.
    var checksByCause: [RunRecord.Check] {
        let causes: [CheckName] = [.completeHistory, .meaningful]
        return causes.flatMap { cause in judged.checks.filter { $0.name == cause } }
            + judged.checks.filter { !causes.contains($0.name) }
    }

    /// The verdict in one sentence.
    var headline: String {
        let stopped = isInterrupted ? " when the run was interrupted" : ""
        if totals.attempts == 0 {
            return "\(subject) \(isInterrupted ? "had " : "")made no attempt\(stopped), so nothing is proven"
        }
        let sold = soldUnits
        let figures =
            sold == unitsInAll
            ? "all \(sold.counted("unit"))"
            : "\(sold.grouped) of \(unitsInAll.counted("unit"))"
        let doubt = missing > 0 && judged.verdict == .inconclusive ? ", with \(missing.grouped) in doubt," : ""
        let soFar = "\(subject) \(isInterrupted ? "had " : "")sold \(figures)\(doubt)\(stopped)"
        switch judged.verdict {
        case .upheld where sale.remaining == nil:
            return
                "\(soFar), and no answer contradicts another; --remaining would tell whether every one is accounted for"
        case .upheld: return "\(soFar)\(isInterrupted ? "," : "") and every one is accounted for"
        case .violated: return violation + (isInterrupted ? " (the run was interrupted)" : "")
        case _ where sold == 0 && missing == 0 && sale.soldByServer != nil:
            return "\(subject) sold nothing\(stopped), so nothing is proven"
        default:
            return
                "\(soFar)\(doubt.isEmpty || isInterrupted ? "," : "") but it is not proven that every one is accounted for"
        }
    }

    /// What the sale opened with, and what it got while the doors were open.
    private var unitsInAll: Int { sale.units + (sale.restocked ?? 0) }

    /// Units sold as the server counts them, or as buyers were told where the server's count is missing or in doubt.
    private var soldUnits: Int {
        guard judged.verdict == .upheld, let sold = sale.soldByServer, sold >= 0 else {
            return sale.soldToBuyers
        }
        return sold
    }

    /// Units that left the stock and that nobody was told to have.
    private var missing: Int {
        guard let sold = sale.soldByServer else { return 0 }
        let (missing, overflow) = sold.subtractingReportingOverflow(sale.soldToBuyers)
        return overflow ? 0 : max(0, missing)
    }

    /// What went wrong, from the check that says it most plainly.
    private var violation: String {
        let won = sale.soldToBuyers
        let violated = judged.checks.filter { $0.result == .violated }.map(\.name)
        if violated.contains(.noOversell), won > unitsInAll {
            return "\(subject) oversold: buyers were promised \(won.counted("unit")), but there were only "
                + unitsInAll.grouped
        }
        // Where orders show that buyers hold something else than they were told, the checks count that.
        if sale.heldByBuyers != nil, let told = detail(of: [.noOversell, .exactAccounting], among: violated) {
            return told
        }
        if violated.contains(.exactAccounting), let sold = sale.soldByServer, sold != won {
            if won > sold {
                return
                    "\(subject) sold units more than once: buyers were promised \(won.counted("unit")), but "
                    + (sold > 0
                        ? "the stock fell by only \(sold.grouped)"
                        : sold == 0 ? "the stock did not fall" : "the stock rose by \((-sold).grouped)")
            }
            return "\(subject) lost units: the stock fell by \(sold.grouped), but buyers were promised "
                + "only \(won.counted("unit"))"
        }
        // Stock and wins agree here, so it is the orders that differ.
        let byOrders = violated.contains(.ledger) ? violated.filter { $0 != .exactAccounting } : violated
        let reasons = byOrders.compactMap(Self.plainWords)
        guard let first = reasons.first else { return "\(subject) broke the rules of a sale; see the checks" }
        let others = violated.count - 1
        return "\(subject) \(first)" + (others == 0 ? "" : " (and \(others.counted("other check")) failed)")
    }

    /// What the first of these that is violated says itself.
    private func detail(of checks: [CheckName], among violated: [CheckName]) -> String? {
        for name in checks where violated.contains(name) {
            guard let words = Self.plainWords(name), let check = judged.checks.first(where: { $0.name == name }) else {
                continue
            }
            return "\(subject) \(words): \(check.detail)"
        }
        return nil
    }

    /// What it means that a check is violated; nil for checks that say nothing about the strategy.
    private static func plainWords(_ check: CheckName) -> String? {
        switch check {
        case .noOversell: "sold more than there was"
        case .exactAccounting: "does not account for every unit"
        case .uniqueUnits: "sold the same unit to more than one buyer"
        case .linearizable: "gave answers that no order of the purchases explains"
        case .ledger: "wrote orders that are not those of the buyers who won"
        case .oneUnitPerPurchase: "gave one purchase more than it asked for"
        case .purchaseLimit: "sold a buyer more than the limit, or refused one who had not reached it"
        case .storesAgree: "left stores that do not agree"
        case .acknowledgedSalesKept: "lost sales that buyers had been told of"
        case .cartsWhole: "sold parts of carts, or kept some of what it refused"
        case .ordersKept: "lost orders, or wrote some twice"
        case .heldThenSold: "let buyers pay for holds that had ended and were sold on, or lost their payments"
        case .givenBackOnce: "took units back twice"
        case .claimsHeld: "does not hold what its strategy file claims"
        case .completeHistory: "has a history with gaps"
        case .meaningful: nil
        }
    }
}
