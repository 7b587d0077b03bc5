/// What is proven of a machine's CLOCK_MONOTONIC against the coordinator's.
///
/// An exchange tells two things. The machine read `received` after the coordinator had read `sent`, so that at that moment its clock was
/// ahead by `received - sent` at the most; and it read `answered` before the coordinator read `heard`, so that then it was ahead by
/// `answered - heard` at the least (Cristian, Probabilistic clock synchronization, 1989; the same bounds as NTP's, RFC 5905, 8). Away from
/// these moments both widen by ``driftPerMillion``, and what all of them allow is the intersection (Marzullo, 1984). Where that is empty, a
/// clock was set or stood still, and nothing is proven any more.
///
/// Neither bound is steeper than the drift, so that each moment of one clock has an earliest and a latest one of the other, and both only
/// grow from moment to moment.
package struct MachineClock: Sendable, Equatable {
    /// How far two clocks may run apart, in millionths: the most that the kernel lets NTP slew one.
    package static let driftPerMillion: UInt64 = 500

    /// A clock that says more than that, 36 years, tells nonsense.
    static let latest: Int64 = 1 << 60

    /// Exchanges that were taken.
    package private(set) var exchangeCount = 0
    /// Whether exchanges contradict each other.
    package private(set) var hasStepped = false
    /// Of the offset, there less here.
    private(set) var most = OffsetBound()
    /// Of the same, the other way round: here less there.
    private(set) var least = OffsetBound()

    package init() {}

    /// What was kept of one.
    ///
    /// - Parameters:
    ///   - most: ``mostText``.
    ///   - least: ``leastText``; where one of them cannot be read, nothing is proven.
    package init(most: String, least: String, exchanges: Int, isSound: Bool) {
        exchangeCount = max(0, exchanges)
        if let most = OffsetBound(most), let least = OffsetBound(least) {
            self.most = most
            self.least = least
            hasStepped = !isSound && exchangeCount > 0
        } else {
            hasStepped = true
        }
    }

    package var mostText: String { most.text }
    package var leastText: String { least.text }

    /// Whether the machine's moments can be told in the coordinator's at all.
    package var isSound: Bool { !hasStepped && !most.knots.isEmpty && !least.knots.isEmpty }

    /// Takes an exchange, in any order.
    package mutating func take(_ exchange: ClockExchange) {
        exchangeCount += 1
        guard !hasStepped else { return }
        let times = [exchange.sent, exchange.received, exchange.answered, exchange.heard]
        guard times.allSatisfy({ $0 <= UInt64(Self.latest) }), exchange.received <= exchange.answered,
            exchange.sent <= exchange.heard
        else {
            hasStepped = true
            return
        }
        let (sent, received, answered, heard) = (
            Int64(exchange.sent), Int64(exchange.received), Int64(exchange.answered), Int64(exchange.heard)
        )
        let above = OffsetBound.Knot(at: sent, offset: received - sent)
        let below = OffsetBound.Knot(at: heard, offset: heard - answered)
        // Two bounds meet nowhere if they do not where one of them was seen.
        let own = above.offset + OffsetBound.drift(UInt64(heard - sent)) + below.offset
        let others = [least.value(at: sent).map { $0 + above.offset }, most.value(at: heard).map { $0 + below.offset }]
        guard own >= 0, others.allSatisfy({ $0 ?? 0 >= 0 }) else {
            hasStepped = true
            return
        }
        most.insert(above)
        least.insert(below)
    }

    /// The same with no more of it than is kept of a run, however long that was.
    package var thinned: MachineClock {
        var clock = self
        clock.most.thin()
        clock.least.thin()
        return clock
    }

    // MARK: From here to there

    /// The offsets, there less here, that all exchanges allow at a moment of the coordinator's clock; nil where nothing is proven.
    package func offsets(atHere here: UInt64) -> ClosedRange<Int64>? {
        var reader = ClockReader(self)
        return reader.offsets(atHere: here)
    }

    /// A moment of the coordinator's clock in the machine's, as well as it is known; nil where nothing is.
    package func there(_ here: UInt64) -> UInt64? {
        offsets(atHere: here).map { here &+ UInt64(bitPattern: $0.lowerBound + ($0.upperBound - $0.lowerBound) / 2) }
    }

    // MARK: From there to here

    /// The moments of the coordinator's clock at which the machine's can have shown that time; nil where nothing is proven.
    package func moments(atThere there: UInt64) -> ClosedRange<UInt64>? {
        var reader = ClockReader(self)
        return reader.moments(atThere: there)
    }

    /// What it was ahead by when it was first seen, as well as that is known: good enough to show moments of a clock that is not sound.
    var firstOffset: Int64 {
        guard let above = most.knots.first, let below = least.knots.first else { return 0 }
        return above.offset / 2 - below.offset / 2
    }
}
