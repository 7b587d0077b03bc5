import FactsTestSupport
import FlashSale
import Testing

/// A sale of ten units that a fault strikes after four wins, each case with its right twin.
@Suite struct ForgottenSaleTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var kind = FaultKind.crashRedis
        var endedNs: UInt64 = 600
        var before: StockReset.Reading?
        var after: StockReset.Reading
        /// Wins after it, by what they left.
        var later: [Int] = []
        var final: FinalStock
        /// Purchases with an order at the end; nil without orders.
        var orders: [Int]?
        var violated: [CheckName] = []
        var upheld: [CheckName] = []
        var told = ""
    }

    static let cases = [
        Case(
            testDescription: "everything was kept", after: .units(6), later: [5], final: .units(5),
            orders: [1, 2, 3, 4, 11],
            upheld: [.acknowledgedSalesKept, .exactAccounting, .uniqueUnits, .linearizable, .ledger]),
        Case(
            testDescription: "two were forgotten, and their orders", after: .units(8), later: [7, 6], final: .units(6),
            orders: [1, 2, 11, 12], violated: [.acknowledgedSalesKept], upheld: [.uniqueUnits, .linearizable, .ledger],
            told: "the server forgot 2 acknowledged sales"),
        Case(
            testDescription: "two were forgotten, which only the stock tells", after: .units(8), later: [7],
            final: .units(7), violated: [.acknowledgedSalesKept], upheld: [.uniqueUnits, .linearizable],
            told: "at least 2 units"),
        Case(
            testDescription: "all is gone", after: .absent, final: .absent, orders: [],
            violated: [.acknowledgedSalesKept], upheld: [.ledger], told: "the server forgot 4 acknowledged sales"),
        Case(
            testDescription: "all is gone, and there never were orders", after: .absent, final: .absent,
            violated: [.acknowledgedSalesKept], told: "acknowledged sales of 4 units"),
        Case(
            testDescription: "the stock was evicted, the orders are kept", kind: .evictStock, before: .units(6),
            after: .absent, final: .absent, orders: [1, 2, 3, 4],
            upheld: [.acknowledgedSalesKept, .exactAccounting, .uniqueUnits, .linearizable, .ledger]),
        Case(
            testDescription: "the stock was set anew in mid-sale", kind: .restockReset, before: .units(6),
            after: .units(10), later: [9, 8], final: .units(8), orders: [1, 2, 3, 4, 11, 12],
            violated: [.acknowledgedSalesKept], upheld: [.exactAccounting, .uniqueUnits, .linearizable, .ledger],
            told: "at least 4 units"),
        Case(
            testDescription: "a stock below zero was evicted", kind: .evictStock, before: .units(-3), after: .absent,
            final: .absent, orders: [1, 2, 3, 4], violated: [.exactAccounting],
            upheld: [.acknowledgedSalesKept]),
        Case(
            testDescription: "a unit was lost before the stock was evicted", kind: .evictStock, before: .units(5),
            after: .absent, final: .absent, violated: [.exactAccounting, .linearizable]),
        Case(
            testDescription: "whether the stock was set anew is not known", kind: .restockReset, endedNs: .max,
            after: .unreadable("no answer came"), later: [9, 8], final: .units(8), orders: [1, 2, 3, 4, 11, 12],
            upheld: [.acknowledgedSalesKept]),
        Case(
            testDescription: "a unit was lost before the crash", after: .units(5), final: .units(5),
            violated: [.exactAccounting]),
        Case(
            testDescription: "a unit was sold twice after the crash", after: .units(6), later: [5, 5], final: .units(4),
            violated: [.uniqueUnits, .linearizable]),
        Case(
            testDescription: "a later win has no order", after: .units(6), later: [5], final: .units(5),
            orders: [1, 2, 3, 4], violated: [.ledger, .exactAccounting]),
        Case(
            testDescription: "a stock that was gone came back with what was sold", kind: .evictStock,
            before: .units(6), after: .absent, later: [9], final: .units(9), violated: [.acknowledgedSalesKept]),
        Case(
            testDescription: "a stock that was gone came back as it was", kind: .evictStock, before: .units(6),
            after: .absent, later: [5], final: .units(5), upheld: [.acknowledgedSalesKept, .exactAccounting]),
    ]

    private static func facts(_ sale: Case) -> RunFacts {
        var history: [Attempt] = []
        func win(_ purchase: Int, _ call: UInt64, _ left: Int) {
            history.append(
                Attempt(
                    id: purchase, purchase: purchase, buyer: purchase, invokedNanoseconds: call,
                    returnedNanoseconds: call + 15, outcome: .won, remaining: left))
        }
        for purchase in 1...4 { win(purchase, UInt64(purchase) * 10, 10 - purchase) }
        for (index, left) in sale.later.enumerated() { win(11 + index, 1000 + UInt64(index) * 10, left) }
        let ledger = sale.orders.map { ids in
            Ledger(orders: ids.map { .init(attempt: $0, buyer: $0) }, isAtomic: true)
        }
        var facts = RunFacts(
            scenario: Scenario(
                strategy: .init(name: "forgotten", yaml: ""), units: 10, buyers: 20, attempts: 1, procs: 1, threads: 4),
            history: history, ledger: ledger, finalStock: sale.final,
            workers: [.init(index: 0, reported: Tally(history))], wasInterrupted: true)
        facts.resets = [
            StockReset(
                sale.kind, startedNs: 500, endedNs: sale.endedNs, before: sale.before, after: sale.after,
                cutConnections: sale.kind == .crashRedis, mayForget: sale.kind == .crashRedis)
        ]
        return facts
    }

    @Test("what a fault undid is told as such, and what the scheme did as the scheme's", arguments: cases)
    func judged(_ sale: Case) {
        let verdict = Checks.judge(Self.facts(sale))
        let checks = Dictionary(uniqueKeysWithValues: verdict.checks.map { ($0.name, $0) })
        let texts = verdict.checks.map { "\($0.name) \($0.result): \($0.detail)" }
        #expect(Set(verdict.checks.filter { $0.result == .violated }.map(\.name)) == Set(sale.violated), "\(texts)")
        for name in sale.upheld { #expect(checks[name]?.result == .upheld, "\(texts)") }
        #expect(sale.told.isEmpty || checks[.acknowledgedSalesKept]?.detail.contains(sale.told) == true, "\(texts)")
    }

    @Test("without a reset the check is not mentioned")
    func unmentioned() {
        #expect(!ForgedSale().verdict.checks.contains { $0.name == .acknowledgedSalesKept })
    }

    @Test("a planned fault without a proven effect leaves the verdict open")
    func unproven() {
        var facts = ForgedSale().facts
        let fault = Fault(.crashRedis, at: .sold(share: 0.3))
        facts.faults = [FaultRecord(fault, effect: .missed, proof: "its time never came")]
        let verdict = Checks.judge(facts)
        #expect(verdict.result == .inconclusive)
        #expect(
            verdict.checks.first { $0.name == .meaningful }?.detail
                == "--fault \(fault.text): its time never came")
        facts.faults[0].effect = .proven
        #expect(Checks.judge(facts).result == .upheld)
    }

    @Test("errors that a fault explains are no reason to doubt the others")
    func explainedErrors() {
        var sale = ForgedSale()
        sale.history.removeAll { $0.purchase == 2 || $0.purchase == 4 }
        for purchase in [2, 4] { sale.add(purchase, .failed, 500, 600) }
        var facts = sale.facts
        #expect(Checks.judge(facts).checks.first { $0.name == .meaningful }?.result == .inconclusive)
        let crash = Fault(.crashRedis, at: .sold(share: 0.3))
        facts.faults = [FaultRecord(crash, beganNs: 400, effect: .proven, proof: "another run_id")]
        #expect(Checks.judge(facts).checks.first { $0.name == .meaningful }?.result == .upheld)
        // What came before it, it does not explain.
        facts.faults[0].beganNs = 900
        #expect(Checks.judge(facts).checks.first { $0.name == .meaningful }?.result == .inconclusive)
    }
}
