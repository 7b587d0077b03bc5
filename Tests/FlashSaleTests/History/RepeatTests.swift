import FlashSale
import Testing

/// Purchases that are asked for again after they were won.
@Suite struct RepeatTests {
    @Test("one of each row is, and it is always the same", arguments: [1, 2, 3, 10, 64], [1, 7, UInt64.max])
    func choice(every: Int, seed: UInt64) {
        for row in 0..<50 {
            let purchases = (row * every + 1)...(row * every + every)
            let chosen = purchases.filter { Scenario.repeats(purchase: $0, every: every, seed: seed) }
            #expect(chosen.count == 1)
            #expect(chosen == purchases.filter { Scenario.repeats(purchase: $0, every: every, seed: seed) })
        }
        #expect(!(1...500).contains { Scenario.repeats(purchase: $0, every: 0, seed: seed) })
    }

    @Test("other seeds choose others")
    func seeds() {
        let chosen = (1...UInt64(100)).map { seed in
            (1...10).first { Scenario.repeats(purchase: $0, every: 10, seed: seed) }
        }
        #expect(Set(chosen).count == 10)
    }

    /// Every purchase is repeated, unless a case says otherwise.
    private static func sale(_ change: (inout ForgedSale) -> Void) -> ForgedSale {
        var sale = ForgedSale()
        sale.scenario.repeatEvery = 1
        change(&sale)
        return sale
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var isComplete: Bool
        var change: @Sendable (inout ForgedSale) -> Void
    }

    static let cases = [
        Case(testDescription: "won and won", isComplete: true) { $0.add(1, .won, 210, 220, number: 2, remaining: 4) },
        Case(testDescription: "won and sold out", isComplete: true) { $0.add(1, .soldOut, 210, 220, number: 2) },
        Case(testDescription: "won and lost", isComplete: true) { $0.add(1, .unknown, 210, nil, number: 2) },
        Case(testDescription: "a conflict, which is no reason to go on", isComplete: true) {
            $0.add(1, .conflict, 210, 220, number: 2)
        },
        Case(testDescription: "in the instant of the win's return", isComplete: true) {
            $0.add(1, .won, 200, 220, number: 2, remaining: 4)
        },
        Case(testDescription: "not repeated, as where a run is stopped", isComplete: true) { _ in },
        Case(testDescription: "twice", isComplete: false) { sale in
            sale.add(1, .won, 210, 220, number: 2, remaining: 4)
            sale.add(1, .won, 230, 240, number: 3, remaining: 4)
        },
        Case(testDescription: "went on after the repeat failed", isComplete: false) { sale in
            sale.add(1, .failed, 210, 220, number: 2)
            sale.add(1, .won, 230, 240, number: 3, remaining: 4)
        },
        Case(testDescription: "before the win returned", isComplete: false) {
            $0.add(1, .won, 190, 220, number: 2, remaining: 4)
        },
        Case(testDescription: "with a number left out", isComplete: false) {
            $0.add(1, .won, 210, 220, number: 3, remaining: 4)
        },
        Case(testDescription: "of another quantity", isComplete: false) { sale in
            sale.scenario.quantity.max = 2
            sale.add(1, .won, 210, 220, number: 2, remaining: 4)
            sale.change(1, number: 2) { $0.quantity = 2 }
        },
        Case(testDescription: "of a run that repeats nothing", isComplete: false) { sale in
            sale.scenario.repeatEvery = nil
            sale.add(1, .won, 210, 220, number: 2, remaining: 4)
        },
    ]

    @Test("the history allows what was planned, and nothing else", arguments: cases)
    func history(_ expected: Case) throws {
        let sale = Self.sale(expected.change)
        var facts = sale.facts
        facts.rules.idempotency = .purchase
        let check = try #require(Checks.judge(facts).checks.first { $0.name == .completeHistory })
        #expect(
            check.result == (expected.isComplete ? .upheld : .inconclusive),
            "\(check.detail) \(check.evidence.map(\.detail))")
    }

    @Test("a purchase that was won stays won, whatever its repeat is told", arguments: Outcome.allCases)
    func ending(_ outcome: Outcome) {
        let sale = Self.sale { $0.add(1, outcome, 210, outcome == .unknown ? nil : 220, number: 2) }
        let facts = sale.facts
        let table = facts.recorded.survey.purchases
        #expect(table.count(.won) == 2 && table.wasRepeated(1) && !table.wasRepeated(3))
        let purchase = table.purchase(1, of: facts.recorded.history, in: sale.scenario)
        #expect(purchase.ending == .won && purchase.attempts == 2)
        #expect(purchase.returnedNanoseconds == 200 && purchase.remaining == 4 && !purchase.isCutOff)
    }
}
