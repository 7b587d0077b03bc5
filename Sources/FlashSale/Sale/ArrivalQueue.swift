/// The purchases that one thread of the fleet starts, and when: a pure function of the scenario and the time.
///
/// The thread takes its purchases of each extra rush in the order of their numbers, and so all others. Who comes first is
/// served first; where a rush and others come at the same time, the rush is. In a closed loop the others always wait, so
/// a rush goes before them as soon as it is due.
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

    /// The thread's own of some purchases: every so many.
    private struct Share: Sendable {
        var next: Int
        let end: Int

        init(of purchases: Range<Int>, thread: Int, threads: Int) {
            let ahead = (thread - (purchases.lowerBound - 1)) % threads
            next = purchases.lowerBound + (ahead < 0 ? ahead + threads : ahead)
            end = purchases.upperBound
        }

        var isEmpty: Bool { next >= end }
    }

    /// An extra rush that is not over.
    private struct Rush: Sendable {
        var share: Share
        let planned: UInt64
    }

    /// The next one first.
    private var rushes: [Rush] = []
    private var others: Share
    /// The first purchase that is of no extra rush.
    private let firstOther: Int
    /// When the next of ``others`` is due: at once in a closed loop. nil: never.
    private var due: UInt64?
    private let rate: Rate?
    /// When the doors close; the largest number where they do not.
    private let end: UInt64
    /// Threads of the fleet.
    private let threads: Int
    private var poisson: PoissonArrivals

    package init(_ scenario: Scenario, worker: Int, thread: Int) {
        let pace = scenario.pace
        let index = thread * scenario.procs + worker
        threads = scenario.totalThreads
        for (burst, purchases) in zip(pace.bursts, scenario.burstPurchases) {
            let share = Share(of: purchases, thread: index, threads: threads)
            if !share.isEmpty { rushes.append(Rush(share: share, planned: burst.atNanoseconds)) }
        }
        rushes.sort { ($0.planned, $0.share.next) < ($1.planned, $1.share.next) }
        firstOther = scenario.otherPurchases.lowerBound
        others = Share(of: scenario.otherPurchases, thread: index, threads: threads)
        end = pace.durationNanoseconds ?? .max
        rate = pace.rate
        poisson = PoissonArrivals(seed: scenario.seed, thread: index)
        plan()
    }

    /// Says when the next of ``others`` is due.
    private mutating func plan() {
        guard let rate else {
            due = 0
            return
        }
        let before = others.next - firstOther
        switch rate.arrivals {
        case .constant: due = rate.nanoseconds(expecting: Double(before))
        case .poisson:
            guard !others.isEmpty else { return }
            // A round of fewer than all threads is the last one.
            let place = before % threads
            let size = min(threads, others.end - (others.next - place))
            due = rate.nanoseconds(expecting: poisson.next(place: place, of: size))
        }
    }

    /// What comes next at a time since the doors opened; time never goes back.
    package mutating func next(atNanoseconds now: UInt64) -> Next {
        guard now < end else { return .closed }
        let due = others.isEmpty ? nil : due
        if let rush = rushes.first, rush.planned <= now, rate == nil || rush.planned <= due ?? .max {
            return .buy(takeRush())
        }
        if let due, due <= now {
            let arrival = Arrival(purchase: others.next, plannedNanoseconds: rate == nil ? nil : due)
            advance()
            return .buy(arrival)
        }
        let soonest = min(due ?? .max, rushes.first?.planned ?? .max)
        return soonest < end ? .wait(untilNanoseconds: soonest) : .closed
    }

    private mutating func takeRush() -> Arrival {
        let arrival = Arrival(purchase: rushes[0].share.next, plannedNanoseconds: rushes[0].planned)
        rushes[0].share.next += threads
        if rushes[0].share.isEmpty { rushes.removeFirst() }
        return arrival
    }

    private mutating func advance() {
        others.next += threads
        plan()
    }

    /// The purchase that has a planned start next, whatever the time is; nil where no other has. In a closed loop those are
    /// the purchases of extra rushes, and the first of the others, which has none, ends them.
    package mutating func nextPlanned() -> Arrival? {
        // The last moment at which the doors are open.
        guard case .buy(let arrival) = next(atNanoseconds: end &- 1), arrival.plannedNanoseconds != nil else {
            return nil
        }
        return arrival
    }
}
