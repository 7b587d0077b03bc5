/// The buyers' side and the server's agree: every win has exactly its order, every order is a win's or an unknown's.
enum LedgerCheck {
    static let name = "ledger"

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        guard let ledger = facts.ledger else {
            if let problem = facts.ledgerProblem {
                return CheckResult(name, .inconclusive, "the orders could not be read: \(problem)")
            }
            return CheckResult(name, .notApplicable, "the strategy keeps no orders")
        }
        let attempts = Dictionary(facts.history.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var evidence: [CheckResult.Evidence] = []
        var orders: [Int: Int] = [:]
        for order in ledger.orders {
            guard let id = order.attempt else { continue }
            orders[id, default: 0] += 1
            if let problem = problem(with: order, attempts[id]) { evidence.append(problem) }
        }
        for (id, count) in orders.sorted(by: { $0.key < $1.key }) where count > 1 {
            evidence.append(.init("attempt \(id) has \(count) orders", attempts: attempts[id].map { [$0] } ?? []))
        }
        for win in resolution.wins where orders[win.id] == nil {
            evidence.append(.init("a buyer was told that they won, but the server has no order of it", attempts: [win]))
        }
        evidence += ledger.unreadable.map { .init("the ledger holds something that is no order: \($0)") }
        guard evidence.isEmpty else {
            return CheckResult(
                name, .violated,
                "\(evidence.count.counted("difference")) between what buyers were told and the server's orders",
                evidence: evidence)
        }
        let proven = resolution.provenUnknowns.count
        return CheckResult(
            name, .upheld,
            "\(ledger.orders.count.counted("order")), each a buyer's who won"
                + (proven == 0 ? "" : " (\(proven.grouped) of attempts whose answer was lost)"))
    }

    private static func problem(with order: Ledger.Order, _ attempt: Attempt?) -> CheckResult.Evidence? {
        guard let id = order.attempt else { return nil }
        guard let attempt else { return .init("the ledger has an order of attempt \(id), which nobody made") }
        if attempt.outcome != .won, attempt.outcome != .unknown {
            return .init(
                "the server has an order of an attempt whose buyer was told \(attempt.outcome.word)",
                attempts: [attempt])
        }
        if let buyer = order.buyer, buyer != attempt.buyer {
            return .init(
                "the order of attempt \(id) is buyer \(buyer)'s, but buyer \(attempt.buyer) made it",
                attempts: [attempt])
        }
        if let purchase = order.purchase, purchase != attempt.purchase {
            return .init(
                "the order of attempt \(id) is purchase \(purchase)'s, but it was purchase \(attempt.purchase)'s",
                attempts: [attempt])
        }
        return nil
    }
}
