import FactsTestSupport
import FlashSale
import Testing

/// Ways to forge a good history of a small sale, one by one: what contradicts the order of events is found by name, with
/// the attempts that show it.
///
/// Five units: buyers 1 to 3 win one after the other, 4 wins two, 5 and 6 are told sold-out, 7 has a conflict.
@Suite struct LinearizableForgeryTests {
    struct Forged {
        var attempts: [Attempt] = [
            .init(
                id: 1, purchase: 1, buyer: 1, invokedNanoseconds: 100, returnedNanoseconds: 200, outcome: .won,
                remaining: 4),
            .init(
                id: 2, purchase: 2, buyer: 2, invokedNanoseconds: 150, returnedNanoseconds: 300, outcome: .won,
                remaining: 3),
            .init(
                id: 3, purchase: 3, buyer: 3, invokedNanoseconds: 310, returnedNanoseconds: 400, outcome: .won,
                remaining: 2),
            .init(
                id: 4, purchase: 4, buyer: 4, invokedNanoseconds: 500, returnedNanoseconds: 600, outcome: .won,
                quantity: 2,
                remaining: 0),
            .init(id: 5, purchase: 5, buyer: 5, invokedNanoseconds: 550, returnedNanoseconds: 650, outcome: .soldOut),
            .init(
                id: 6, purchase: 6, buyer: 6, invokedNanoseconds: 700, returnedNanoseconds: 800, outcome: .soldOut,
                quantity: 2),
            .init(id: 7, purchase: 7, buyer: 7, invokedNanoseconds: 320, returnedNanoseconds: 420, outcome: .conflict),
        ]
        var units = 5
        var final: Int? = 0
        var orders: [Ledger.Order]?
        var isAtomic = true
        var problems: [String] = []
        /// Beside what the journal holds.
        var reported = 0

        init(withLedger: Bool = true) {
            if withLedger { orders = [1, 2, 3, 4].map { .init(attempt: $0, buyer: $0) } }
        }

        subscript(_ id: Int) -> Attempt {
            get { attempts[id - 1] }
            set { attempts[id - 1] = newValue }
        }

        mutating func lose(_ id: Int, returned: UInt64? = nil) {
            self[id].outcome = .unknown
            self[id].returnedNanoseconds = returned
            self[id].remaining = nil
        }

        var checks: [CheckResult] {
            var scenario = Scenario(
                strategy: .init(name: "forged", yaml: ""), units: units, buyers: 9, attempts: 1, procs: 1, threads: 9)
            scenario.quantity.max = 3
            var tally = Tally(attempts)
            for _ in 0..<reported { tally.count(.won) }
            return Checks.judge(
                RunFacts(
                    scenario: scenario, history: attempts,
                    ledger: orders.map { Ledger(orders: $0, isAtomic: isAtomic) },
                    finalStock: final.map { .units($0) } ?? .unread, workers: [.init(index: 0, reported: tally)],
                    wasInterrupted: true, journalProblems: problems)
            ).checks
        }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var check: CheckName
        var result: CheckResult.Result
        /// The attempts of the first evidence of `linearizable`, in their order; nil where that is not asked.
        var shown: [Int]?
        var withLedger: Bool
        var forge: @Sendable (inout Forged) -> Void

        init(
            _ description: String, _ check: CheckName = .linearizable, _ result: CheckResult.Result = .violated,
            shows shown: [Int]? = nil, withLedger: Bool = false, _ forge: @escaping @Sendable (inout Forged) -> Void
        ) {
            testDescription = description
            self.check = check
            self.result = result
            self.shown = shown
            self.withLedger = withLedger
            self.forge = forge
        }
    }

