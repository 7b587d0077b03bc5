import FlashSale
import Testing

/// What pings prove of a clock, held against how it really goes.
struct MachineClockTests {
    private typealias SplitMix = SimulatedSale.SplitMix
    private static let second = TrueClock.second

    @Test(
        "the true offset is always between the bounds, over 60 s with 80 ppm, between the pings, before and after them")
    func truthIsInside() {
        for seed in 0..<40 as Range<UInt64> {
            var random = SplitMix(state: seed)
            let truth = TrueClock(seconds: 80, most: 80, using: &random)
            let clock = truth.proven(from: 10 * Self.second, to: 70 * Self.second, using: &random)
            #expect(clock.isSound && clock.exchangeCount == 241)
            for _ in 0..<2000 {
                let here = UInt64.random(in: 5 * Self.second...75 * Self.second, using: &random)
                let offset = Int64(truth.there(here)) - Int64(here)
                #expect(clock.offsets(atHere: here)?.contains(offset) == true, "seed \(seed), \(here)")
            }
        }
    }

    @Test("and so is the moment at which it showed a time, even where it goes as wrong as it may")
    func momentsAreInside() throws {
        for seed in 0..<40 as Range<UInt64> {
            var random = SplitMix(state: seed)
            let truth = TrueClock(seconds: 30, most: 499, using: &random)
            let clock = truth.proven(from: 10 * Self.second, to: 20 * Self.second, using: &random)
            for _ in 0..<2000 {
                let here = UInt64.random(in: 8 * Self.second...22 * Self.second, using: &random)
                let moments = try #require(clock.moments(atThere: truth.there(here)))
                // What it shows is cut to whole nanoseconds.
                #expect(moments.lowerBound <= here + 1 && here <= moments.upperBound + 1, "seed \(seed), \(here)")
            }
        }
    }

    @Test("a ping every 250 ms leaves less open than two delays and what clocks run apart by meanwhile")
    func widths() throws {
        var random = SplitMix(state: 1)
        let truth = TrueClock(seconds: 80, most: 80, using: &random)
        let span = 10 * Self.second...70 * Self.second
        let clock = truth.proven(from: span.lowerBound, to: span.upperBound, delays: 20_000...40_000, using: &random)
        let widths = try #require(clock.widths(during: span))
        #expect(widths.median <= widths.max && widths.max < 80_000 + 2 * 125_000 + 1000)
        #expect(widths.median > 40_000)
        for _ in 0..<2000 {
            let here = UInt64.random(in: span, using: &random)
            let offsets = try #require(clock.offsets(atHere: here))
            #expect(UInt64(offsets.upperBound - offsets.lowerBound) <= widths.max)
        }
    }

