import FlashSale
import Foundation
import Testing

/// Arrivals of a fixed seed are always the same, so these bounds hold always or never. Each is at least four deviations wide.
@Suite struct PoissonTests {
    private static func fleet(_ rate: Rate, _ buyers: Int, procs: Int, threads: Int, seed: UInt64 = 1) -> PlayedFleet {
        var rate = rate
        rate.arrivals = .poisson
        return PlayedFleet(.paced(Pace(rate: rate), buyers: buyers, procs: procs, threads: threads, seed: seed))
    }

    @Test(
        "the distances of the whole fleet are exponential and independent",
        arguments: [(1, 1, 1), (2, 4, 1), (2, 4, 2), (4, 100, 1), (3, 7, 99)] as [(Int, Int, UInt64)])
    func distances(procs: Int, threads: Int, seed: UInt64) {
        let count = 100_000
        let planned = Self.fleet(Rate(perSecond: 1000), count, procs: procs, threads: threads, seed: seed).planned
        #expect(planned.count == count)
        // In units of the mean.
        let distances = zip([0] + planned, planned).map { Double($1 - $0) / 1_000_000 }
        let number = Double(count)
        let mean = distances.reduce(0, +) / number
        let variance = distances.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (number - 1)
        // Deviations of the two for exponential distances: 1/√n and √(8/n).
        #expect(abs(mean - 1) < 4 / number.squareRoot())
        #expect(abs(variance - 1) < 4 * (8 / number).squareRoot())
        // Independent: the correlation of neighbours deviates by 1/√n.
        let products = zip(distances, distances.dropFirst()).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
        #expect(abs(products / number / variance) < 4 / number.squareRoot())
        // Kolmogorov and Smirnov: beyond 2.23/√n once in ten thousand times.
        let furthest = distances.sorted().enumerated().reduce(0) { furthest, item in
            max(furthest, abs(1 - exp(-item.element) - (Double(item.offset) + 0.5) / number))
        }
        #expect(furthest < 2.23 / number.squareRoot())
        // Counts of windows vary as much as they have a mean, also over many rounds of the fleet.
        for window in [10_000_000, 1_000_000_000] as [UInt64] {
            var counts = [Double](repeating: 0, count: Int(planned[count - 1] / window))
            for time in planned where Int(time / window) < counts.count { counts[Int(time / window)] += 1 }
            let average = counts.reduce(0, +) / Double(counts.count)
            let spread = counts.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(counts.count - 1)
            #expect(abs(spread / average - 1) < 4 * (2 / Double(counts.count)).squareRoot(), "\(window)")
        }
    }

    @Test("the rate holds to the last buyer, however few there are for each thread", arguments: [40, 400, 401, 2000])
    func last(buyers: Int) {
        let planned = Self.fleet(Rate(perSecond: 1000), buyers, procs: 4, threads: 100).planned
        let expected = Double(buyers) * 1e6
        #expect(abs(Double(planned.last!) - expected) < 4 * Double(buyers).squareRoot() * 1e6)
        // Half of them in about half of the time.
        let half = planned.count { Double($0) < expected / 2 }
        #expect(abs(Double(half) - Double(buyers) / 2) < 4 * (Double(buyers) / 2).squareRoot())
    }

    @Test("on a ramp as many come in each second as the integral of the rate says")
    func ramp() {
        let rate = Rate(from: 0, to: 20_000, rampNanoseconds: 10_000_000_000)
        let planned = Self.fleet(rate, 120_000, procs: 2, threads: 5).planned
        for second in 0..<10 as Range<UInt64> {
            let came = planned.count { $0 / 1_000_000_000 == second }
            let expected =
                rate.expected(byNanoseconds: (second + 1) * 1_000_000_000)
                - rate.expected(byNanoseconds: second * 1_000_000_000)
            #expect(abs(Double(came) - expected) < 4 * expected.squareRoot(), "\(second)")
        }
    }

    @Test("the seed decides, and nothing else: neither when nor how often one asks")
    func seeds() {
        let rate = Rate(perSecond: 1000)
        let first = Self.fleet(rate, 1000, procs: 2, threads: 3, seed: 7)
        #expect(first.started == Self.fleet(rate, 1000, procs: 2, threads: 3, seed: 7).started)
        #expect(first.planned != Self.fleet(rate, 1000, procs: 2, threads: 3, seed: 8).planned)

        let scenario = Scenario.paced(
            Pace(rate: Rate(perSecond: 1000, arrivals: .poisson)), buyers: 1000, procs: 2, threads: 3, seed: 7)
        for thread in 0..<3 {
            let own = first.started.filter { $0.worker == 1 && $0.thread == thread }
            var late = ArrivalQueue(scenario, worker: 1, thread: thread)
            var eager = late
            for purchase in own {
                let arrival = ArrivalQueue.Arrival(
                    purchase: purchase.purchase, plannedNanoseconds: purchase.plannedNanoseconds)
                #expect(late.next(atNanoseconds: 1_000_000_000_000) == .buy(arrival))
                let due = purchase.plannedNanoseconds!
                for early in [due / 2, due - 1] where due > 0 {
                    #expect(eager.next(atNanoseconds: early) == .wait(untilNanoseconds: due))
                }
                #expect(eager.next(atNanoseconds: due) == .buy(arrival))
            }
        }
    }
}
