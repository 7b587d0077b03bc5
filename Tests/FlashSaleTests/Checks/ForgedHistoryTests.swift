import FlashSale
import Testing

/// A good history, forged in one way each: every check is shown to fail, by name.
@Suite struct ForgedHistoryTests {
    typealias Sale = ForgedSale

    @Test("the unforged history is upheld by every check")
    func good() {
        let verdict = Sale().verdict
        #expect(verdict.result == .upheld)
        for check in verdict.checks where check.result != .notApplicable {
            #expect(check.result == .upheld, "\(check.name): \(check.detail)")
        }
        // The sale sets no limit.
        #expect(verdict.checks.filter { $0.result == .notApplicable }.map(\.name) == [.purchaseLimit])
        #expect(verdict.made == 8)
    }

    static let forgeries: [Forgery] = [
        // no-oversell
        Forgery("more wins than units", .noOversell) { sale in
            sale.scenario.units = 1
        },
        Forgery("proven unknown beyond the units", .noOversell) { sale in
            sale.scenario.units = 2
            sale.stock = .units(-1)
            sale.end5(.unknown, returned: nil)
            sale.addOrder(5)
        },
        Forgery("a win that left fewer than none", .noOversell) { sale in
            sale.change(3) { $0.remaining = -1 }
        },
        // exact-accounting
        Forgery("a unit sold without being taken", .exactAccounting) { $0.stock = .units(4) },
        Forgery("a unit lost", .exactAccounting) { $0.stock = .units(2) },
        Forgery("a unit lost beyond what an unknown explains", .exactAccounting) { sale in
            sale.ledger = nil
            sale.end5(.unknown, returned: nil)
            sale.stock = .units(1)
        },
        Forgery("a negative stock that nothing explains", .exactAccounting) { $0.stock = .units(-1) },
        Forgery("a negative stock that only an unknown explains", .exactAccounting, .inconclusive) { sale in
            sale.scenario.units = 2
            sale.ledger = nil
            sale.end5(.unknown, returned: nil)
            sale.stock = .units(-1)
        },
        Forgery("a counter that others took below 0", .exactAccounting) { sale in
            sale.scenario.units = 2
            sale.stock = .units(-3)
        },
        Forgery("a stock near the largest number", .exactAccounting) { $0.stock = .units(Int.max) },
        Forgery("a stock key that is gone", .exactAccounting, .inconclusive) { $0.stock = .absent },
        Forgery("a stock that is no number", .exactAccounting, .inconclusive) { $0.stock = .unreadable("WRONGTYPE") },
        Forgery("a stock that overflows", .exactAccounting) { $0.stock = .units(Int.min) },
        Forgery("a unit without an order, though atomic", .exactAccounting) { sale in
            sale.ledger?.orders.removeAll { $0.buyer == 3 }
        },
        Forgery("quantities that no whole unknowns make up", .exactAccounting) { sale in
            sale.ledger = nil
            sale.end5(.unknown, returned: nil)
            sale.change(5) { $0.quantity = 2 }
            sale.stock = .units(2)
        },
        // unique-units
        Forgery("two wins that left the same", .uniqueUnits) { $0.change(3) { $0.remaining = 4 } },
        Forgery("a win that left as many as there were", .uniqueUnits) { $0.change(1) { $0.remaining = 5 } },
        Forgery("a win of two that overlaps a win of one", .uniqueUnits) { sale in
            sale.change(3) { attempt in
                attempt.quantity = 2; attempt.remaining = 3
            }
        },
        Forgery("a remainder that overflows", .uniqueUnits) { $0.change(1) { $0.remaining = Int.min } },
        // ledger
        Forgery("a win without an order", .ledger) { sale in
            sale.ledger?.orders.removeLast()
        },
        Forgery("an order without an attempt", .ledger) { sale in
            sale.ledger?.orders.append(.init(attempt: 999, buyer: 1))
        },
        Forgery("an order of a conflict", .ledger) { sale in
            sale.addOrder(2, number: 3)
        },
        Forgery("an order of a failed attempt", .ledger) { sale in
            sale.addOrder(4, number: 2)
        },
        Forgery("an order of another buyer", .ledger) { sale in
            sale.ledger?.orders[0].buyer = 2
        },
        Forgery("an order of another purchase", .ledger) { sale in
            sale.ledger?.orders[0].purchase = 2
        },
        Forgery("two orders of one attempt", .ledger) { sale in
            sale.addOrder(1)
        },
        Forgery("something that is no order", .ledger, .upheld) { $0.ledger?.unreadable = ["x y"] },
        Forgery("much that is no order", .ledger, .inconclusive) { $0.ledger?.unreadable = ["a", "b", "c", "d"] },
        Forgery("orders that could not be read", .ledger, .inconclusive) { sale in
            sale.ledger = nil
            sale.ledgerProblem = "the connection was lost"
        },
        // one-unit-per-purchase
        Forgery("a purchase that won twice", .oneUnitPerPurchase) { sale in
            sale.change(4, number: 2) { attempt in
                attempt.outcome = .won; attempt.remaining = 2
            }
            sale.change(4, number: 3) { attempt in
                attempt.outcome = .won; attempt.remaining = 1
            }
        },
        Forgery("a purchase whose unknown attempt took effect beside its win", .oneUnitPerPurchase) { sale in
            sale.change(4, number: 2) { $0.outcome = .unknown }
            sale.change(4, number: 3) { attempt in
                attempt.outcome = .won; attempt.remaining = 1
            }
            sale.addOrder(4, number: 2)
        },
        Forgery("a purchase that went on after an unknown attempt and won", .oneUnitPerPurchase, .inconclusive) {
            sale in
            sale.scenario.retryUnknown = true
            sale.ledger = nil
            sale.change(4, number: 2) { $0.outcome = .unknown }
            sale.change(4, number: 3) { attempt in
                attempt.outcome = .won
                attempt.remaining = 2
            }
            sale.stock = .units(2)
        },
        Forgery("more units gone than purchases that may hold one", .oneUnitPerPurchase) { sale in
            sale.scenario.retryUnknown = true
            sale.ledger = nil
            sale.change(4, number: 2) { $0.outcome = .unknown }
            sale.change(4, number: 3) { attempt in
                attempt.outcome = .won
                attempt.remaining = 1
            }
            sale.stock = .units(1)
        },
        // complete-history
        Forgery("a journal that cannot be read", .completeHistory, .inconclusive) {
            $0.journalProblems = ["damaged"]
        },
        Forgery("a journal with one attempt fewer than the report", .completeHistory, .inconclusive) { sale in
            var tally = Tally(sale.history.filter { $0.worker == 0 })
            tally.count(.conflict)
            sale.reports[0] = tally
        },
        Forgery("a worker that never reported and is not lost", .completeHistory, .inconclusive) {
            $0.reports[1] = .some(nil)
        },
        Forgery("a purchase that nobody made", .completeHistory, .inconclusive) { sale in
            sale.history.removeAll { $0.purchase == 6 }
        },
        Forgery("a missing attempt in between", .completeHistory, .inconclusive) { sale in
            sale.history.remove(at: sale.index(2, number: 2))
        },
        Forgery("a purchase that ended too early", .completeHistory, .inconclusive) { sale in
            sale.history.remove(at: sale.index(2, number: 3))
        },
        Forgery("a purchase that went on after its win", .completeHistory, .inconclusive) { sale in
            sale.add(1, .conflict, 210, 220, number: 2)
        },
        Forgery("a fourth attempt", .completeHistory, .inconclusive) { sale in
            sale.scenario.attempts = 2
        },
        Forgery("two records of one attempt", .completeHistory, .inconclusive) { sale in
            sale.history.append(sale.history[sale.index(2)])
        },
        Forgery("a return before the invocation", .completeHistory, .inconclusive) {
            $0.change(2) { $0.returnedNanoseconds = 10 }
        },
        Forgery("a win without an end", .completeHistory, .inconclusive) {
            $0.change(1) { $0.returnedNanoseconds = nil }
        },
        Forgery("two attempts of a purchase at once", .completeHistory, .inconclusive) { sale in
            sale.change(2, number: 2) { $0.invokedNanoseconds = 120 }
        },
        Forgery("a purchase that was never planned", .completeHistory, .inconclusive) { $0.add(99, .conflict, 1, 2) },
        Forgery("a purchase by the wrong buyer", .completeHistory, .inconclusive) { $0.change(2) { $0.buyer = 7 } },
        Forgery("a worker that was never started", .completeHistory, .inconclusive) {
            $0.change(2) { $0.worker = 9 }
        },
        // meaningful
        Forgery("nothing was sold", .meaningful, .inconclusive) { sale in
            sale.change(1) { attempt in
                attempt.outcome = .soldOut; attempt.remaining = nil
            }
            sale.change(3) { attempt in
                attempt.outcome = .soldOut; attempt.remaining = nil
            }
            sale.ledger?.orders = []
            sale.stock = .units(5)
        },
        Forgery("no two attempts overlapped", .meaningful, .inconclusive) { sale in
            for index in sale.history.indices {
                sale.history[index].invokedNanoseconds = UInt64(index) * 1000 + 1
                sale.history[index].returnedNanoseconds = UInt64(index) * 1000 + 2
            }
        },
        Forgery("only attempts that never reached the server met another", .meaningful, .inconclusive) { sale in
            for index in sale.history.indices where sale.history[index].outcome != .failed {
                sale.history[index].invokedNanoseconds = UInt64(index) * 1000 + 10_000
                sale.history[index].returnedNanoseconds = UInt64(index) * 1000 + 10_002
            }
        },
        Forgery("a reply that the file has no outcome for", .meaningful, .inconclusive) { sale in
            sale.end5(.unknown)
            sale.change(5) { $0.isHole = true }
        },
        Forgery("a scheme that breaks without a race", .meaningful, .inconclusive) {
            $0.brokenInRehearsal = [.exactAccounting]
        },
    ]