    @Test("of two moments the later one is never told first, in either direction")
    func order() throws {
        for seed in 0..<20 as Range<UInt64> {
            var random = SplitMix(state: seed)
            let truth = TrueClock(seconds: 30, most: 400, using: &random)
            let clock = truth.proven(from: 10 * Self.second, to: 15 * Self.second, using: &random)
            let start = truth.there(9 * Self.second)
            for _ in 0..<3000 {
                let there = start + .random(in: 0...8 * Self.second, using: &random)
                let other = there + .random(in: 0...5000, using: &random)
                let (first, second) = (
                    try #require(clock.moments(atThere: there)), try #require(clock.moments(atThere: other))
                )
                #expect(first.lowerBound <= second.lowerBound && first.upperBound <= second.upperBound)
                if other - there > 2001 {
                    #expect(first.lowerBound < second.lowerBound && first.upperBound < second.upperBound)
                }
                let here = first.lowerBound
                #expect(
                    try #require(clock.there(here))
                        <= (try #require(clock.there(here + .random(in: 0...5000, using: &random)))))
            }
        }
    }

    @Test("the order in which exchanges are taken says nothing")
    func anyOrder() {
        var random = SplitMix(state: 3)
        let truth = TrueClock(seconds: 80, most: 80, using: &random)
        let exchanges = (0..<200).map {
            truth.exchange(at: Self.second + UInt64($0) * 250_000_000, delays: 10_000...900_000, using: &random)
        }
        var (one, other) = (MachineClock(), MachineClock())
        for exchange in exchanges { one.take(exchange) }
        for exchange in exchanges.shuffled(using: &random) { other.take(exchange) }
        #expect(one == other && one.isSound)
    }

    @Test("a day of pings of four workers takes no more room than is kept, and stays true")
    func longRun() throws {
        var random = SplitMix(state: 4)
        let truth = TrueClock(seconds: 90_000, most: 80, using: &random)
        var clock = MachineClock()
        for ping in 0..<86_400 as Range<UInt64> {
            clock.take(truth.exchange(at: Self.second * (ping + 1), delays: 20_000...300_000, using: &random))
        }
        #expect(clock.isSound && clock.exchangeCount == 86_400)
        let kept = clock.thinned
        #expect(kept.mostText.split(separator: " ").count <= 1000 && kept.leastText.split(separator: " ").count <= 1000)
        #expect(kept.thinned == kept)
        for _ in 0..<2000 {
            let here = UInt64.random(in: Self.second...86_000 * Self.second, using: &random)
            #expect(kept.offsets(atHere: here)?.contains(Int64(truth.there(here)) - Int64(here)) == true)
        }
        // What is asked for while a run goes on is of the last moments.
        let offsets = try #require(clock.offsets(atHere: 86_400 * Self.second))
        #expect(offsets.upperBound - offsets.lowerBound < 1_200_000)
    }

    @Test("as a text and back it is the same clock")
    func text() {
        var random = SplitMix(state: 5)
        let truth = TrueClock(seconds: 80, most: 80, using: &random)
        let clock = truth.proven(from: Self.second, to: 60 * Self.second, using: &random)
        let read = MachineClock(
            most: clock.mostText, least: clock.leastText, exchanges: clock.exchangeCount, isSound: clock.isSound)
        #expect(read == clock)
    }

    @Test(
        "a clock that was set, stood still or tells nonsense proves nothing any more",
        arguments: [-50_000_000, 50_000_000, 2_000_000])
    func steps(_ nanoseconds: Int64) {
        var random = SplitMix(state: 6)
        var truth = TrueClock(seconds: 80, most: 80, using: &random)
        truth.steps(at: 30 * Self.second, by: nanoseconds)
        var clock = truth.proven(from: 20 * Self.second, to: 29 * Self.second, using: &random)
        #expect(clock.isSound)
        clock.take(truth.exchange(at: 31 * Self.second, delays: 20_000...300_000, using: &random))
        #expect(!clock.isSound && clock.hasStepped)
        #expect(clock.offsets(atHere: 25 * Self.second) == nil && clock.there(25 * Self.second) == nil)
        #expect(clock.moments(atThere: truth.there(25 * Self.second)) == nil)
        #expect(clock.widths(during: 0...1) == nil)
    }

    @Test func nonsenseProvesNothing() {
        #expect(!MachineClock().isSound && MachineClock().there(5) == nil)
        for exchange in [
            ClockExchange(sent: 10, received: 8, answered: 7, heard: 20),
            ClockExchange(sent: 20, received: 8, answered: 9, heard: 10),
            // The machine says that it took longer than all of it can have lasted.
            ClockExchange(sent: 10, received: 100, answered: 200, heard: 30),
            ClockExchange(sent: 10, received: .max - 1, answered: .max, heard: 30),
        ] {
            var clock = MachineClock()
            clock.take(exchange)
            #expect(!clock.isSound)
        }
    }

    @Test("doors opened within what their clocks prove, and no closer")
    func doors() throws {
        for seed in 0..<200 as Range<UInt64> {
            var random = SplitMix(state: seed)
            let gate = 15 * Self.second
            var elsewhere: [(clock: MachineClock, opened: UInt64)] = []
            var openings = [gate]
            for _ in 0..<4 {
                let truth = TrueClock(seconds: 30, most: 80, using: &random)
                let before = truth.proven(from: 10 * Self.second, to: gate - 1, using: &random)
                let opened = try #require(before.there(gate))
                // The moment at which its clock really showed that.
                var (low, high) = (gate - Self.second, gate + Self.second)
                while low < high {
                    let middle = (low + high) / 2
                    if truth.there(middle) < opened { low = middle + 1 } else { high = middle }
                }
                openings.append(low)
                var known = before
                known.take(truth.exchange(at: gate + 100_000_000, delays: 20_000...300_000, using: &random))
                elsewhere.append((known, opened))
            }
            let apart = Double(try #require(openings.max()) - (try #require(openings.min()))) / 1000
            let gateRecord = RunRecord.Gate.Machines(opened: gate, elsewhere: elsewhere)
            let proven = try #require(gateRecord.provenWithinUs)
            #expect(gateRecord.hosts == 5 && apart <= proven + 0.002 && proven < 2000, "seed \(seed)")
        }
    }
}
