import FlashSale
import Testing

/// A check that does not come to its end.
@Suite struct CheckFailureTests {
    private static func endless(_ name: CheckName) -> Check {
        Check(name) { _, _ throws(CheckFailure) in
            throw CheckFailure("more than 7 ways to look at")
        }
    }

    @Test(
        "it is inconclusive and says why, and the others are made",
        arguments: [CheckName.noOversell, .linearizable, .purchaseLimit])
    func others(_ name: CheckName) {
        let facts = ForgedSale().facts
        let without = Checks.judge(facts)
        #expect(without.result == .upheld)
        let checks = Checks.ofSale.map { $0.name == name ? Self.endless(name) : $0 }
        let verdict = Checks.judge(facts, ofSale: checks)
        #expect(verdict.result == .inconclusive)
        #expect(verdict.checks.filter { $0.name != name } == without.checks.filter { $0.name != name })
        let failed = verdict.checks.first { $0.name == name }
        #expect(failed?.result == .inconclusive)
        #expect(failed?.detail == "the check did not come to its end: more than 7 ways to look at")
    }

    @Test("it hides no violation")
    func violation() {
        var sale = ForgedSale()
        sale.change(3) { $0.remaining = 4 }
        #expect(Checks.judge(sale.facts, ofSale: [Self.endless(.noOversell)] + Checks.ofSale).result == .violated)
    }

    /// Three lost answers for millions of units each, and a difference that some of them may add up to.
    @Test("a search beyond its bounds is such a failure")
    func search() throws {
        var sale = ForgedSale()
        sale.scenario.units = 20_000_000
        sale.ledger = nil
        sale.history.removeAll { $0.purchase > 4 }
        for (purchase, quantity) in zip(5...7, [4_000_000, 5_000_000, 7_000_000]) {
            sale.add(purchase, .unknown, 500, nil)
            sale.change(purchase) { $0.quantity = quantity }
        }
        sale.stock = .units(20_000_000 - 2 - 6_000_000)
        let verdict = sale.verdict
        #expect(verdict.checks.count == Checks.ofSale.count { !$0.name.isOfSomeSalesOnly } + 2)
        let check = try #require(verdict.checks.first { $0.name == .exactAccounting })
        #expect(check.result == .inconclusive)
        #expect(
            check.detail
                == "the check did not come to its end: too many unknown attempts of different quantities to reckon with"
        )
    }
}
