import FlashSale
import Testing

/// What is made of a run of which a machine was lost, or whose clock proves nothing.
struct DoubtfulMachinesTests {
    /// A sale by workers of three machines, all of which met.
    private static func sale() -> ServedSale {
        var sale = ServedSale()
        sale.scenario.procs = 7
        sale.call(1, .won, 20, 70)
        sale.call(3, .won, 30, 80)
        sale.call(5, .won, 40, 90)
        sale.call(7, .won, 50, 95)
        for (index, worker) in [(2, 1), (3, 2), (4, 3), (5, 5)] { sale.history[index].worker = worker }
        return sale
    }

    private static func result(_ verdict: Verdict, _ name: CheckName) -> CheckResult.Result? {
        verdict.checks.first { $0.name == name }?.result
    }

    // MARK: Clocks

    @Test("where a clock is not sound, its order is told to be open, and what adds up is judged")
    func unsound() throws {
        var machines = SeveralMachines(3, seed: 1)
        machines.step(1, at: 45, by: 30_000_000)
        let verdict = Checks.judge(machines.facts(Self.sale()))
        #expect(verdict.result == .inconclusive)
        #expect(Self.result(verdict, .linearizable) == .inconclusive)
        #expect(Self.result(verdict, .exactAccounting) == .upheld)
        #expect(Self.result(verdict, .ledger) == .upheld && Self.result(verdict, .uniqueUnits) == .upheld)
        let finding = try #require(verdict.findings.first { $0.name == .clockUnsound })
        #expect(finding.detail.contains("The clock of b contradicts itself") && finding.detail.contains("2 attempts"))
        // With sound clocks nothing of it is said.
        var sound = SeveralMachines(3, seed: 1)
        let other = Checks.judge(sound.facts(Self.sale()))
        #expect(Self.result(verdict, .noOversell) == Self.result(other, .noOversell))
        #expect(Self.result(other, .linearizable) == .upheld && !other.findings.contains { $0.name == .clockUnsound })
    }

    @Test("and what is wrong with sums or units is found all the same")
    func unsoundAndWrong() {
        var sale = Self.sale()
        sale.history[4].remaining = sale.history[3].remaining
        sale.vanished = 2
        var machines = SeveralMachines(3, seed: 1)
        machines.step(1, at: 45, by: 30_000_000)
        let verdict = Checks.judge(machines.facts(sale))
        #expect(Self.result(verdict, .uniqueUnits) == .violated && Self.result(verdict, .exactAccounting) == .violated)
    }

    @Test("of a stepped clock not even the order on its own machine is held against anybody")
    func steppedBack() {
        for by in [-40_000_000, 40_000_000] as [Int64] {
            var machines = SeveralMachines(1, seed: 3)
            machines.scale = 1000
            var sale = ServedSale()
            sale.scenario.procs = 3
            sale.call(1, .won, 200, 210)
            sale.call(3, .won, 20_000, 20_010)
            for index in [2, 3] { sale.history[index].worker = 1 }
            machines.step(1, at: 10_000, by: by)
            #expect(!Checks.judge(machines.facts(sale)).checks.contains { $0.result == .violated })
        }
    }

    // MARK: Lost machines

