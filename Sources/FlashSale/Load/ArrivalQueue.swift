internal import Foundation

/// The purchases that one thread of the fleet starts, and when: a pure function of the scenario and the time.
///
/// Purchases are numbered: those of extra rushes first, then all others. They are dealt over all threads of the fleet in
/// turn, so that the consecutive purchases of one buyer race from different processes.
package struct ArrivalQueue: Sendable {
    /// A purchase that comes in.
    package struct Arrival: Equatable, Sendable, BitwiseCopyable {
        package var purchase: Int
        /// When it was to start, since the doors opened; nil in a closed loop, where it starts when it can.
        package var plannedNanoseconds: UInt64?

        package init(purchase: Int, plannedNanoseconds: UInt64?) {
            self.purchase = purchase
            self.plannedNanoseconds = plannedNanoseconds
        }
    }

    /// What a thread does next.
    package enum Next: Equatable, Sendable, BitwiseCopyable {
        case buy(Arrival)
        /// Nobody is there before that time since the doors opened.
        case wait(untilNanoseconds: UInt64)
        /// Nobody comes any more.
        case closed
    }

    /// An extra rush that is not over.
    private struct Rush {
        var next: Int
        var last: Int
        var planned: UInt64
    }

    private var rushes: [Rush] = []
    private var next: Int
    private let last: Int
    /// Threads in the fleet.
    private let stride: Int
    private let end: UInt64
    private let rate: Rate?
    /// When the next purchase of the rate is due; nil: never.
    private var due: UInt64?
    /// Purchases of extra rushes, which come first in the numbering.
    private let rushed: Int
    private var generator: SplitMix64
    /// Of a Poisson process with one arrival a second, when the next one is: a sum of exponential distances.
    private var unitTime = 0.0

    package init(_ scenario: Scenario, worker: Int, thread: Int) {
        let pace = scenario.pace
        stride = scenario.procs * scenario.threads
        let index = thread * scenario.procs + worker
        var first = 1
        for burst in pace.bursts {
            let count = burst.buyers * scenario.purchasesPerBuyer
            let own = Self.first(from: first, index, stride)
            if own < first + count {
                rushes.append(Rush(next: own, last: first + count - 1, planned: burst.atNanoseconds))
            }
            first += count
        }
        rushes.sort { $0.planned < $1.planned }
        rushed = first - 1
        next = Self.first(from: first, index, stride)
        last = scenario.totalPurchases
        end = pace.durationNanoseconds ?? .max
        rate = pace.rate
        generator = SplitMix64(seed: scenario.seed ^ (UInt64(index + 1) &* 0xA24B_AED4_963E_E407))
        due = 0
        if rate?.arrivals == .poisson { unitTime = Self.exponential(&generator) }
        due = plannedOfNext()
    }

    /// The first purchase from `first` on that is dealt to the thread.
    private static func first(from first: Int, _ index: Int, _ stride: Int) -> Int {
        first + ((index - (first - 1)) % stride + stride) % stride
    }

    /// A distance in a Poisson process of one arrival a second, by inversion.
    private static func exponential(_ generator: inout SplitMix64) -> Double {
        -log(1 - Double(generator.next() >> 11) * 0x1p-53)
    }

    private func plannedOfNext() -> UInt64? {
        guard let rate else { return 0 }
        switch rate.arrivals {
        case .constant: return rate.nanoseconds(expecting: Double(next - 1 - rushed))
        // Each thread has a process of its own, with its share of the rate; together they are one with the whole rate.
        case .poisson: return rate.nanoseconds(expecting: unitTime * Double(stride))
        }
    }

    /// What comes next at a time since the doors opened; time never goes back.
    package mutating func next(atNanoseconds now: UInt64) -> Next {
        guard now < end else { return .closed }
        if let rush = rushes.first, rush.planned <= now, rate == nil || rush.planned <= due ?? .max || next > last {
            return .buy(takeRush())
        }
        if next <= last, let due, due <= now {
            let arrival = Arrival(purchase: next, plannedNanoseconds: rate == nil ? nil : due)
            advance()
            return .buy(arrival)
        }
        let dueNext = min(next <= last ? due ?? .max : .max, rushes.first?.planned ?? .max)
        return dueNext < end ? .wait(untilNanoseconds: dueNext) : .closed
    }

    private mutating func takeRush() -> Arrival {
        let arrival = Arrival(purchase: rushes[0].next, plannedNanoseconds: rushes[0].planned)
        rushes[0].next += stride
        if rushes[0].next > rushes[0].last { rushes.removeFirst() }
        return arrival
    }

    private mutating func advance() {
        next += stride
        guard let rate else { return }
        if rate.arrivals == .poisson { unitTime += Self.exponential(&generator) }
        due = plannedOfNext()
    }

    /// How many purchases were planned for the time before the doors closed and did not start, once they are closed. In a
    /// closed loop only extra rushes are planned.
    package mutating func dropped() -> Int {
        guard end < .max else { return 0 }
        var count = 0
        for rush in rushes where rush.planned < end { count += (rush.last - rush.next) / stride + 1 }
        guard rate != nil else { return count }
        while next <= last, let due, due < end {
            count += 1
            advance()
        }
        return count
    }
}
