import FlashSale
import Testing

/// The good history with what has an explanation: none of it may raise an alarm. And what is said beside the checks.
@Suite struct ExplainedHistoryTests {
    typealias Sale = ForgedSale

    @Test(
        "what has an explanation is upheld",
        arguments: [
            Explained("an unknown that took effect, as its order shows") { sale in
                sale.end5(.unknown, returned: nil)
                sale.addOrder(5)
                sale.stock = .units(2)
            },
            Explained("an unknown that took nothing, as the atomic ledger shows") { $0.end5(.unknown, returned: nil) },
            Explained("an unknown without a ledger that may have taken nothing") { sale in
                sale.ledger = nil
                sale.end5(.unknown, returned: nil)
            },
            Explained("a lost worker whose purchases stopped short") { sale in
                sale.lost[1] = "SIGKILL"
                sale.history.removeAll { $0.worker == 1 && $0.number > 1 }
                sale.history.removeAll { $0.purchase == 8 }
            },
            Explained("an interrupted run with purchases that never started") { sale in
                sale.wasInterrupted = true
                sale.history.removeAll { $0.purchase > 4 }
            },
            Explained("wins that do not say what they left") { sale in
                sale.change(1) { $0.remaining = nil }
            },
            Explained("intervals that touch") { sale in
                sale.change(2, number: 2) { $0.invokedNanoseconds = 190 }
            },
        ])
    func explained(_ explained: Explained) {
        var sale = Sale()
        explained.forge(&sale)
        let verdict = sale.verdict
        #expect(verdict.result == .upheld, "\(verdict.checks.filter { $0.result > .upheld })")
    }

    @Test("that an unknown may have taken the missing unit explains it, and proves nothing")
    func mayHaveTaken() throws {
        var sale = Sale()
        sale.ledger = nil
        sale.end5(.unknown, returned: nil)
        sale.stock = .units(2)
        let verdict = sale.verdict
        #expect(verdict.checks.filter { $0.result > .upheld }.map(\.name) == [.exactAccounting])
        #expect(verdict.result == .inconclusive)
        let check = try #require(verdict.checks.first { $0.name == .exactAccounting })
        #expect(check.detail.contains("took the other 1, or nobody has it, is not known") && check.evidence.count == 1)
    }

    @Test("where stragglers may come after the final read, a difference proves nothing, and a missing order neither")
    func stragglers() throws {
        var sale = Sale()
        sale.clientsWereGone = false
        // Every attempt has returned: nobody can come late.
        #expect(sale.verdict.result == .upheld)
        #expect(!sale.verdict.findings.contains { $0.name == .stragglers })
        sale.end5(.unknown, returned: nil)
        // The unit was taken between the read of the stock and that of the orders, or the other way round.
        sale.stock = .units(2)
        let accounting = try #require(sale.verdict.checks.first { $0.name == .exactAccounting })
        #expect(accounting.result == .inconclusive, "\(accounting.detail)")
        #expect(sale.verdict.findings.contains { $0.name == .stragglers })
        sale.clientsWereGone = true
        #expect(sale.verdict.result == .violated)
    }

    @Test("findings: undersell in words, a lost worker by its number, units without an order")
    func findings() throws {
        let undersell = try #require(Sale().verdict.findings.first { $0.name == .undersell })
        #expect(undersell.detail.contains("Only 2 of 5 units (40%) were sold: 3 stayed on the shelf while 6 customers"))
        var sale = Sale()
        sale.lost[1] = "it was ended by signal 9 (SIGKILL)"
        let lost = try #require(sale.verdict.findings.first { $0.name == .workerLost })
        #expect(lost.detail.contains("worker 1 was lost: it was ended by signal 9"))
        var late = Sale()
        late.ledger?.isAtomic = false
        late.ledger?.orders.removeLast()
        #expect(late.verdict.findings.contains { $0.name == .unitsWithoutOrder })
        var soldOut = Sale()
        soldOut.scenario.units = 2
        soldOut.stock = .units(0)
        #expect(!soldOut.verdict.findings.contains { $0.name == .undersell })
        var early = Sale()
        early.end5(.soldOut)
        let told = try #require(early.verdict.findings.first { $0.name == .soldOutWithStock })
        #expect(told.detail.contains("1 customer were told") || told.detail.contains("1 customer was told"))
    }
}