    @Test("what never arrived explains what is missing, and what did is held against it")
    func lost() throws {
        var machines = SeveralMachines(3, seed: 4)
        machines.lost[2] = machines.moment(45)
        // Worker 5 bought at 50, and nothing of that arrived; its order is there.
        let facts = machines.facts(Self.sale())
        #expect(facts.recorded.workers.filter(\.isIncomplete).map(\.index) == [5, 6])
        let verdict = Checks.judge(facts)
        #expect(verdict.result == .inconclusive && !verdict.checks.contains { $0.result == .violated })
        let complete = try #require(verdict.checks.first { $0.name == .completeHistory })
        #expect(complete.result == .inconclusive)
        #expect(
            complete.detail.hasPrefix(
                "worker 5 and 1 other may have made attempts that never arrived: its machine was lost"))
        // The purchases of its workers are unknown, and nobody knows whether they were made.
        let scenario = facts.recorded.scenario!
        let own = (1...scenario.totalPurchases).filter { [5, 6].contains(scenario.worker(ofPurchase: $0)) }
        let purchases = RunRecord.Purchases(facts.recorded.survey.purchases)
        #expect(purchases.unknown == own.count && purchases.notStarted == scenario.totalPurchases - own.count - 5)
        let all = Purchase.all(
            of: scenario, in: facts.recorded.history, table: facts.recorded.survey.purchases,
            planned: PlannedStarts(scenario),
            openedNanoseconds: SeveralMachines.start)
        #expect(all.count { $0.ending == .unknown } == purchases.unknown)
        #expect(all.count { $0.ending == .notStarted } == purchases.notStarted)
        // Nothing of it where no machine was lost.
        var others = SeveralMachines(3, seed: 4)
        #expect(RunRecord.Purchases(others.facts(Self.sale()).recorded.survey.purchases).unknown == 0)
    }

    @Test("more wins than units are too many, whatever is missing")
    func oversoldByWhatArrived() {
        var sale = Self.sale()
        sale.scenario.units = 4
        var machines = SeveralMachines(3, seed: 4)
        machines.lost[2] = machines.moment(45)
        #expect(Self.result(Checks.judge(machines.facts(sale)), .noOversell) == .violated)
    }

    // MARK: The recording

    @Test("an attempt that a clock only shows before the doors opened is not told to have been")
    func atTheDoors() {
        for seed in 0..<50 as Range<UInt64> {
            var machines = SeveralMachines(3, seed: seed)
            var sale = Self.sale()
            for index in sale.history.indices { sale.history[index].invokedNanoseconds = 0 }
            var facts = machines.facts(sale)
            #expect(Self.outside(facts) == 0)
            // One that was there a second earlier is.
            let span = facts.epoch.span!
            facts.epoch.span = span.lowerBound + TrueClock.second...span.upperBound
            #expect(Self.outside(facts) == sale.history.count)
        }
    }

    private static func outside(_ facts: RunFacts) -> Int {
        let complete = Checks.judge(facts).checks.first { $0.name == .completeHistory }
        return complete.map { check in
            check.evidence.count { $0.detail == "an attempt was invoked before the doors opened" }
                + check.furtherEvidence
        } ?? -1
    }

    @Test("attempts of one purchase that follow each other at once do not overlap")
    func again() {
        for seed in 0..<50 as Range<UInt64> {
            var machines = SeveralMachines(1, seed: seed)
            machines.scale = 100
            var sale = ServedSale()
            sale.scenario.procs = 3
            sale.call(1, .conflict, 100, 110)
            sale.call(1, .conflict, 110, 120, number: 2)
            sale.call(1, .won, 121, 130, number: 3)
            for index in 2...4 { sale.history[index].worker = 1 }
            let complete = Checks.judge(machines.facts(sale)).checks.first { $0.name == .completeHistory }
            #expect(complete?.result == .upheld, "\(complete?.detail ?? "")")
        }
    }

    @Test("only an overlap that is certain puts a sale to the test")
    func overlap() {
        /// - Parameter after: when the second was called, the first having returned at 10,000.
        func met(_ workers: (Int, Int), after: UInt64, seed: UInt64) -> Int {
            var sale = ServedSale()
            sale.scenario.procs = 7
            sale.history = []
            sale.effects = []
            sale.call(1, .won, 1000, 10_000)
            sale.call(3, .won, after, 20_000)
            sale.history[0].worker = workers.0
            sale.history[1].worker = workers.1
            var machines = SeveralMachines(3, seed: seed)
            machines.scale = 1000
            return Checks.overlapping(machines.facts(sale))
        }
        for seed in 0..<10 as Range<UInt64> {
            #expect(met((1, 3), after: 9995, seed: seed) == 0)
            #expect(met((1, 3), after: 5000, seed: seed) == 1)
            #expect(met((0, 3), after: 5000, seed: seed) == 1 && met((3, 0), after: 5000, seed: seed) == 1)
            #expect(met((1, 2), after: 9995, seed: seed) == 1)
            #expect(met((1, 2), after: 10_005, seed: seed) == 0 && met((1, 3), after: 10_005, seed: seed) == 0)
            #expect(met((0, 0), after: 9995, seed: seed) == 1)
        }
    }
}
