import FlashSale
import Testing

@Suite struct ArrivalQueueTests {
    typealias Burst = Pace.Burst

    static let paces: [Pace] = [
        .rush, Pace(rate: Rate(perSecond: 1000)), Pace(rate: Rate(perSecond: 1000, arrivals: .poisson)),
        Pace(rate: Rate(from: 0, to: 500, rampNanoseconds: 1_000_000)),
        Pace(bursts: [Burst(buyers: 7, atNanoseconds: 5000)]),
        Pace(
            rate: Rate(perSecond: 3000),
            bursts: [
                Burst(buyers: 1, atNanoseconds: 9000), Burst(buyers: 13, atNanoseconds: 0),
                Burst(buyers: 2, atNanoseconds: 9000),
            ]),
        Pace(
            rate: Rate(perSecond: 3000, arrivals: .poisson), bursts: [Burst(buyers: 5, atNanoseconds: 1_000_000)],
            durationNanoseconds: 3_600_000_000_000),
    ]
    static let fleets: [(procs: Int, threads: Int, buyers: Int, perBuyer: Int)] = [
        (1, 1, 20, 1), (2, 3, 60, 1), (2, 3, 61, 1), (4, 25, 37, 1), (3, 5, 40, 2), (2, 2, 41, 7), (5, 1, 23, 3),
    ]

