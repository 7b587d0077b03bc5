/// Which faults are due, and whom they strike. Pure: everything follows from the scenario, its seed, and what is handed in.
package struct FaultPlan: Sendable {
    package let faults: [Fault]
    private let seed: UInt64
    private let units: Int
    /// Whether each has been handed out.
    private var begun: [Bool]

    package init(_ scenario: Scenario) {
        faults = scenario.faults ?? []
        seed = scenario.seed
        units = scenario.units
        begun = Array(repeating: false, count: faults.count)
    }

    /// The indices of faults that begin now, in the order in which they were named; each is returned once.
    ///
    /// - Parameters:
    ///   - elapsedNanoseconds: since the doors opened.
    ///   - sold: units that buyers were told are theirs, as far as is known.
    package mutating func due(elapsedNanoseconds: UInt64, sold: Int) -> [Int] {
        var due: [Int] = []
        for (index, fault) in faults.enumerated() where !begun[index] {
            switch fault.moment {
            case .time(let nanoseconds): guard elapsedNanoseconds >= nanoseconds else { continue }
            case .sold(let share): guard Double(sold) >= share * Double(units) else { continue }
            }
            begun[index] = true
            due.append(index)
        }
        return due
    }

    /// Begins one before its time has come.
    package mutating func begin(_ index: Int) { begun[index] = true }

    /// Those that were never due.
    package var unbegun: [Int] { begun.indices.filter { !begun[$0] } }

    /// When the next one is due by time, in nanoseconds since the doors opened; nil where none is.
    package var nextTime: UInt64? {
        faults.indices.compactMap { index in
            if case .time(let nanoseconds) = faults[index].moment, !begun[index] { nanoseconds } else { nil }
        }.min()
    }

    /// Whether one waits for units to be sold.
    package var waitsForSales: Bool {
        faults.indices.contains { index in
            if case .sold = faults[index].moment { !begun[index] } else { false }
        }
    }

    /// Of `count` workers or connections, those that a fault strikes: its share, but at least one, as the seed draws them.
    package func struck(by index: Int, of count: Int) -> [Int] {
        guard count > 0 else { return [] }
        let wanted = min(count, max(1, Int((Double(count) * (faults[index].share ?? 1)).rounded())))
        var generator = SplitMix64(seed: Self.mixed(seed, index))
        return Array((0..<count).shuffled(using: &generator).prefix(wanted)).sorted()
    }

    /// Whether a fault of the wire strikes an attempt. The same in every run with this seed.
    ///
    /// - Parameters:
    ///   - threshold: ``threshold(share:)`` of its share.
    ///   - attempt: its id.
    @inline(__always)
    package static func strikes(_ index: Int, attempt: Int, threshold: UInt64, seed: UInt64) -> Bool {
        var generator = SplitMix64(
            seed: mixed(seed, index) ^ (UInt64(truncatingIfNeeded: attempt) &* 0x9E37_79B9_7F4A_7C15))
        return generator.next() <= threshold
    }

    /// Of all 64-bit numbers, up to which one a share goes.
    package static func threshold(share: Double) -> UInt64 {
        share >= 1 ? .max : UInt64(max(0, share) * 0x1p64)
    }

    @inline(__always)
    private static func mixed(_ seed: UInt64, _ index: Int) -> UInt64 {
        seed ^ (UInt64(truncatingIfNeeded: index &+ 1) &* 0xD6E8_FEB8_6659_FD93)
    }
}
