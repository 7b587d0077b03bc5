import FlashSale
import Testing

/// A good history, forged in one way each: every check is shown to fail, by name.
@Suite struct ForgedHistoryTests {
    /// Eight purchases over two workers and two units of time each; five units, three left; everything agrees.
    struct Sale {
        var scenario = Scenario(
            strategy: .init(name: "forged", yaml: ""), units: 5, buyers: 8, attempts: 3, procs: 2, threads: 2)
        var history: [Attempt] = []
        var ledger: Ledger? = Ledger(orders: [], isAtomic: true)
        var ledgerProblem: String?
        var stock = FinalStock.units(3)
        var wasInterrupted = false
        var clientsWereGone = true
        var journalProblems: [String] = []
        var lost: [Int: String] = [:]
        /// What workers report, where it differs from the history.
        var reports: [Int: Tally?] = [:]

        init() {
            add(1, .won, 100, 200, remaining: 4)
            add(2, .conflict, 110, 190)
            add(2, .conflict, 210, 290, number: 2)
            add(2, .conflict, 310, 390, number: 3)
            add(3, .won, 150, 250, remaining: 3)
            add(4, .conflict, 160, 240)
            add(4, .failed, 260, 300, number: 2)
            add(4, .conflict, 310, 420, number: 3)
            for purchase in 5...8 {
                add(purchase, .failed, 500, 600, number: 1)
                add(purchase, .failed, 610, 700, number: 2)
                add(purchase, .conflict, 710, 800, number: 3)
            }
            addOrder(1)
            addOrder(3)
        }

        mutating func add(
            _ purchase: Int, _ outcome: Outcome, _ invoked: UInt64, _ returned: UInt64?, number: Int = 1,
            remaining: Int? = nil
        ) {
            history.append(
                Attempt(
                    id: scenario.attemptID(purchase: purchase, number: number), purchase: purchase, buyer: purchase,
                    worker: scenario.worker(ofPurchase: purchase), number: number, invokedNanoseconds: invoked,
                    returnedNanoseconds: returned, outcome: outcome, remaining: remaining))
        }

        mutating func addOrder(_ purchase: Int, number: Int = 1) {
            let order = Ledger.Order(attempt: scenario.attemptID(purchase: purchase, number: number), buyer: purchase)
            ledger?.orders.append(order)
        }

        func index(_ purchase: Int, number: Int = 1) -> Int {
            history.firstIndex { $0.purchase == purchase && $0.number == number }!
        }

        mutating func change(_ purchase: Int, number: Int = 1, _ change: (inout Attempt) -> Void) {
            change(&history[index(purchase, number: number)])
        }

        /// Ends purchase 5 after one attempt of that outcome.
        mutating func end5(_ outcome: Outcome, returned: UInt64? = 600, remaining: Int? = nil) {
            history.removeAll { $0.purchase == 5 }
            add(5, outcome, 500, returned, remaining: remaining)
        }

        var verdict: Verdict {
            let journals = Dictionary(grouping: history, by: \.worker).mapValues { Tally($0) }
            let workers = (0..<scenario.procs).map { index in
                RunFacts.Worker(
                    index: index, reported: lost[index] != nil ? nil : reports[index] ?? journals[index] ?? Tally(),
                    lost: lost[index])
            }
            return Checks.judge(
                RunFacts(
                    scenario: scenario, history: history, ledger: ledger, ledgerProblem: ledgerProblem,
                    finalStock: stock,
                    workers: workers, wasInterrupted: wasInterrupted, clientsWereGone: clientsWereGone,
                    journalProblems: journalProblems))
        }
    }

