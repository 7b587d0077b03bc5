import FlashSale
import Testing

/// The planned start of every purchase is what the queues of all threads say, whatever the number of threads is.
@Suite struct PlannedStartsTests {
    private static func scenario(
        _ pace: Pace, buyers: Int = 12, purchasesPerBuyer: Int = 1, procs: Int = 2, threads: Int = 3
    ) -> Scenario {
        Scenario(
            strategy: .init(name: "lua", yaml: ""), units: 5, buyers: buyers, purchasesPerBuyer: purchasesPerBuyer,
            procs: procs, threads: threads, pace: pace)
    }

    private static func milliseconds(_ scenario: Scenario) -> [UInt64?] {
        let starts = PlannedStarts(scenario)
        return (1...scenario.totalPurchases).map { purchase in
            starts.nanoseconds(ofPurchase: purchase).map { $0 / 1_000_000 }
        }
    }

    @Test(arguments: [(1, 1), (2, 3), (3, 1), (1, 20)])
    func aConstantRateIsSpreadOverAllThreads(procs: Int, threads: Int) {
        let scenario = Self.scenario(Pace(rate: Rate(perSecond: 100)), procs: procs, threads: threads)
        #expect(Self.milliseconds(scenario) == (0..<12).map { UInt64($0 * 10) })
    }

    @Test func aClosedLoopHasNone() {
        let starts = PlannedStarts(Self.scenario(.rush))
        #expect(starts.count() == 0)
        #expect(starts.nanoseconds(ofPurchase: 1) == nil && starts.nanoseconds(ofPurchase: 99) == nil)
    }

    @Test func inAClosedLoopOnlyExtraRushesHaveOne() {
        let pace = Pace(bursts: [
            .init(buyers: 2, atNanoseconds: 7_000_000), .init(buyers: 1, atNanoseconds: 3_000_000),
        ])
        #expect(
            Self.milliseconds(Self.scenario(pace, buyers: 5, purchasesPerBuyer: 2))
                == [7, 7, 7, 7, 3, 3, nil, nil, nil, nil])
    }

    @Test func extraRushesComeBesideTheRate() {
        let pace = Pace(rate: Rate(perSecond: 1000), bursts: [.init(buyers: 3, atNanoseconds: 2_000_000)])
        #expect(Self.milliseconds(Self.scenario(pace, buyers: 7)) == [2, 2, 2, 0, 1, 2, 3])
    }

    @Test func whoComesAfterTheDoorsCloseHasNone() {
        let pace = Pace(rate: Rate(perSecond: 1000), durationNanoseconds: 3_000_000)
        #expect(Self.milliseconds(Self.scenario(pace, buyers: 5)) == [0, 1, 2, nil, nil])
        #expect(PlannedStarts(Self.scenario(pace)).count() == 3)
        let never = Pace(rate: Rate(perSecond: 1000), durationNanoseconds: 0)
        #expect(PlannedStarts(Self.scenario(never)).count() == 0)
    }

    @Test func thoseWhoAreDueAreCounted() {
        let pace = Pace(rate: Rate(perSecond: 1000), bursts: [.init(buyers: 3, atNanoseconds: 2_000_000)])
        let starts = PlannedStarts(Self.scenario(pace, buyers: 7))
        // 0, 1, 2, 2, 2, 2 and 3 ms.
        #expect(
            [0, 1, 1_000_000, 2_000_000, 2_000_001, 9_000_000].map { starts.count(beforeNanoseconds: $0) }
                == [0, 1, 1, 2, 6, 7])
        let rushes = PlannedStarts(
            Self.scenario(Pace(bursts: [.init(buyers: 2, atNanoseconds: 90)], durationNanoseconds: 100), buyers: 7))
        #expect(rushes.count() == 2 && rushes.count(beforeNanoseconds: 90) == 0)
    }

    @Test func aPoissonProcessIsWhatTheThreadsSee() {
        let scenario = Self.scenario(Pace(rate: Rate(perSecond: 50, arrivals: .poisson)), buyers: 200)
        let starts = PlannedStarts(scenario)
        #expect(starts.count() == 200)
        for (worker, thread) in [(0, 0), (1, 0), (0, 1), (1, 2)] {
            var queue = ArrivalQueue(scenario, worker: worker, thread: thread)
            var now: UInt64 = 0
            while true {
                switch queue.next(atNanoseconds: now) {
                case .buy(let arrival):
                    #expect(starts.nanoseconds(ofPurchase: arrival.purchase) == arrival.plannedNanoseconds)
                    continue
                case .wait(let until): now = until
                case .closed: now = .max
                }
                if now == .max { break }
            }
        }
    }
}
