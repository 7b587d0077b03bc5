/// When each purchase was to start, by its number: what the ``ArrivalQueue`` of every thread says, for reports that count
/// latency from there.
///
/// A client that is late because the one before took long would hide its wait otherwise: "coordinated omission" (Tene, "How
/// not to measure latency", 2013).
package struct PlannedStarts: Sendable, Equatable {
    /// Of purchase 1, 2, …, in nanoseconds since the doors opened; ``none`` where nothing was planned. Empty in a closed loop.
    private var starts: [UInt64] = []
    private static let none = UInt64.max

    /// Nothing was planned.
    package init() {}

    /// Takes eight bytes for each purchase up to the last one that has a planned start.
    package init(_ scenario: Scenario) {
        let pace = scenario.pace
        guard pace.isOpen || !pace.bursts.isEmpty else { return }
        for thread in 0..<scenario.threads {
            for worker in 0..<scenario.procs { take(ArrivalQueue(scenario, worker: worker, thread: thread)) }
        }
    }

    private mutating func take(_ queue: ArrivalQueue) {
        var queue = queue
        while let arrival = queue.nextPlanned() {
            if arrival.purchase > starts.count {
                starts += repeatElement(Self.none, count: arrival.purchase - starts.count)
            }
            starts[arrival.purchase - 1] = arrival.plannedNanoseconds ?? Self.none
        }
    }

    /// Nanoseconds since the doors opened; nil where the purchase starts when it can.
    ///
    /// - Parameter purchase: from 1.
    @inline(__always)
    package func nanoseconds(ofPurchase purchase: Int) -> UInt64? {
        guard purchase <= starts.count, starts[purchase - 1] != Self.none else { return nil }
        return starts[purchase - 1]
    }

    /// How many purchases have a planned start before the doors close, and before `end`.
    ///
    /// - Parameter end: since the doors opened.
    package func count(beforeNanoseconds end: UInt64 = .max) -> Int {
        // What has no planned start has the largest number.
        starts.count { $0 < end }
    }

    /// CLOCK_MONOTONIC at which a purchase was to start; nil where it starts when it can, or where no clock gets so far.
    ///
    /// - Parameters:
    ///   - purchase: from 1.
    ///   - openedNanoseconds: CLOCK_MONOTONIC of the opening of the doors.
    @inline(__always)
    package func instant(ofPurchase purchase: Int, openedNanoseconds: UInt64) -> UInt64? {
        guard let start = nanoseconds(ofPurchase: purchase) else { return nil }
        let (instant, isBeyond) = openedNanoseconds.addingReportingOverflow(start)
        return isBeyond ? nil : instant
    }

    /// Hands out every planned start, CLOCK_MONOTONIC, in the order of purchases.
    package func forEach(openedNanoseconds: UInt64, _ body: (UInt64) -> Void) {
        for start in starts where start != Self.none {
            let (instant, isBeyond) = openedNanoseconds.addingReportingOverflow(start)
            if !isBeyond { body(instant) }
        }
    }
}