    @Test("the unforged history is upheld by every check")
    func good() {
        let verdict = Sale().verdict
        #expect(verdict.result == .upheld)
        for check in verdict.checks { #expect(check.result == .upheld, "\(check.name): \(check.detail)") }
        #expect(verdict.made == 7)
    }

    struct Forgery: CustomTestStringConvertible, Sendable {
        var what: String
        var check: String
        var result: CheckResult.Result
        var forge: @Sendable (inout Sale) -> Void
        var testDescription: String { what }

        init(
            _ what: String, _ check: String, _ result: CheckResult.Result = .violated,
            _ forge: @escaping @Sendable (inout Sale) -> Void
        ) {
            self.what = what
            self.check = check
            self.result = result
            self.forge = forge
        }
    }

    static let forgeries: [Forgery] = [
        // no-oversell
        Forgery("more wins than units", "no-oversell") { sale in
            sale.scenario.units = 1
        },
        Forgery("proven unknown beyond the units", "no-oversell") { sale in
            sale.scenario.units = 2
            sale.stock = .units(-1)
            sale.end5(.unknown, returned: nil)
            sale.addOrder(5)
        },
        Forgery("a win that left fewer than none", "no-oversell") { sale in
            sale.change(3) { $0.remaining = -1 }
        },
        // exact-accounting
        Forgery("a unit sold without being taken", "exact-accounting") { $0.stock = .units(4) },
        Forgery("a unit lost", "exact-accounting") { $0.stock = .units(2) },
        Forgery("a unit lost beyond what an unknown explains", "exact-accounting") { sale in
            sale.ledger = nil
            sale.end5(.unknown, returned: nil)
            sale.stock = .units(1)
        },
        Forgery("a negative stock that nothing explains", "exact-accounting") { $0.stock = .units(-1) },
        Forgery("a negative stock that only an unknown explains", "exact-accounting", .inconclusive) { sale in
            sale.scenario.units = 2
            sale.ledger = nil
            sale.end5(.unknown, returned: nil)
            sale.stock = .units(-1)
        },
        Forgery("a counter that others took below 0", "exact-accounting") { sale in
            sale.scenario.units = 2
            sale.stock = .units(-3)
        },
        Forgery("a stock near the largest number", "exact-accounting") { $0.stock = .units(Int.max) },
        Forgery("a stock key that is gone", "exact-accounting", .inconclusive) { $0.stock = .absent },
        Forgery("a stock that is no number", "exact-accounting", .inconclusive) { $0.stock = .unreadable("WRONGTYPE") },
        Forgery("a stock that overflows", "exact-accounting") { $0.stock = .units(Int.min) },
        Forgery("a unit without an order, though atomic", "exact-accounting") { sale in
            sale.ledger?.orders.removeAll { $0.buyer == 3 }
        },
        Forgery("quantities that no whole unknowns make up", "exact-accounting") { sale in
            sale.ledger = nil
            sale.end5(.unknown, returned: nil)
            sale.change(5) { $0.quantity = 2 }
            sale.stock = .units(2)
        },
        // unique-units
        Forgery("two wins that left the same", "unique-units") { $0.change(3) { $0.remaining = 4 } },
        Forgery("a win that left as many as there were", "unique-units") { $0.change(1) { $0.remaining = 5 } },
        Forgery("a win of two that overlaps a win of one", "unique-units") { sale in
            sale.change(3) { attempt in
                attempt.quantity = 2; attempt.remaining = 3
            }
        },
        Forgery("a remainder that overflows", "unique-units") { $0.change(1) { $0.remaining = Int.min } },
        // ledger
        Forgery("a win without an order", "ledger") { sale in
            sale.ledger?.orders.removeLast()
        },
        Forgery("an order without an attempt", "ledger") { sale in
            sale.ledger?.orders.append(.init(attempt: 999, buyer: 1))
        },
        Forgery("an order of a conflict", "ledger") { sale in
            sale.addOrder(2, number: 3)
        },
        Forgery("an order of a failed attempt", "ledger") { sale in
            sale.addOrder(4, number: 2)
        },
        Forgery("an order of another buyer", "ledger") { sale in
            sale.ledger?.orders[0].buyer = 2
        },
        Forgery("an order of another purchase", "ledger") { sale in
            sale.ledger?.orders[0].purchase = 2
        },
        Forgery("two orders of one attempt", "ledger") { sale in
            sale.addOrder(1)
        },
        Forgery("something that is no order", "ledger") { $0.ledger?.unreadable = ["x y"] },
        Forgery("orders that could not be read", "ledger", .inconclusive) { sale in
            sale.ledger = nil
            sale.ledgerProblem = "the connection was lost"
        },
        // one-unit-per-purchase
        Forgery("a purchase that won twice", "one-unit-per-purchase") { sale in
            sale.change(4, number: 2) { attempt in
                attempt.outcome = .won; attempt.remaining = 2
            }
            sale.change(4, number: 3) { attempt in
                attempt.outcome = .won; attempt.remaining = 1
            }
        },
        Forgery("a purchase whose unknown attempt took effect beside its win", "one-unit-per-purchase") { sale in
            sale.change(4, number: 2) { $0.outcome = .unknown }
            sale.change(4, number: 3) { attempt in
                attempt.outcome = .won; attempt.remaining = 1
            }
            sale.addOrder(4, number: 2)
        },
        Forgery("a purchase that went on after an unknown attempt and won", "one-unit-per-purchase", .inconclusive) {
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
        Forgery("more units gone than purchases that may hold one", "one-unit-per-purchase") { sale in
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
        Forgery("a journal that cannot be read", "complete-history", .inconclusive) {
            $0.journalProblems = ["damaged"]
        },
        Forgery("a journal with one attempt fewer than the report", "complete-history", .inconclusive) { sale in
            var tally = Tally(sale.history.filter { $0.worker == 0 })
            tally.count(.conflict)
            sale.reports[0] = tally
        },
        Forgery("a worker that never reported and is not lost", "complete-history", .inconclusive) {
            $0.reports[1] = .some(nil)
        },
        Forgery("a purchase that nobody made", "complete-history", .inconclusive) { sale in
            sale.history.removeAll { $0.purchase == 6 }
        },
        Forgery("a missing attempt in between", "complete-history", .inconclusive) { sale in
            sale.history.remove(at: sale.index(2, number: 2))
        },
        Forgery("a purchase that ended too early", "complete-history", .inconclusive) { sale in
            sale.history.remove(at: sale.index(2, number: 3))
        },
        Forgery("a purchase that went on after its win", "complete-history", .inconclusive) { sale in
            sale.add(1, .conflict, 210, 220, number: 2)
        },
        Forgery("a fourth attempt", "complete-history", .inconclusive) { sale in
            sale.scenario.attempts = 2
        },
        Forgery("two records of one attempt", "complete-history", .inconclusive) { sale in
            sale.history.append(sale.history[sale.index(2)])
        },
        Forgery("a return before the invocation", "complete-history", .inconclusive) {
            $0.change(2) { $0.returnedNanoseconds = 10 }
        },
        Forgery("a win without an end", "complete-history", .inconclusive) {
            $0.change(1) { $0.returnedNanoseconds = nil }
        },
        Forgery("two attempts of a purchase at once", "complete-history", .inconclusive) { sale in
            sale.change(2, number: 2) { $0.invokedNanoseconds = 120 }
        },
        Forgery("a purchase that was never planned", "complete-history", .inconclusive) { $0.add(99, .conflict, 1, 2) },
        Forgery("a purchase by the wrong buyer", "complete-history", .inconclusive) { $0.change(2) { $0.buyer = 7 } },
        Forgery("a worker that was never started", "complete-history", .inconclusive) {
            $0.change(2) { $0.worker = 9 }
        },
        // meaningful
        Forgery("nothing was sold", "meaningful", .inconclusive) { sale in
            sale.change(1) { attempt in
                attempt.outcome = .soldOut; attempt.remaining = nil
            }
            sale.change(3) { attempt in
                attempt.outcome = .soldOut; attempt.remaining = nil
            }
            sale.ledger?.orders = []
            sale.stock = .units(5)
        },
        Forgery("no two attempts overlapped", "meaningful", .inconclusive) { sale in
            for index in sale.history.indices {
                sale.history[index].invokedNanoseconds = UInt64(index) * 1000 + 1
                sale.history[index].returnedNanoseconds = UInt64(index) * 1000 + 2
            }
        },
        Forgery("only attempts that never reached the server met another", "meaningful", .inconclusive) { sale in
            for index in sale.history.indices where sale.history[index].outcome != .failed {
                sale.history[index].invokedNanoseconds = UInt64(index) * 1000 + 10_000
                sale.history[index].returnedNanoseconds = UInt64(index) * 1000 + 10_002
            }
        },
        Forgery("a reply that the file has no outcome for", "meaningful", .inconclusive) { sale in
            sale.end5(.unknown)
            sale.change(5) { $0.isHole = true }
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
        let needsEvidence = forgery.result == .violated && forgery.check != "exact-accounting"
        #expect(!needsEvidence || !check.evidence.isEmpty)
    }

    @Test("evidence for a unit that was sold twice is the two attempts")
    func evidence() throws {
        var sale = Sale()
        sale.change(3) { $0.remaining = 4 }
        let check = try #require(sale.verdict.checks.first { $0.name == "unique-units" })
        #expect(check.evidence.count == 1)
        #expect(check.evidence[0].attempts.map(\.purchase) == [1, 3])
    }

    // MARK: What must not raise an alarm

    struct Explained: CustomTestStringConvertible, Sendable {
        var what: String
        var forge: @Sendable (inout Sale) -> Void
        var testDescription: String { what }

        init(_ what: String, _ forge: @escaping @Sendable (inout Sale) -> Void) {
            self.what = what
            self.forge = forge
        }
    }

    @Test(
        "what has an explanation is upheld",
        arguments: [
            Explained("an unknown that took effect, as its order shows") { sale in
                sale.end5(.unknown, returned: nil)
                sale.addOrder(5)
                sale.stock = .units(2)
            },
            Explained("an unknown that took nothing, as the atomic ledger shows") { $0.end5(.unknown, returned: nil) },
            Explained("an unknown without a ledger that may have taken the unit") { sale in
                sale.ledger = nil
                sale.end5(.unknown, returned: nil)
                sale.stock = .units(2)
            },
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

    @Test("where stragglers may come after the final read, a difference proves nothing, and a missing order neither")
    func stragglers() throws {
        var sale = Sale()
        sale.clientsWereGone = false
        // Every attempt has returned: nobody can come late.
        #expect(sale.verdict.result == .upheld)
        #expect(!sale.verdict.findings.contains { $0.name == "stragglers" })
        sale.end5(.unknown, returned: nil)
        // The unit was taken between the read of the stock and that of the orders, or the other way round.
        sale.stock = .units(2)
        let accounting = try #require(sale.verdict.checks.first { $0.name == "exact-accounting" })
        #expect(accounting.result == .inconclusive, "\(accounting.detail)")
        #expect(sale.verdict.findings.contains { $0.name == "stragglers" })
        sale.clientsWereGone = true
        #expect(sale.verdict.result == .violated)
    }

    @Test("findings: undersell in words, a lost worker by its number, units without an order")
    func findings() throws {
        let undersell = try #require(Sale().verdict.findings.first { $0.name == "undersell" })
        #expect(undersell.detail.contains("Only 2 of 5 units (40%) were sold: 3 stayed on the shelf while 6 customers"))
        var sale = Sale()
        sale.lost[1] = "it was ended by signal 9 (SIGKILL)"
        let lost = try #require(sale.verdict.findings.first { $0.name == "worker-lost" })
        #expect(lost.detail.contains("worker 1 was lost: it was ended by signal 9"))
        var late = Sale()
        late.ledger?.isAtomic = false
        late.ledger?.orders.removeLast()
        #expect(late.verdict.findings.contains { $0.name == "units-without-order" })
        var soldOut = Sale()
        soldOut.scenario.units = 2
        soldOut.stock = .units(0)
        #expect(!soldOut.verdict.findings.contains { $0.name == "undersell" })
        var early = Sale()
        early.end5(.soldOut)
        let told = try #require(early.verdict.findings.first { $0.name == "sold-out-with-stock" })
        #expect(told.detail.contains("1 customer were told") || told.detail.contains("1 customer was told"))
    }
}
