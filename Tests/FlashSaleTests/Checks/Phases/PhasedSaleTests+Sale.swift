import FactsTestSupport
import FlashSale
import Testing

/// A forged sale, told attempt by attempt, and what a check has to say of it.
extension PhasedSaleTests {
    struct Sale {
        var units = 1
        var lapses: UInt64 = 100
        var left: Int? = 0
        var held: Int? = 0
        var orders: [Int]?
        var attempts: [Attempt] = []

        mutating func hold(_ purchase: Int, _ call: UInt64, _ end: UInt64, quantity: Int = 1, left: Int? = nil) {
            add(purchase, .reserve, 1, .held, call, end, quantity, left)
        }

        mutating func soldOut(_ purchase: Int, _ call: UInt64, _ end: UInt64) {
            add(purchase, .reserve, 1, .soldOut, call, end, 1, nil)
        }

        /// An attempt to reserve whose answer was lost.
        mutating func lost(_ purchase: Int, _ call: UInt64, _ end: UInt64) {
            add(purchase, .reserve, 1, .unknown, call, end, 1, nil)
        }

        /// - Parameter number: 2 or 3.
        mutating func pay(_ purchase: Int, _ call: UInt64, _ end: UInt64?, _ outcome: Outcome = .won, number: Int = 2) {
            add(purchase, .pay, number, outcome, call, end, 1, nil)
        }

        /// - Parameter number: 4 or 5.
        mutating func cancel(
            _ purchase: Int, _ call: UInt64, _ end: UInt64?, _ outcome: Outcome = .returned, number: Int = 4
        ) {
            add(purchase, .cancel, number, outcome, call, end, 1, nil)
        }

        private mutating func add(
            _ purchase: Int, _ phase: AttemptPhase, _ number: Int, _ outcome: Outcome, _ call: UInt64, _ end: UInt64?,
            _ quantity: Int, _ left: Int?
        ) {
            attempts.append(
                Attempt(
                    id: purchase * 10 + number, purchase: purchase, buyer: purchase, number: number,
                    invokedNanoseconds: call, returnedNanoseconds: end, outcome: outcome, quantity: quantity,
                    remaining: left, phase: phase))
        }

        var facts: RunFacts {
            let scenario = Scenario(
                strategy: .init(name: "phased", yaml: ""), units: units, buyers: 20, procs: 1, threads: 4)
            var facts = RunFacts(
                scenario: scenario, history: attempts,
                ledger: orders.map {
                    Ledger(orders: $0.map { .init(purchase: $0) }, isAtomic: true, mergesRepeats: true)
                },
                finalStock: left.map { .units($0 + (held ?? 0)) } ?? .unread,
                workers: [.init(index: 0, reported: Tally(attempts))])
            facts.rules.givesBack = true
            facts.rules.lapsesNanoseconds = lapses
            facts.epoch.held = left == nil ? nil : held
            return facts
        }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var what: String
        var check: CheckName
        var result: CheckResult.Result
        var says: String
        var tell: @Sendable (inout Sale) -> Void
        var testDescription: String { what }

        init(
            _ what: String, _ check: CheckName, _ result: CheckResult.Result, says: String = "",
            _ tell: @escaping @Sendable (inout Sale) -> Void
        ) {
            (self.what, self.check, self.result, self.says, self.tell) = (what, check, result, says, tell)
        }

        func expect(of facts: RunFacts) throws {
            let found = try #require(Checks.ofSale(facts).first { $0.name == check })
            #expect(
                found.result == result && found.detail.contains(says),
                "\(found.detail) \(found.evidence.map(\.detail))")
        }
    }
}
