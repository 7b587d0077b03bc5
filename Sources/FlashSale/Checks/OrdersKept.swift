/// Where orders arrive later: once the consumers are through, every sale that a buyer was told of has its order, and none has two.
enum OrdersKept {
    static let name = CheckName.ordersKept

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        guard let drain = facts.epoch.drain else {
            return CheckResult(name, .notApplicable, "the strategy's orders are there at once")
        }
        guard facts.epoch.ledger != nil || facts.epoch.ledgerProblem != nil else {
            return CheckResult(name, .inconclusive, "the strategy file says nowhere where the orders are (ledger:)")
        }
        let orders = LedgerCheck.check(facts, resolution)
        let seconds = drain.seconds.fixed(places: 1) ?? "?"
        switch orders.result {
        case .upheld where !drain.isDone:
            return CheckResult(name, .inconclusive, "every sale has its order, but \(drain.reason)")
        case .upheld:
            return CheckResult(
                name, .upheld, "\(seconds) s after the doors closed every sale has its order: \(orders.detail)")
        case .violated, .inconclusive, .notApplicable:
            return CheckResult(
                name, orders.result, "\(seconds) s after the doors closed: \(orders.detail)", evidence: orders.evidence)
        }
    }
}
