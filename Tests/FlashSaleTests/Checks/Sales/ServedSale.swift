import FactsTestSupport
import FlashSale

/// A history beside a server that is told, call by call, what it took: the stock and the orders follow from that, and a case
/// forges what it wants to be different.
///
/// Buyer b makes the purchases 2b−1 and 2b. Two buyers whom no case touches have won one unit each at the same time.
struct ServedSale {
    /// What the server's ledger names.
    enum Kind { case attempts, purchases, buyers, nothing, count }

    var scenario = Scenario(
        strategy: .init(name: "served", yaml: ""), units: 10, buyers: 20, purchasesPerBuyer: 2, attempts: 3, procs: 1,
        threads: 4, retryUnknown: true)
    var history: [Attempt] = []
    /// What took units, in the server's order.
    var effects: [Attempt] = []
    /// nil if the strategy keeps none.
    var keeps: Kind? = .attempts
    var merges = true
    var isAtomic = true
    var tellsQuantities = false
    var limit: Int?
    var purchaseLimit: Int?
    var idempotency = Idempotency.none
    var clientsWereGone = true
    var journalProblems: [String] = []
    /// Units that vanished beside what was taken.
    var vanished = 0
    var forge: (inout Ledger) -> Void = { _ in }

    init() {
        call(31, .won, 10, 50)
        call(33, .won, 20, 60)
    }

    /// Units that the server has left.
    var left: Int { scenario.units - vanished - effects.reduce(0) { $0 + $1.quantity } }

    /// - Parameters:
    ///   - left: what a win is told; by default what the server has left, if it took something.
    ///   - takes: whether the server takes the units; by default if the outcome is won.
    mutating func call(
        _ purchase: Int, _ outcome: Outcome, _ invoked: UInt64, _ returned: UInt64?, number: Int = 1,
        quantity: Int = 1, left told: Int? = nil, isSilent: Bool = false, takes: Bool? = nil
    ) {
        var attempt = Attempt(
            id: scenario.attemptID(purchase: purchase, number: number), purchase: purchase,
            buyer: scenario.buyer(ofPurchase: purchase), number: number, invokedNanoseconds: invoked,
            returnedNanoseconds: returned, outcome: outcome, quantity: quantity)
        let took = takes ?? (outcome == .won)
        if took { effects.append(attempt) }
        if outcome == .won, !isSilent { attempt.remaining = told ?? (took ? left : nil) }
        history.append(attempt)
        scenario.quantity.max = max(scenario.quantity.max, quantity)
    }

    /// A call whose answer was lost.
    mutating func lose(
        _ purchase: Int, _ invoked: UInt64 = 100, number: Int = 1, quantity: Int = 1, takes: Bool
    ) {
        call(purchase, .unknown, invoked, nil, number: number, quantity: quantity, takes: takes)
    }

    /// What the server wrote.
    var ledger: Ledger? {
        guard let keeps else { return nil }
        var ledger = Ledger(orders: [], isAtomic: isAtomic, mergesRepeats: merges)
        var seen: Set<Int> = []
        for effect in effects {
            let quantity = tellsQuantities ? effect.quantity : nil
            let id: Int
            switch keeps {
            case .attempts:
                id = effect.id
                ledger.orders.append(.init(attempt: id, buyer: effect.buyer, quantity: quantity))
            case .purchases:
                id = effect.purchase
                ledger.orders.append(.init(purchase: id, buyer: effect.buyer, quantity: quantity))
            case .buyers, .count:
                id = effect.buyer
                ledger.orders.append(.init(buyer: id, quantity: quantity))
            case .nothing:
                id = effect.id
                ledger.orders.append(.init(quantity: quantity))
            }
            if merges, !seen.insert(id).inserted { ledger.orders.removeLast() }
        }
        if keeps == .count {
            ledger.countOnly = ledger.orders.count
            ledger.orders = []
        }
        forge(&ledger)
        return ledger
    }

    var facts: RunFacts {
        RunFacts(
            scenario: scenario, history: history, ledger: ledger, finalStock: .units(left),
            workers: [RecordedAttempts.Worker(index: 0, reported: Tally(history))], wasInterrupted: true,
            clientsWereGone: clientsWereGone, journalProblems: journalProblems, limit: limit,
            purchaseLimit: purchaseLimit, idempotency: idempotency)
    }
}
