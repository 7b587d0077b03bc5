import FactsTestSupport
import FlashSale
import Testing

struct SaleSeriesTests {
    private static let opened: UInt64 = 1_000_000_000

    private func scenario(units: Int = 100, pace: Pace = .rush) -> Scenario {
        Scenario(
            strategy: .init(name: "made-up", yaml: ""), units: units, buyers: 400, procs: 2, threads: 3, pace: pace)
    }

    private func facts(
        _ attempts: [Attempt], idempotency: Idempotency = .none, pace: Pace = .rush, span: ClosedRange<UInt64>? = nil
    ) -> RunFacts {
        var facts = RunFacts(
            scenario: scenario(pace: pace), history: attempts, ledger: nil, finalStock: .units(0), workers: [],
            idempotency: idempotency)
        facts.epoch.span = span
        return facts
    }

    private func series(_ facts: RunFacts, stepLimit: Int = SaleSeries.stepLimit) -> SaleSeries {
        SaleSeries(facts, openedNanoseconds: Self.opened, stepLimit: stepLimit)
    }

    /// Attempts of purchases 1 to 400 within a second, some of which never end.
    private func attempts() -> [Attempt] {
        var generator = SplitMix64(seed: 3)
        return (1...400).map { purchase in
            let invoked = Self.opened + generator.next() % 1_000_000_000
            let outcome = Outcome.allCases[Int(generator.next() % 7)]
            let isOpen = outcome == .unknown && generator.next() % 2 == 0
            return Attempt(
                id: (purchase - 1) * 3 + 1, purchase: purchase, buyer: purchase, worker: purchase % 2,
                thread: purchase % 3, invokedNanoseconds: invoked,
                returnedNanoseconds: isOpen ? nil : invoked + generator.next() % 5_000_000, outcome: outcome,
                quantity: 1 + purchase % 3, remaining: outcome == .won ? purchase : nil)
        }
    }

