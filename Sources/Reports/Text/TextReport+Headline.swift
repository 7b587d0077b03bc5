internal import FlashSale

extension TextReport {
    /// The verdict in one sentence, and under it what was run against what.
    static func headline(_ record: RunRecord, _ paint: Paint) -> [String] {
        let word = record.verdict.word.uppercased()
        let verdict = TextLines.hanging(
            word + "  ", painted: paint.result(word, record.verdict) + "  ", summary(record))
        return verdict + reason(record, indent: word.count + 2) + problems(record) + [""]
            + TextLines.hanging("", setting(record))
    }

    /// First of all whether the record can be relied on, for that explains what other checks miss.
    static func byCause(_ checks: [RunRecord.Check]) -> [RunRecord.Check] {
        let isFirst = { (check: RunRecord.Check) in check.name == .completeHistory }
        return checks.filter(isFirst) + checks.filter { !isFirst($0) }
    }

    /// Why an inconclusive run proves nothing.
    static func reason(_ record: RunRecord, indent: Int) -> [String] {
        guard record.verdict == .inconclusive, record.totals.tally.attempts > 0,
            let check = byCause(record.checks).first(where: { $0.result == .inconclusive })
        else { return [] }
        return TextLines.hanging(String(repeating: " ", count: indent), "because \(check.detail)")
    }

    /// What is wrong beside the sale, with the exit code that tells it: a green verdict alone would hide it.
    private static func problems(_ record: RunRecord) -> [String] {
        var reasons: [String] = []
        if record.findings.contains(where: { $0.name == .endedEarly }) {
            reasons.append("the run could not go on to its end")
        }
        if let missing = record.missingFiles {
            reasons.append("the results are incomplete (\(missing.joined(separator: ", ")) could not be written)")
        }
        guard !reasons.isEmpty else { return [] }
        // A verdict of later says nothing of how the run ended.
        let code = record.exitCode.isVerdict ? "" : " (exit code \(record.exitCode.rawValue))"
        return TextLines.hanging("", "But \(reasons.joined(separator: ", and "))\(code); see what you should know.")
    }

    static func summary(_ record: RunRecord) -> String {
        let strategy = record.strategy
        let stopped = record.interrupted ? " when the run was interrupted" : ""
        if record.totals.tally.attempts == 0 {
            return "\(strategy) \(record.interrupted ? "had " : "")made no attempt\(stopped), so nothing is proven"
        }
        let sold = soldUnits(record)
        let figures =
            sold == record.sale.units
            ? "all \(sold.counted("unit"))"
            : "\(Figures.grouped(sold)) of \(record.sale.units.counted("unit"))"
        let soFar = "\(strategy) \(record.interrupted ? "had " : "")sold \(figures)\(stopped)"
        switch record.verdict {
        case .upheld where record.sale.remaining == nil:
            return
                "\(soFar), and no answer contradicts another; --remaining would tell whether every one is accounted for"
        case .upheld: return "\(soFar)\(record.interrupted ? "," : "") and every one is accounted for"
        case .violated: return violation(record) + (record.interrupted ? " (the run was interrupted)" : "")
        case _ where sold == 0 && record.sale.soldByServer != nil:
            return "\(strategy) sold nothing\(stopped), so nothing is proven"
        default: return "\(soFar), but it is not proven that every one is accounted for"
        }
    }

    /// Units that are gone by the server's word, or by the buyers' where the server has none or is not believed.
    private static func soldUnits(_ record: RunRecord) -> Int {
        guard record.verdict == .upheld, let sold = record.sale.soldByServer, sold >= 0 else {
            return record.sale.soldToBuyers
        }
        return sold
    }

    /// What went wrong, from the check that says it most plainly.
    private static func violation(_ record: RunRecord) -> String {
        let strategy = record.strategy
        let won = record.sale.soldToBuyers
        let violated = record.checks.filter { $0.result == .violated }.map(\.name)
        if violated.contains(.noOversell), won > record.sale.units {
            return "\(strategy) oversold: buyers were promised \(won.counted("unit")), but there were only "
                + Figures.grouped(record.sale.units)
        }
        if violated.contains(.exactAccounting), let sold = record.sale.soldByServer, sold != won {
            if won > sold {
                return
                    "\(strategy) sold units more than once: buyers were promised \(won.counted("unit")), but "
                    + (sold > 0
                        ? "the stock fell by only \(Figures.grouped(sold))"
                        : sold == 0 ? "the stock did not fall" : "the stock rose by \(Figures.grouped(-sold))")
            }
            return "\(strategy) lost units: the stock fell by \(Figures.grouped(sold)), but buyers were promised "
                + "only \(won.counted("unit"))"
        }
        // Stock and wins agree, so that it is the orders that do not.
        let byOrders = violated.contains(.ledger) ? violated.filter { $0 != .exactAccounting } : violated
        let reasons = byOrders.compactMap(plainWords)
        guard let first = reasons.first else { return "\(strategy) broke the rules of a sale; see the checks" }
        let others = violated.count - 1
        return "\(strategy) \(first)" + (others == 0 ? "" : " (and \(others.counted("other check")) failed)")
    }

    /// What a check that was violated means; nil where it says nothing of the scheme.
    private static func plainWords(_ check: CheckName) -> String? {
        switch check {
        case .noOversell: "sold more than there was"
        case .exactAccounting: "does not account for every unit"
        case .uniqueUnits: "sold the same unit to more than one buyer"
        case .linearizable: "gave answers that no order of the purchases explains"
        case .ledger: "wrote orders that are not those of the buyers who won"
        case .oneUnitPerPurchase: "gave one purchase more than it asked for"
        case .purchaseLimit: "sold a buyer more than the limit, or refused one who had not reached it"
        case .completeHistory: "has a history with gaps"
        case .meaningful: nil
        }
    }

    private static func setting(_ record: RunRecord) -> String {
        let scenario = record.scenario
        var fleet = [
            scenario.procs.counted("process", "processes"), scenario.threads.counted("thread"),
        ]
        if scenario.clients != 1 { fleet.append(scenario.clients.counted("client")) }
        let buyers = record.totals.buyers.counted("buyer")
        let connections = scenario.totalClients.counted("connection")
        let purchases = record.totals.purchases.counted("purchase")
        let attempts = scenario.attempts.counted("attempt")
        let server = record.server
        let kind = server.kind.prefix(1).uppercased() + server.kind.dropFirst()
        return "\(buyers) on \(connections) (\(fleet.joined(separator: " x "))), \(purchases) of up to \(attempts), "
            + "against \(kind) \(server.version) (\(server.url), \(server.mode), persistence \(server.persistence))"
    }
}
