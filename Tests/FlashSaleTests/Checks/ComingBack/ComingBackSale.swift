import FactsTestSupport
import FlashSale
import Testing

/// A small sale to which units come back, as a case tells it.
struct ComingBackSale {
    var units = 1
    var attempts: [Attempt] = []
    /// Units left at the end.
    var left: Int? = 0
    var ledger: Ledger?
    var givesBack = true
    var lapses: UInt64?
    var limit: Int?
    var restocks: [Restock] = []
    var idempotency = Idempotency.none
    /// Purchases of which each buyer makes two: 1 and 2 are buyer 1's.
    private let scenario = Scenario(
        strategy: .init(name: "coming-back", yaml: ""), units: 1, buyers: 20, purchasesPerBuyer: 2, attempts: 3,
        procs: 1,
        threads: 4)

    mutating func call(
        _ purchase: Int, _ outcome: Outcome, _ invoked: UInt64, _ returned: UInt64?, number: Int = 1, quantity: Int = 1,
        left: Int? = nil
    ) {
        attempts.append(
            Attempt(
                id: scenario.attemptID(purchase: purchase, number: number), purchase: purchase,
                buyer: scenario.buyer(ofPurchase: purchase), number: number, invokedNanoseconds: invoked,
                returnedNanoseconds: returned, outcome: outcome, quantity: quantity, remaining: left))
    }

    mutating func order(_ purchases: Int..., atomic: Bool = false) {
        ledger = Ledger(
            orders: purchases.map { .init(attempt: scenario.attemptID(purchase: $0, number: 1)) }, isAtomic: atomic)
    }

    mutating func restock(_ units: Int, _ invoked: UInt64, _ returned: UInt64?) {
        restocks.append(Restock(units: units, invokedNs: invoked, returnedNs: returned))
    }

    var facts: RunFacts {
        var scenario = scenario
        scenario.units = units
        var facts = RunFacts(
            scenario: scenario, history: attempts, ledger: ledger, finalStock: left.map { .units($0) } ?? .unread,
            workers: [.init(index: 0, reported: Tally(attempts))], limit: limit, idempotency: idempotency)
        facts.rules.givesBack = givesBack
        facts.rules.lapsesNanoseconds = lapses
        facts.epoch.restocks = restocks
        return facts
    }
}

/// What a check says of such a sale.
struct ComingBackCase: CustomTestStringConvertible, Sendable {
    var what: String
    var check: CheckName
    var result: CheckResult.Result
    var tell: @Sendable (inout ComingBackSale) -> Void
    var testDescription: String { what }

    init(
        _ what: String, _ check: CheckName, _ result: CheckResult.Result,
        _ tell: @escaping @Sendable (inout ComingBackSale) -> Void
    ) {
        self.what = what
        self.check = check
        self.result = result
        self.tell = tell
    }

    /// Where nothing is violated, no other check may say so either.
    func judge() throws {
        var sale = ComingBackSale()
        tell(&sale)
        let checks = Checks.ofSale(sale.facts)
        let found = try #require(checks.first { $0.name == check })
        #expect(found.result == result, "\(found.detail) \(found.evidence.map(\.detail))")
        guard result != .violated else { return }
        let others = checks.filter { $0.result == .violated }.map { "\($0.name): \($0.detail)" }
        #expect(others.isEmpty)
    }
}
