/// Translates moments between a machine's clock and the coordinator's. Neighbouring moments one after the other cost least.
struct ClockReader {
    private let clock: MachineClock
    private let isSound: Bool
    private let firstOffset: Int64
    // Where the last questions ended.
    private var (above, below, earliest, latest) = (0, 0, 0, 0)

    init(_ clock: MachineClock) {
        self.clock = clock
        isSound = clock.isSound
        firstOffset = clock.firstOffset
    }

    private static func signed(_ time: UInt64) -> Int64 { min(Int64(clamping: time), MachineClock.latest) }
    private static func unsigned(_ time: Int64) -> UInt64 { UInt64(max(0, time)) }

    /// See ``MachineClock/offsets(atHere:)``.
    mutating func offsets(atHere here: UInt64) -> ClosedRange<Int64>? {
        let here = Self.signed(here)
        guard isSound, let most = clock.most.value(at: here, hint: &above),
            let least = clock.least.value(at: here, hint: &below)
        else { return nil }
        // Rounded up, both of them; what they allow is never empty.
        return min(most, -least)...max(most, -least)
    }

    /// See ``MachineClock/moments(atThere:)``.
    mutating func moments(atThere there: UInt64) -> ClosedRange<UInt64>? {
        guard isSound else { return nil }
        let there = Self.signed(there)
        let (first, last) = (firstMoment(there), lastMoment(there))
        return Self.unsigned(min(first, last))...Self.unsigned(max(first, last))
    }

    /// The moment of the coordinator's clock that is shown for one of the machine's: of two of the machine's never the later one first.
    mutating func shown(atThere there: UInt64) -> UInt64 {
        guard let moments = moments(atThere: there) else {
            let (here, isBeyond) = Self.signed(there).subtractingReportingOverflow(firstOffset)
            return isBeyond ? there : Self.unsigned(here)
        }
        return moments.lowerBound + (moments.upperBound - moments.lowerBound) / 2
    }

    /// How far a moment that is shown can be from the true one, both ways; nil where nothing is proven.
    ///
    /// With the bounds U and L of the offset, the machine's time is reached at the earliest where `h + U(h)` is that time, and at the
    /// latest where `h + L(h)` is. Half of what lies in between is no more than half of `U - L` in its middle and what both change by
    /// on the way: `w <= (U - L) / 2 + w / 2000`.
    mutating func slack(atShown here: UInt64) -> UInt64? {
        guard let offsets = offsets(atHere: here) else { return nil }
        let half = UInt64(offsets.upperBound - offsets.lowerBound) / 2 + 1
        return half + half / 1999 + 3
    }

    /// The earliest moment that a shown one can have been; 0 where nothing is proven.
    mutating func earliest(ofShown here: UInt64) -> UInt64 { slack(atShown: here).map { here - min(here, $0) } ?? 0 }

    /// The latest moment that a shown one can have been; ``JournalRecord/anyTime`` where nothing is proven.
    mutating func latest(ofShown here: UInt64) -> UInt64 {
        guard let slack = slack(atShown: here) else { return max(here, JournalRecord.anyTime) }
        return here.addingReportingOverflow(slack).overflow ? .max : here + slack
    }

    /// Where the clock is as far ahead as it can be: the smallest `h` with `h + most(h) >= there`, rounded down.
    private mutating func firstMoment(_ there: Int64) -> Int64 {
        let knots = clock.most.knots
        let next = clock.most.search(earliest) { knots[$0].at + knots[$0].offset > there }
        earliest = next
        var moment = Int64.min
        if next > 0 {
            let knot = knots[next - 1]
            moment = knot.at + Self.slower(there - knot.at - knot.offset, roundingUp: false)
        }
        if next < knots.count {
            let knot = knots[next]
            moment = max(moment, knot.at - Self.faster(knot.at + knot.offset - there, roundingUp: true))
        }
        return moment
    }

    /// Where it is as little ahead as it can be: the largest `h` with `h + least(h) <= there`, rounded up.
    private mutating func lastMoment(_ there: Int64) -> Int64 {
        let knots = clock.least.knots
        let next = clock.least.search(latest) { knots[$0].at - knots[$0].offset > there }
        latest = next
        var moment = Int64.max
        if next > 0 {
            let knot = knots[next - 1]
            moment = knot.at + Self.faster(there - knot.at + knot.offset, roundingUp: true)
        }
        if next < knots.count {
            let knot = knots[next]
            moment = min(moment, knot.at - Self.slower(knot.at - knot.offset - there, roundingUp: false))
        }
        return moment
    }

    /// What passes here while that passes on a clock that is 500 millionths fast: `d / 1.0005`, which is `d - d / 2001`.
    private static func slower(_ nanoseconds: Int64, roundingUp: Bool) -> Int64 {
        nanoseconds - nanoseconds / 2001 - (roundingUp || nanoseconds % 2001 == 0 ? 0 : 1)
    }

    /// The same of one that is 500 millionths slow: `d / 0.9995`, which is `d + d / 1999`.
    private static func faster(_ nanoseconds: Int64, roundingUp: Bool) -> Int64 {
        nanoseconds + nanoseconds / 1999 + (roundingUp && nanoseconds % 1999 != 0 ? 1 : 0)
    }
}