    static let cases: [Case] = [
        // What nobody may complain about.
        Case("nothing is forged", .linearizable, .upheld) { _ in },
        Case("an unknown explains the hole", .linearizable, .upheld) { $0.lose(2) },
        Case("an unknown that ended in time explains it", .linearizable, .upheld) { $0.lose(2, returned: 305) },
        Case("a win that says nothing fills the hole", .linearizable, .upheld) { $0[2].remaining = nil },
        Case("all at the same instant", .linearizable, .upheld) { sale in
            for id in 1...7 {
                sale[id].invokedNanoseconds = 100
                sale[id].returnedNanoseconds = 100
            }
        },
        Case("a sold-out for two while one was left", .linearizable, .upheld) { sale in
            sale[4].quantity = 1
            sale[4].remaining = 1
            sale.final = 1
            sale[5].outcome = .conflict
        },
        // A hole.
        Case("a win is dropped", shows: [1, 3]) { $0.attempts.remove(at: 1) },
        Case("a win becomes a conflict", shows: [1, 3]) { sale in
            sale[2].outcome = .conflict
            sale[2].remaining = nil
        },
        Case("an unknown that was needed becomes failed", shows: [1, 3]) { sale in
            sale.lose(2)
            sale[2].outcome = .failed
            sale[2].returnedNanoseconds = 300
        },
        Case("an unknown was called only after the next win returned", shows: [1, 3]) { sale in
            sale.lose(2)
            sale[2].invokedNanoseconds = 450
        },
        Case("an unknown had ended before the win before it was called", shows: [2, 4]) { sale in
            sale.lose(3, returned: 140)
            sale[3].invokedNanoseconds = 120
        },
        Case("one unknown for a hole of two", shows: [3, 4]) { sale in
            sale.lose(4)
            sale[4].quantity = 1
            sale.attempts.remove(at: 4)
        },
        Case("a hole of one for an unknown of two", shows: [1, 3, 2]) { sale in
            sale.lose(2)
            sale[2].quantity = 2
        },
        // Real time.
        Case("two numbers are swapped", shows: [3, 2]) { sale in
            (sale[1].remaining, sale[3].remaining) = (2, 4)
        },
        Case("two intervals are swapped", shows: [2, 3]) { sale in
            (sale[2].invokedNanoseconds, sale[3].invokedNanoseconds) = (310, 150)
            (sale[2].returnedNanoseconds, sale[3].returnedNanoseconds) = (400, 300)
        },
        Case("a win is later than it was", shows: [1, 2]) { sale in
            sale[1].invokedNanoseconds = 301
            sale[1].returnedNanoseconds = 305
        },
        Case("a win is earlier than it was", shows: [3, 4]) { sale in
            sale[4].invokedNanoseconds = 100
            sale[4].returnedNanoseconds = 149
        },
        // Sold-out.
        Case("a sold-out came too early", shows: [5, 4]) { sale in
            sale[5].invokedNanoseconds = 410
            sale[5].returnedNanoseconds = 450
        },
        Case("a win came after sold-out", shows: [5, 4]) { sale in
            sale[4].invokedNanoseconds = 660
            sale[4].returnedNanoseconds = 690
        },
        Case("a win becomes a sold-out", shows: [4, 3]) { sale in
            sale[4].outcome = .soldOut
            sale[4].remaining = nil
            sale[4].quantity = 1
            sale[4].invokedNanoseconds = 250
            sale[4].returnedNanoseconds = 290
            sale[5].outcome = .conflict
        },
        Case("sold-out while units are left at the end", shows: [5]) { sale in
            sale.attempts.remove(at: 3)
            sale.final = 2
            sale.attempts[3].id = 5
        },
        Case("sold-out for two while two are left at the end", shows: [6]) { sale in
            sale[5].outcome = .conflict
            sale[4].outcome = .conflict
            sale[4].remaining = nil
            sale.final = 2
        },
        Case("sold-out, and wins that say nothing are too few", shows: [5, 1, 2, 3, 4]) { sale in
            for id in 1...4 { sale[id].remaining = nil }
            sale[4].quantity = 1
            sale.final = nil
        },
        Case("a silent win came after sold-out, and there were too few before", shows: [5, 4]) { sale in
            for id in 1...4 { sale[id].remaining = nil }
            sale[4].invokedNanoseconds = 660
            sale[4].returnedNanoseconds = 690
            sale.final = nil
        },
        // Positions.
        Case("a number is repeated", .uniqueUnits) { $0[3].remaining = 3 },
        Case("a number is repeated, and linearizable sees it too") { $0[3].remaining = 3 },
        Case("a win of two overlaps the one before", shows: [3, 4]) { sale in
            sale[4].remaining = 1
            sale.final = nil
            sale[5].outcome = .conflict
        },
        Case("a win left more than there was", shows: [1]) { $0[1].remaining = 5 },
        Case("a win left fewer than none", .noOversell) { $0[4].remaining = -1 },
        Case("a win left less than what is left at the end", shows: [4]) { sale in
            sale.final = 2
            sale[5].outcome = .conflict
            sale[6].outcome = .conflict
        },
        Case("more is left than there ever was") { $0.final = 6 },
        Case("more silent wins than units") { sale in
            for id in 1...4 { sale[id].remaining = nil }
            sale.units = 4
            sale.final = nil
            sale[5].outcome = .conflict
            sale[6].outcome = .conflict
        },
        // The orders, the accounts and the record.
        Case("an order without a win", .ledger, withLedger: true) { $0.orders?.append(.init(attempt: 7, buyer: 7)) },
        Case("a win without an order", .ledger, withLedger: true) { $0.orders?.removeLast() },
        Case("a second order of one attempt", .ledger, withLedger: true) {
            $0.orders?.append(.init(attempt: 1, buyer: 1))
        },
        Case("an order of another buyer", .ledger, withLedger: true) { $0.orders?[0].buyer = 9 },
        Case("an unknown that its order proves to have come too late", withLedger: true) { sale in
            sale.lose(2)
            sale[2].invokedNanoseconds = 700
        },
        Case("an unknown that the ledger disproves, where one is needed", .exactAccounting, withLedger: true) {
            sale in
            sale.lose(2)
            sale.orders?.remove(at: 1)
        },
        Case("a unit is lost", .exactAccounting) { sale in
            sale.attempts.remove(at: 3)
            sale.attempts[3].id = 5
        },
        Case("a unit is sold without being taken", .exactAccounting) { $0.final = 1 },
        Case("a purchase that took two", .oneUnitPerPurchase) { sale in
            sale[3].purchase = 2
            sale[3].number = 2
        },
        Case("a record that is there twice", .completeHistory, .inconclusive) { $0.attempts.append($0[7]) },
        Case("a journal that disagrees with its report", .completeHistory, .inconclusive) { $0.reported = 1 },
        Case("a return before the call", .completeHistory, .inconclusive) { $0[7].returnedNanoseconds = 1 },
        Case("a win without an end", .completeHistory, .inconclusive) { $0[4].returnedNanoseconds = nil },
        // With gaps, a hole proves nothing, but what was told still does.
        Case("a hole in a history with gaps", .linearizable, .upheld) { sale in
            sale.attempts.remove(at: 1)
            sale.problems = ["damaged"]
        },
        Case("numbers against real time in a history with gaps", shows: [3, 2]) { sale in
            (sale[1].remaining, sale[3].remaining) = (2, 4)
            sale.problems = ["damaged"]
        },
    ]

    @Test("each forgery is found by its check", arguments: cases)
    func found(_ forgery: Case) {
        var sale = Forged(withLedger: forgery.withLedger)
        forgery.forge(&sale)
        let checks = sale.checks
        let check = checks.first { $0.name == forgery.check }
        #expect(
            check?.result == forgery.result,
            "\(check?.detail ?? "") \(checks.filter { $0.result == .violated }.map(\.name))")
        guard let shown = forgery.shown else { return }
        #expect(check?.evidence.first?.attempts.map(\.id) == shown, "\(check?.evidence.first?.detail ?? "")")
    }

    @Test("at least 25 of them are forgeries")
    func enough() {
        #expect(Self.cases.count { $0.result != .upheld } >= 25)
    }
}
