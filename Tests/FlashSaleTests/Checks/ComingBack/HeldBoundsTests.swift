import Testing

@testable import FlashSale

/// The sweep against looking at every instant.
@Suite struct HeldBoundsTests {
    private struct Entry {
        var call: UInt64
        var end: UInt64?
        var kind: Int
        var units: Int

        /// The least and the most that it adds at an instant.
        func bounds(at instant: UInt64) -> (least: Int, most: Int) {
            let isCalled = call <= instant
            let isOver = end.map { $0 < instant } ?? false
            switch kind {
            case 0: return (isOver ? units : 0, isCalled ? units : 0)
            case 1: return (0, isCalled ? units : 0)
            case 2: return (0, isCalled && !isOver ? units : 0)
            default: return (isCalled ? -units : 0, isOver ? -units : 0)
            }
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func agrees(seed: UInt64) {
        var random = SeededNumbers(state: seed)
        let entries = (0..<Int.random(in: 1...12, using: &random)).map { _ in
            let call = UInt64.random(in: 0...20, using: &random)
            return Entry(
                call: call, end: random.chance(85) ? call + .random(in: 0...8, using: &random) : nil,
                kind: .random(in: 0...3, using: &random), units: .random(in: 1...3, using: &random))
        }
        var bounds = HeldBounds()
        for entry in entries {
            switch entry.kind {
            case 0: bounds.take(from: entry.call, to: entry.end, units: entry.units...entry.units)
            case 1: bounds.mayTake(from: entry.call, units: entry.units)
            case 2: bounds.takeAndGive(from: entry.call, to: entry.end, units: entry.units)
            default: bounds.give(from: entry.call, to: entry.end, units: entry.units)
            }
        }
        bounds.sweep()
        let instants = (0...40 as ClosedRange<UInt64>).map { instant in
            entries.reduce((least: 0, most: 0)) { sum, entry in
                let own = entry.bounds(at: instant)
                return (sum.least + own.least, sum.most + own.most)
            }
        }
        // Between the instant before and this one: what ended by then is over, and what begins here has not come.
        let between = (0...40 as ClosedRange<UInt64>).map { instant in
            entries.reduce(0) { sum, entry in
                if entry.kind == 0, let end = entry.end, end < instant { return sum + entry.units }
                return entry.kind == 3 && entry.call < instant ? sum - entry.units : sum
            }
        }
        for units in 0...4 {
            let first = between.firstIndex { $0 > units }.map(UInt64.init)
            #expect(bounds.first(above: units)?.instant == first)
            let inTheEnd = entries.reduce(0) { $0 + ($1.kind == 0 ? $1.units : $1.kind == 3 ? -$1.units : 0) }
            if first == nil { #expect((bounds.first(above: units) != nil) == (inTheEnd > units)) }
        }
        for _ in 0..<40 {
            let first = UInt64.random(in: 0...30, using: &random)
            let interval = first...first + .random(in: 0...10, using: &random)
            let within = instants[Int(interval.lowerBound)...Int(interval.upperBound)]
            #expect(bounds.most(in: interval) == within.map(\.most).max())
            #expect(bounds.least(in: interval) == within.map(\.least).min())
            let (least, most) = (Int.random(in: -3...6, using: &random), Int.random(in: -2...8, using: &random))
            #expect(
                bounds.hasInstant(in: interval, least: least, most: most)
                    == within.contains { $0.least <= least && $0.most >= most })
        }
    }

    @Test(arguments: [1, 31, 32, 33, 64, 500, 3000])
    func maximum(count: Int) {
        var random = SeededNumbers(state: UInt64(count))
        let numbers = (0..<count).map { _ in Int.random(in: -1000...1000, using: &random) }
        let maximum = RangeMaximum(numbers)
        for _ in 0..<500 {
            let first = Int.random(in: 0..<count, using: &random)
            let last = Int.random(in: first..<count, using: &random)
            #expect(maximum.maximum(in: first...last) == numbers[first...last].max())
        }
    }

    @Test("damaged times end no program")
    func extremes() {
        var bounds = HeldBounds()
        bounds.take(from: .max, to: 0, units: 1...2)
        bounds.takeAndGive(from: .max, to: .max, units: 1)
        bounds.give(from: 0, to: .max, units: 1)
        bounds.sweep()
        #expect(bounds.most(in: 0...UInt64.max) == 3)
        #expect(bounds.first(above: 0) == nil)
        bounds = HeldBounds()
        bounds.take(from: 0, to: .max, units: 1...1)
        bounds.take(from: 0, to: nil, units: 1...1)
        bounds.sweep()
        #expect(bounds.first(above: 1)?.least == 2)
        #expect(bounds.first(above: 1)?.instant == nil)
    }
}
