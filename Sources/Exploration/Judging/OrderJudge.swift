internal import FlashSale

/// Judges orders that came to their end by the checks of a run, and keeps the shortest that goes wrong.
struct OrderJudge {
    /// Whether orders come by their cost, so that none that is shorter comes after one that costs more.
    let isByCost: Bool
    /// The best so far: the least cost, then the fewest steps.
    private(set) var worst: (schedule: Schedule, checks: [CheckResult])?
    /// Where a check could not say anything, the first such sentence.
    private(set) var doubt: String?
    /// Orders in which somebody won.
    private(set) var ordersWithWins = 0
    /// The first order in which somebody was told that nothing is left although something was, in words for the user.
    private(set) var finding: Finding?
    /// Keys that are left where one buyer comes after the other; nil until that was made.
    private var usualLeftovers: Set<String>?
    /// Multisets of outcomes with what was left, each once.
    private(set) var outcomes: Set<String> = []

    init(isByCost: Bool) { self.isByCost = isByCost }

    /// - Returns: whether others may still be worse.
    mutating func judge(_ execution: Execution, _ facts: RunFacts, leftovers: Set<String>) -> Bool {
        if isByCost, let worst, execution.cost > worst.schedule.cost { return false }
        let expiries = execution.steps.indices.filter { execution.steps[$0].offer.choice.isExpiry }
        let checks = OrderChecks.results(facts, expiries: expiries)
        let attempts = Array(facts.recorded.history)
        if attempts.contains(where: { $0.outcome == .won }) { ordersWithWins += 1 }
        outcomes.insert(Self.summary(attempts, facts.epoch))
        if checks.contains(where: { $0.result == .violated }) {
            keep(execution.schedule, checks)
            return true
        }
        for places in EqualOrders(of: execution).places(for: attempts) {
            let checks = OrderChecks.results(facts.moved(to: places), expiries: expiries.map { places[$0] })
            guard checks.contains(where: { $0.result == .violated }) else { continue }
            keep(execution.schedule(movedTo: places), checks)
            return true
        }
        if doubt == nil, let unclear = checks.first(where: { $0.result == .inconclusive }) {
            doubt = "\(unclear.name.rawValue): \(unclear.detail)"
        }
        // What is answered to whoever was hit by a fault, no file has to name.
        if doubt == nil, attempts.contains(where: \.isHole),
            !execution.steps.contains(where: { $0.offer.choice.fault != nil })
        {
            doubt = "somebody had an answer that no outcome stands for: --replay \(execution.schedule.words)"
        }
        if finding == nil { finding = self.finding(execution, facts, leftovers) }
        return true
    }

    private mutating func keep(_ schedule: Schedule, _ checks: [CheckResult]) {
        let isShorter =
            worst.map { (schedule.cost, schedule.steps.count) < ($0.schedule.cost, $0.schedule.steps.count) } ?? true
        if isShorter { worst = (schedule, checks) }
    }

    private mutating func finding(_ execution: Execution, _ facts: RunFacts, _ leftovers: Set<String>) -> Finding? {
        // What is left depends on what lapsed, or on whose cart it was, and whoever is refused may have come while something was on hold.
        guard facts.recorded.scenario?.phases == nil, facts.items.isEmpty else { return nil }
        // The first order has no switch and no fault.
        let usual = usualLeftovers ?? leftovers
        usualLeftovers = usual
        let order = execution.schedule.words
        if let key = leftovers.subtracting(usual).sorted().first {
            return Finding(
                .keyLeftBehind,
                "\(key) is left behind, without a time to live, as it is not where one buyer comes after the other: --replay \(order)"
            )
        }
        guard let other = Checks.judge(facts).findings.first(where: { $0.name == .soldOutWithStock }) else {
            return nil
        }
        return Finding(other.name, "\(other.detail) --replay \(order)")
    }

    private static func summary(_ attempts: [Attempt], _ epoch: Epoch) -> String {
        let outcomes = attempts.map(\.outcome.word).sorted().joined(separator: " ")
        return "\(outcomes), \(epoch.stock.inWords) left, \(epoch.ledger.map { "\($0.orders.count)" } ?? "no") orders"
    }
}
