import FlashSale
import Testing

/// A run that ended by time: who never came is no gap, but what is missing of those who came is.
@Suite struct EndedByTimeTests {
    /// The forged sale with doors that closed. Two workers of two threads, so that every fourth purchase is one thread's.
    private static func sale(rush: Int = 0) -> ForgedSale {
        var sale = ForgedSale()
        sale.scenario.buyers = 20_000_000
        // Also without those who never came, fewer than half of the attempts fail.
        sale.change(4, number: 2) { $0.outcome = .conflict }
        sale.scenario.pace.durationNanoseconds = 1000
        if rush > 0 { sale.scenario.pace.bursts = [.init(buyers: rush, atNanoseconds: 0)] }
        return sale
    }

    @Test(
        "who never came is not missed",
        arguments: [
            (0, []), (0, [8]), (0, [5, 6, 7, 8]), (0, [6, 8]), (0, [2, 6]), (0, [5]), (4, [6]), (6, [6, 8]),
            (6, [2, 6]),
            (2, [2]), (2, [2, 6]), (4, [2]),
        ] as [(Int, [Int])])
    func nobodyIsMissed(rush: Int, absent: [Int]) throws {
        var sale = Self.sale(rush: rush)
        sale.history.removeAll { absent.contains($0.purchase) }
        let verdict = sale.verdict
        #expect(verdict.result == .upheld)
        for check in verdict.checks where check.result != .notApplicable {
            #expect(check.result == .upheld, "\(check.name): \(check.detail)")
        }

        let survey = Survey(History(sale.history), sale.scenario)
        let came = 8 - absent.count
        #expect(survey.purchases.count == came)
        #expect(survey.purchases.count(.notStarted) == 0)
        #expect(RunRecord.Purchases(survey.purchases).notStarted == 0)
        let totals = RunRecord.Totals(survey, sale.scenario)
        #expect(totals.buyers == came && totals.purchases == came && totals.tally.attempts == sale.history.count)
        let listed = Array(
            Purchase.all(
                of: sale.scenario, in: History(sale.history), table: survey.purchases,
                planned: PlannedStarts(sale.scenario),
                openedNanoseconds: 0))
        #expect(listed.map(\.id) == (1...8).filter { !absent.contains($0) })
        #expect(listed.allSatisfy { $0.ending != .notStarted && $0.attempts > 0 })
    }

    @Test("the same history of a run that was to serve all is full of gaps")
    func otherwiseTheyAre() throws {
        var sale = Self.sale()
        sale.scenario.buyers = 8
        sale.scenario.pace = .rush
        sale.history.removeAll { $0.purchase == 8 }
        let check = try #require(sale.verdict.checks.first { $0.name == .completeHistory })
        #expect(check.result == .inconclusive)
        let totals = RunRecord.Totals(Survey(History(sale.history), sale.scenario), sale.scenario)
        #expect(totals.buyers == 8 && totals.purchases == 8)
    }

    /// What is missing, and what is said of it.
    struct Gap: CustomTestStringConvertible, Sendable {
        var says: String
        var forge: @Sendable (inout ForgedSale) -> Void
        var testDescription: String { says }

        init(_ says: String, _ forge: @escaping @Sendable (inout ForgedSale) -> Void) {
            self.says = says
            self.forge = forge
        }
    }

    static let gaps: [Gap] = [
        Gap("purchase 2 has no attempt, though its thread went on to a later one") { sale in
            sale.history.removeAll { $0.purchase == 2 }
        },
        Gap("purchase 4 has no attempt, though its thread went on to a later one") { sale in
            sale.history.removeAll { $0.purchase == 4 }
        },
        Gap("purchase 7: its attempt number 1 is missing") { sale in
            sale.history.removeAll { $0.purchase == 7 && $0.number == 1 }
        },
        Gap("purchase 7: its attempt number 2 is missing") { sale in
            sale.history.removeAll { $0.purchase == 7 && $0.number == 2 }
        },
        Gap("purchase 7: it ended after 2 of 3 attempts") { sale in
            sale.history.removeAll { $0.purchase == 7 && $0.number == 3 }
        },
        Gap("worker 1 reported 12 attempts") { sale in
            sale.reports[1] = Tally(sale.history.filter { $0.worker == 1 })
            sale.history.removeAll { $0.purchase == 8 }
        },
        Gap("records have the attempt id") { sale in
            sale.add(8, .conflict, 900, 950, number: 3)
        },
        Gap("purchase 9 was never planned") { sale in
            sale.scenario.buyers = 8
            sale.add(9, .conflict, 900, 950)
        },
        Gap("worker 1 neither reported nor is it known to be lost") { sale in
            sale.reports[1] = .some(nil)
        },
        // Of a rush of six, whose second and sixth are one thread's.
        Gap("purchase 2 has no attempt, though its thread went on") { sale in
            sale.scenario.pace.bursts = [.init(buyers: 6, atNanoseconds: 0)]
            sale.history.removeAll { $0.purchase == 2 }
        },
    ]

    @Test("what is missing of those who came is found", arguments: gaps)
    func finds(gap: Gap) throws {
        var sale = Self.sale()
        gap.forge(&sale)
        let verdict = sale.verdict
        let check = try #require(verdict.checks.first { $0.name == .completeHistory })
        #expect(check.result == .inconclusive && verdict.result == .inconclusive)
        #expect(check.evidence.contains { $0.detail.contains(gap.says) }, "\(check.evidence.map(\.detail))")
    }

    @Test("a worker that was lost explains what is missing of its purchases", arguments: [(1, true), (0, false)])
    func lost(worker: Int, isExplained: Bool) throws {
        var sale = Self.sale()
        sale.history.removeAll { $0.purchase == 2 }
        sale.lost[worker] = "it was killed"
        let check = try #require(sale.verdict.checks.first { $0.name == .completeHistory })
        #expect(check.result == (isExplained ? .upheld : .inconclusive))
    }

    @Test("buyers of several purchases are counted once, where any of theirs came")
    func countsBuyers() {
        var sale = Self.sale()
        sale.scenario.purchasesPerBuyer = 3
        sale.scenario.buyers = 5_000_000
        sale.history.removeAll { [4, 5, 6].contains($0.purchase) }
        let totals = RunRecord.Totals(Survey(History(sale.history), sale.scenario), sale.scenario)
        #expect(totals.buyers == 2 && totals.purchases == 5)
    }
}