    @Test(arguments: [1, 7, 300])
    func agreesWithASumOverAllAttempts(limit: Int) throws {
        let attempts = attempts()
        let series = series(facts(attempts), stepLimit: limit)
        let start = try #require(series.startNanoseconds)
        #expect(start == attempts.map(\.invokedNanoseconds).min())
        #expect(series.steps.count <= limit)
        for (index, step) in series.steps.enumerated() {
            let from = start + UInt64(index) * series.widthNanoseconds
            let within = attempts.filter {
                let end = $0.returnedNanoseconds ?? $0.invokedNanoseconds
                return end >= from && end - from < series.widthNanoseconds
            }
            let wins = within.filter { $0.outcome == .won }
            #expect(step.outcomes == Tally(within))
            #expect(step.soldUnits == wins.reduce(0) { $0 + $1.quantity })
            #expect(step.remaining == wins.max { $0.returnedNanoseconds! < $1.returnedNanoseconds! }?.remaining)
        }
        #expect(series.lastWin == attempts.filter { $0.outcome == .won }.compactMap(\.returnedNanoseconds).max())
        #expect(series.outside == 0)
        for outcome in Outcome.allCases {
            let ended = attempts.filter { $0.outcome == outcome && $0.returnedNanoseconds != nil }
            #expect(series.latencies[outcome]?.count ?? 0 == ended.count)
            #expect(
                series.latencies[outcome]?.max == ended.map { $0.returnedNanoseconds! - $0.invokedNanoseconds }.max())
        }
        #expect(series.latencySteps.reduce(0) { $0 + $1.samples } == attempts.count { $0.returnedNanoseconds != nil })
        #expect(series.shares.reduce(0) { $0 + $1.attempts } == 400)
        for share in series.shares {
            let own = attempts.filter { $0.worker == share.worker && $0.thread == share.thread }
            #expect(share.attempts == own.count && share.wins == own.count { $0.outcome == .won })
        }
    }

    @Test(
        arguments: [
            (0, 1), (1, 1), (299, 1), (300, 2), (5_000_000, 20_000), (1_500_000_000, 10_000_000),
            (UInt64.max, 100_000_000_000_000_000),
        ] as [(UInt64, UInt64)])
    func hasStepsOfARoundWidth(span: UInt64, width: UInt64) {
        let attempts = [
            Attempt(id: 1, purchase: 1, buyer: 1, invokedNanoseconds: 0, returnedNanoseconds: span, outcome: .won)
        ]
        let series = series(facts(attempts))
        #expect(series.widthNanoseconds == width)
        #expect(series.steps.count == Int(span / width) + 1)
        #expect(series.steps.last?.soldUnits == 1)
    }

    @Test func isEmptyWithoutAttempts() {
        let series = series(facts([]))
        #expect(series.startNanoseconds == nil && series.endNanoseconds == nil)
        #expect(series.steps.isEmpty && series.latencySteps.isEmpty && series.latencies.isEmpty)
    }

    /// A forged time neither stretches the picture nor is counted in a step that it was not in.
    @Test func leavesOutWhatIsOutsideOfTheRun() {
        var attempts = attempts()
        let before = series(facts(attempts, span: Self.opened...(Self.opened + 2_000_000_000)))
        attempts.append(
            Attempt(
                id: 5000, purchase: 1700, buyer: 1700, worker: 9, thread: 60_000, invokedNanoseconds: Self.opened,
                returnedNanoseconds: 1 << 62, outcome: .won))
        let after = series(facts(attempts, span: Self.opened...(Self.opened + 2_000_000_000)))
        #expect(after.outside == 1)
        #expect(after.soldUnits == before.soldUnits)
        #expect(
            after.shares.last
                == {
                    var share = SaleSeries.Share(worker: 9, thread: 60_000); share.attempts = 1; share.wins = 1;
                    return share
                }())
    }

    @Test(arguments: [(Idempotency.none, 9), (.purchase, 6), (.buyer, 3)])
    func countsARepeatedWinOnce(idempotency: Idempotency, units: Int) {
        func win(_ id: Int, purchase: Int, buyer: Int, at time: UInt64) -> Attempt {
            Attempt(
                id: id, purchase: purchase, buyer: buyer, invokedNanoseconds: time, returnedNanoseconds: time + 10,
                outcome: .won, quantity: 3)
        }
        let series = series(
            facts(
                [
                    win(1, purchase: 1, buyer: 1, at: 500), win(2, purchase: 1, buyer: 1, at: 100),
                    win(4, purchase: 2, buyer: 1, at: 900),
                ], idempotency: idempotency))
        #expect(series.soldUnits == units)
        // The first of them sold it.
        #expect(series.steps.first { $0.soldUnits > 0 }?.soldUnits == 3)
        #expect(series.steps.firstIndex { $0.soldUnits > 0 } == Int(10 / series.widthNanoseconds))
    }

    @Test func tellsWhatWasPlannedAndCountsLatencyFromThere() throws {
        // A purchase each 10 ms, each of which starts 1 ms late and takes 2 ms.
        let pace = Pace(rate: Rate(perSecond: 100))
        let planned = PlannedStarts(scenario(pace: pace))
        let attempts = try (1...50).map { purchase in
            let start = try #require(planned.instant(ofPurchase: purchase, openedNanoseconds: Self.opened)) + 1_000_000
            return Attempt(
                id: (purchase - 1) * 3 + 1, purchase: purchase, buyer: purchase, invokedNanoseconds: start,
                returnedNanoseconds: start + 2_000_000, outcome: .won)
        }
        let series = series(facts(attempts, pace: pace))
        #expect(series.steps.reduce(0) { $0 + $1.started } == 50)
        // The first was to start before the first step.
        #expect(series.steps.reduce(0) { $0 + $1.planned } == 49)
        let median = try #require(series.latencies[.won]?.nanoseconds(part: 0.5))
        #expect(median == 3_000_000)
    }

    @Test func countsAttemptsOfPurchases() {
        func attempt(_ purchase: Int, _ number: Int, _ outcome: Outcome) -> Attempt {
            let time = UInt64(purchase * 100 + number * 10)
            return Attempt(
                id: (purchase - 1) * 3 + number, purchase: purchase, buyer: purchase, number: number,
                invokedNanoseconds: time, returnedNanoseconds: time + 5, outcome: outcome)
        }
        let series = series(
            facts([
                attempt(1, 1, .won), attempt(2, 1, .conflict), attempt(2, 2, .conflict), attempt(2, 3, .won),
                attempt(3, 1, .soldOut), attempt(4, 1, .conflict), attempt(4, 2, .conflict), attempt(4, 3, .conflict),
            ]))
        #expect(series.persistence.map(\.attempts) == [1, 3])
        #expect(series.persistence.map(\.won) == [1, 1])
        #expect(series.persistence.map(\.others) == [1, 1])
    }
}
