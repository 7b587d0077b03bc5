/// How far one clock can be ahead of another at the most, as it was seen at some moments; away from these it may be more, by
/// ``MachineClock/driftPerMillion`` of the time in between.
///
/// A moment that says no more than another already implies is not kept. Of those that are, each tells at its own place, and so the two
/// beside a moment tell all that is known of it.
struct OffsetBound: Sendable, Equatable {
    struct Knot: Sendable, Equatable {
        var at: Int64
        var offset: Int64
    }

    /// Ascending.
    private(set) var knots: [Knot] = []

    /// So many are kept of a run; twice as many while it goes on.
    static let limit = 1000
    /// The last ones, on which the next question rests, stay while others are given up.
    private static let newest = 64

    /// What two clocks can have run apart in so many nanoseconds, rounded up.
    static func drift(_ nanoseconds: UInt64) -> Int64 {
        // 500 millionths are one in 2,000.
        Int64(clamping: nanoseconds / 2000 + (nanoseconds % 2000 == 0 ? 0 : 1))
    }

    private static func distance(_ one: Int64, _ other: Int64) -> UInt64 { (one &- other).magnitude }

    /// What a knot says of another moment.
    private static func says(_ knot: Knot, of at: Int64) -> Int64 { knot.offset &+ drift(distance(at, knot.at)) }

    /// Adds what was seen at a moment. Moments mostly come in order.
    mutating func insert(_ knot: Knot) {
        var place = knots.count
        while place > 0, knots[place - 1].at > knot.at { place -= 1 }
        if place > 0, Self.says(knots[place - 1], of: knot.at) <= knot.offset { return }
        if place < knots.count, Self.says(knots[place], of: knot.at) <= knot.offset { return }
        var (first, end) = (place, place)
        while first > 0, Self.says(knot, of: knots[first - 1].at) <= knots[first - 1].offset { first -= 1 }
        while end < knots.count, Self.says(knot, of: knots[end].at) <= knots[end].offset { end += 1 }
        knots.replaceSubrange(first..<end, with: CollectionOfOne(knot))
        if knots.count > 2 * Self.limit { thin() }
    }

    /// Gives up the weaker of two neighbours until so few are left as are kept. What is left says less, and nothing that was not seen.
    mutating func thin() {
        while knots.count > Self.limit {
            let old = knots.count - Self.newest
            var kept: [Knot] = []
            kept.reserveCapacity(knots.count)
            for index in stride(from: 0, to: old, by: 2) {
                let other = index + 1 < old ? knots[index + 1] : knots[index]
                kept.append(other.offset < knots[index].offset ? other : knots[index])
            }
            knots = kept + knots[old...]
        }
    }

    /// The index of the first knot after a moment.
    ///
    /// - Parameter hint: where the last question ended; set to where this one does.
    private func following(_ at: Int64, _ hint: inout Int) -> Int {
        hint = search(hint) { knots[$0].at > at }
        return hint
    }

    /// The first index of which something holds that holds of all after it, too.
    func search(_ hint: Int, _ isBeyond: (Int) -> Bool) -> Int {
        let count = knots.count
        // Neighbouring records ask of neighbouring moments.
        if isFirst(hint, isBeyond) { return hint }
        if isFirst(hint + 1, isBeyond) { return hint + 1 }
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    @inline(__always)
    private func isFirst(_ index: Int, _ isBeyond: (Int) -> Bool) -> Bool {
        index <= knots.count && (index == knots.count || isBeyond(index)) && (index == 0 || !isBeyond(index - 1))
    }

    /// The most that it can be at a moment; nil where nothing was ever seen.
    func value(at: Int64, hint: inout Int) -> Int64? {
        let next = following(at, &hint)
        let before = next > 0 ? Self.says(knots[next - 1], of: at) : nil
        let after = next < knots.count ? Self.says(knots[next], of: at) : nil
        guard let before, let after else { return before ?? after }
        return min(before, after)
    }

    func value(at: Int64) -> Int64? {
        var hint = knots.count
        return value(at: at, hint: &hint)
    }
}

/// As a text, each knot as its distance from the one before: `at:offset at:offset …`, in nanoseconds.
extension OffsetBound {
    var text: String {
        var last = Knot(at: 0, offset: 0)
        var parts: [String] = []
        for knot in knots {
            parts.append("\(knot.at - last.at):\(knot.offset - last.offset)")
            last = knot
        }
        return parts.joined(separator: " ")
    }

    /// Reads ``text``.
    ///
    /// - Returns: nil where it is none.
    init?(_ text: String) {
        var last = Knot(at: 0, offset: 0)
        for part in text.split(separator: " ") {
            let numbers = part.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
            guard numbers.count == 2, let at = numbers[0], let offset = numbers[1] else { return nil }
            let (next, isFar) = last.at.addingReportingOverflow(at)
            let (sum, isLarge) = last.offset.addingReportingOverflow(offset)
            guard !isFar, !isLarge, next >= 0, next <= MachineClock.latest, sum.magnitude <= MachineClock.latest else {
                return nil
            }
            last = Knot(at: next, offset: sum)
            insert(last)
        }
    }
}