    @Test("each forgery is found by the check that should find it", arguments: forgeries)
    func forged(_ forgery: Forgery) throws {
        var sale = Sale()
        forgery.forge(&sale)
        let verdict = sale.verdict
        let check = try #require(verdict.checks.first { $0.name == forgery.check })
        #expect(check.result == forgery.result, "\(check.detail)")
        #expect(verdict.result >= forgery.result, "the verdict was \(verdict.result)")
        #expect(!check.detail.isEmpty)
        // Otherwise a verdict of later would say them twice.
        #expect(verdict.findings.allSatisfy { $0.name.isOfTheChecks })
        let needsEvidence = forgery.result == .violated && forgery.check != .exactAccounting
        #expect(!needsEvidence || !check.evidence.isEmpty)
    }

    @Test("evidence for a unit that was sold twice is the two attempts")
    func evidence() throws {
        var sale = Sale()
        sale.change(3) { $0.remaining = 4 }
        let check = try #require(sale.verdict.checks.first { $0.name == .uniqueUnits })
        #expect(check.evidence.count == 1)
        #expect(check.evidence[0].attempts.map(\.purchase) == [1, 3])
    }

    @Test("of several units that were sold often, each is shown before one is shown again")
    func evidenceOfUnits() throws {
        var sale = Sale()
        sale.history.removeAll { $0.purchase > 3 }
        for purchase in [4, 5] { sale.add(purchase, .won, 500, 600, remaining: 4) }
        for purchase in [6, 7] { sale.add(purchase, .won, 500, 600, remaining: 3) }
        sale.history[sale.index(7)].buyer = 6
        let check = try #require(sale.verdict.checks.first { $0.name == .uniqueUnits })
        #expect(check.evidence.map { $0.attempts.map(\.purchase) } == [[1, 4], [3, 6], [1, 5], [3, 7]])
        #expect(check.evidence.allSatisfy { $0.detail.hasPrefix("both buyers were sold unit ") })
        sale.history[sale.index(4)].buyer = 1
        let same = try #require(sale.verdict.checks.first { $0.name == .uniqueUnits })
        #expect(same.evidence.first?.detail == "both purchases were sold unit 1")
    }
}