    @Test("every purchase is made once, by the thread that it is dealt to", arguments: paces, fleets)
    func deals(pace: Pace, fleet: (procs: Int, threads: Int, buyers: Int, perBuyer: Int)) {
        let scenario = Scenario.paced(
            pace, buyers: fleet.buyers, perBuyer: fleet.perBuyer, procs: fleet.procs, threads: fleet.threads)
        let started = PlayedFleet(scenario).started
        #expect(started.map(\.purchase).sorted() == Array(1...scenario.totalPurchases))
        for purchase in started {
            #expect((purchase.purchase - 1) % scenario.totalThreads == purchase.thread * fleet.procs + purchase.worker)
            #expect(scenario.worker(ofPurchase: purchase.purchase) == purchase.worker)
            #expect(purchase.startedNanoseconds == purchase.plannedNanoseconds ?? 0)
        }
        // Those of a rush come first in the numbering, and at their time.
        for (burst, purchases) in zip(pace.bursts, scenario.burstPurchases) {
            #expect(purchases.count == burst.buyers * fleet.perBuyer)
            for purchase in started where purchases.contains(purchase.purchase) {
                #expect(purchase.plannedNanoseconds == burst.atNanoseconds)
            }
        }
        let others = started.filter { scenario.otherPurchases.contains($0.purchase) }
        #expect(others.count == (fleet.buyers - pace.burstBuyers) * fleet.perBuyer)
        if pace.rate == nil { #expect(others.allSatisfy { $0.plannedNanoseconds == nil }) }
        if let rate = pace.rate, rate.arrivals == .constant {
            for purchase in others {
                let before = Double(purchase.purchase - scenario.otherPurchases.lowerBound)
                #expect(purchase.plannedNanoseconds == rate.nanoseconds(expecting: before))
            }
        }
    }

    @Test("equal distances over the whole fleet, from the moment that the doors open")
    func constant() {
        let scenario = Scenario.paced(Pace(rate: Rate(perSecond: 5000)), buyers: 1001, procs: 3, threads: 7)
        #expect(PlayedFleet(scenario).planned == (0...1000).map { $0 * 200_000 })
    }

    @Test("in a closed loop everybody waits at the doors")
    func closedLoop() {
        var queue = ArrivalQueue(.paced(.rush, buyers: 5, threads: 2), worker: 0, thread: 1)
        #expect(queue.next(atNanoseconds: 0) == .buy(.init(purchase: 2, plannedNanoseconds: nil)))
        #expect(queue.next(atNanoseconds: 70_000) == .buy(.init(purchase: 4, plannedNanoseconds: nil)))
        #expect(queue.next(atNanoseconds: 70_001) == .closed)
    }

    @Test("who comes is waited for, and who waited is served in the order of coming")
    func waits() {
        let pace = Pace(rate: Rate(perSecond: 1000), bursts: [Burst(buyers: 2, atNanoseconds: 2_000_000)])
        var queue = ArrivalQueue(.paced(pace, buyers: 6), worker: 0, thread: 0)
        #expect(queue.next(atNanoseconds: 0) == .buy(.init(purchase: 3, plannedNanoseconds: 0)))
        #expect(queue.next(atNanoseconds: 10) == .wait(untilNanoseconds: 1_000_000))
        #expect(queue.next(atNanoseconds: 10) == .wait(untilNanoseconds: 1_000_000))
        #expect(queue.next(atNanoseconds: 999_999) == .wait(untilNanoseconds: 1_000_000))
        // Late: everybody came meanwhile. The rush goes first among those of its moment.
        #expect(queue.next(atNanoseconds: 2_500_000) == .buy(.init(purchase: 4, plannedNanoseconds: 1_000_000)))
        #expect(queue.next(atNanoseconds: 2_500_000) == .buy(.init(purchase: 1, plannedNanoseconds: 2_000_000)))
        #expect(queue.next(atNanoseconds: 2_500_000) == .buy(.init(purchase: 2, plannedNanoseconds: 2_000_000)))
        #expect(queue.next(atNanoseconds: 2_500_000) == .buy(.init(purchase: 5, plannedNanoseconds: 2_000_000)))
        #expect(queue.next(atNanoseconds: 2_500_000) == .wait(untilNanoseconds: 3_000_000))
        #expect(queue.next(atNanoseconds: .max - 1) == .buy(.init(purchase: 6, plannedNanoseconds: 3_000_000)))
        #expect(queue.next(atNanoseconds: .max - 1) == .closed)
    }

    @Test("a rush goes before those who wait in a closed loop, once it is due")
    func rushInAClosedLoop() {
        let pace = Pace(bursts: [Burst(buyers: 2, atNanoseconds: 500)])
        var queue = ArrivalQueue(.paced(pace, buyers: 5), worker: 0, thread: 0)
        #expect(queue.next(atNanoseconds: 499) == .buy(.init(purchase: 3, plannedNanoseconds: nil)))
        #expect(queue.next(atNanoseconds: 500) == .buy(.init(purchase: 1, plannedNanoseconds: 500)))
        #expect(queue.next(atNanoseconds: 700) == .buy(.init(purchase: 2, plannedNanoseconds: 500)))
        #expect(queue.next(atNanoseconds: 701) == .buy(.init(purchase: 4, plannedNanoseconds: nil)))
        #expect(queue.next(atNanoseconds: 702) == .buy(.init(purchase: 5, plannedNanoseconds: nil)))
        #expect(queue.next(atNanoseconds: 703) == .closed)
    }

    @Test("it is waited for when all others were served")
    func rushAfterAClosedLoop() {
        let pace = Pace(bursts: [Burst(buyers: 1, atNanoseconds: 500)])
        var queue = ArrivalQueue(.paced(pace, buyers: 2), worker: 0, thread: 0)
        #expect(queue.next(atNanoseconds: 0) == .buy(.init(purchase: 2, plannedNanoseconds: nil)))
        #expect(queue.next(atNanoseconds: 1) == .wait(untilNanoseconds: 500))
        #expect(queue.next(atNanoseconds: 500) == .buy(.init(purchase: 1, plannedNanoseconds: 500)))
        #expect(queue.next(atNanoseconds: 500) == .closed)
    }

    @Test("rushes go in the order of their times, and those of one moment in the order of their numbers")
    func rushes() {
        let pace = Pace(
            bursts: [
                Burst(buyers: 2, atNanoseconds: 9), Burst(buyers: 1, atNanoseconds: 3),
                Burst(buyers: 2, atNanoseconds: 9), Burst(buyers: 1, atNanoseconds: 0),
            ])
        let started = PlayedFleet(.paced(pace, buyers: 6)).started
        #expect(started.map(\.purchase) == [6, 3, 1, 2, 4, 5])
        #expect(started.map(\.plannedNanoseconds) == [0, 3, 9, 9, 9, 9])
    }

    // MARK: Doors that close

    @Test("as many come as the rate has time for", arguments: [1, 2, 3, 8])
    func closes(threads: Int) {
        let pace = Pace(rate: Rate(perSecond: 1000), durationNanoseconds: 10_000_000)
        let fleet = PlayedFleet(.paced(pace, buyers: 20_000_000, threads: threads))
        // The one of the eleventh moment comes to closed doors.
        #expect(fleet.planned == (0..<10).map { $0 * 1_000_000 })
    }

    @Test("nobody starts once they are closed")
    func closesBeforeThoseWhoWait() {
        let pace = Pace(
            rate: Rate(perSecond: 1000), bursts: [Burst(buyers: 3, atNanoseconds: 4_000_000)],
            durationNanoseconds: 10_000_000)
        var queue = ArrivalQueue(.paced(pace, buyers: 1000, threads: 2), worker: 0, thread: 0)
        // The thread's own: of the rush 1 and 3, of the others those of an odd number, each 2 ms after the one before.
        #expect(queue.next(atNanoseconds: 0) == .wait(untilNanoseconds: 1_000_000))
        #expect(queue.next(atNanoseconds: 1_000_000) == .buy(.init(purchase: 5, plannedNanoseconds: 1_000_000)))
        #expect(queue.next(atNanoseconds: 9_999_999) == .buy(.init(purchase: 7, plannedNanoseconds: 3_000_000)))
        #expect(queue.next(atNanoseconds: 9_999_999) == .buy(.init(purchase: 1, plannedNanoseconds: 4_000_000)))
        #expect(queue.next(atNanoseconds: 10_000_000) == .closed)
    }

    @Test("nobody waits for a moment at which the doors are closed")
    func closesEarly() {
        let pace = Pace(rate: Rate(perSecond: 1000), durationNanoseconds: 1_000_000)
        var queue = ArrivalQueue(.paced(pace, buyers: 9), worker: 0, thread: 0)
        #expect(queue.next(atNanoseconds: 0) == .buy(.init(purchase: 1, plannedNanoseconds: 0)))
        #expect(queue.next(atNanoseconds: 1) == .closed)
    }

    @Test("a rate that falls to 0 ends by itself", arguments: [Rate.Arrivals.constant, .poisson])
    func fallsToNothing(arrivals: Rate.Arrivals) {
        let rate = Rate(from: 2000, to: 0, rampNanoseconds: 1_000_000_000, arrivals: arrivals)
        let fleet = PlayedFleet(.paced(Pace(rate: rate), buyers: 20_000_000, threads: 4))
        // 1000 are expected, and 1000 plus the one at the very end come at equal distances; otherwise within 5 deviations.
        #expect(arrivals == .constant ? fleet.started.count == 1001 : (842...1158).contains(fleet.started.count))
        #expect(fleet.planned.last! <= 1_000_000_000)
    }
}
