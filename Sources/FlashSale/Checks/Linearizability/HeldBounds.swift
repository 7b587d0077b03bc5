/// The least and the most units that can have been away from the stock, as time went on.
///
/// A taking counts possibly from its call on and certainly after its return; a giving the other way round. Intervals are
/// closed, so that at equal times either may have come first: what ends at an instant need not have happened by then.
///
/// Between two whole nanoseconds less is possible than at the one before, so that only whole ones are looked at where it is asked
/// what can be. What is over at one and what only begins at the next do not meet there, so that the most that is certain is
/// reckoned in between as well.
struct HeldBounds {
    /// Changes from an instant on.
    private struct Change {
        var instant: UInt64
        var least: Int
        var most: Int
    }

    private var changes: [Change] = []
    /// From each of these on; the first is 0.
    private var instants: [UInt64] = [0]
    private var least: [Int] = [0]
    private var most: [Int] = [0]
    /// The least just before each of them, when all is over that ended by then and nothing has come that begins there.
    private var leastBefore: [Int] = [0]
    private var largest = RangeMaximum([0])
    /// Units that are certainly away after all instants, and not before.
    private var inTheEnd = 0
    /// Indices at which fewer may be away than before.
    private var drops: [Int] = []

    // MARK: Before the sweep

    /// Units that were certainly taken, and stayed away.
    ///
    /// - Parameters:
    ///   - end: the latest instant at which it can have been; nil if it is not known.
    ///   - units: the fewest and the most that it can have been.
    mutating func take(from call: UInt64, to end: UInt64?, units: ClosedRange<Int>) {
        changes.append(Change(instant: call, least: 0, most: units.upperBound))
        if let after = Self.instant(after: end, call) {
            changes.append(Change(instant: after, least: units.lowerBound, most: 0))
        } else {
            inTheEnd += units.lowerBound
        }
    }

    /// Units that may have been taken at any time from a call on.
    mutating func mayTake(from call: UInt64, units: Int) {
        changes.append(Change(instant: call, least: 0, most: units))
    }

    /// Units that were taken and given back within an interval; nil if it may last to the end.
    mutating func takeAndGive(from call: UInt64, to end: UInt64?, units: Int) {
        changes.append(Change(instant: call, least: 0, most: units))
        if let after = Self.instant(after: end, call) {
            changes.append(Change(instant: after, least: 0, most: -units))
        }
    }

    /// Units that are certainly away after an instant, and may be back from another one on. That they may be away is told otherwise.
    mutating func hold(after start: UInt64?, _ call: UInt64, until end: UInt64, units: Int) {
        guard let after = Self.instant(after: start, call), after < end else { return }
        changes.append(Change(instant: after, least: units, most: 0))
        changes.append(Change(instant: end, least: -units, most: 0))
    }

    /// Units that came from elsewhere.
    ///
    /// - Parameter end: nil where it is not known whether they came.
    mutating func give(from call: UInt64, to end: UInt64?, units: Int) {
        changes.append(Change(instant: call, least: -units, most: 0))
        if let after = Self.instant(after: end, call) {
            changes.append(Change(instant: after, least: 0, most: -units))
        }
    }

    /// The first instant at which something with that end is certainly over; nil if there is none. Damaged records may end
    /// before they start.
    static func instant(after end: UInt64?, _ call: UInt64) -> UInt64? {
        guard let end else { return nil }
        let last = max(call, end)
        return last < .max ? last + 1 : nil
    }

    /// Adds up the changes. To be called once, after all of them are told.
    mutating func sweep() {
        changes.sort { $0.instant < $1.instant }
        for change in changes {
            let end = instants.count - 1
            if change.instant > instants[end] {
                instants.append(change.instant)
                leastBefore.append(least[end] + max(0, change.least))
                least.append(least[end] + change.least)
                most.append(most[end] + change.most)
            } else {
                leastBefore[end] += max(0, change.least)
                least[end] += change.least
                most[end] += change.most
            }
        }
        changes = []
        drops = least.indices.dropFirst().filter { least[$0] < least[$0 - 1] }
        largest = RangeMaximum(most)
    }

    // MARK: After it

    /// The first instant at which more than so many units are certainly away, or just before which they are, and how many are;
    /// nil if there is none. The instant is nil where they are only after all instants.
    func first(above units: Int) -> (instant: UInt64?, least: Int)? {
        // What comes at an instant only lessens what was away just before it.
        if let index = leastBefore.firstIndex(where: { $0 > units }) { return (instants[index], leastBefore[index]) }
        let last = least[least.count - 1] + inTheEnd
        return last > units ? (nil, last) : nil
    }

    /// The most units that can have been away at an instant of the interval.
    func most(in interval: ClosedRange<UInt64>) -> Int {
        largest.maximum(in: index(at: interval.lowerBound)...index(at: interval.upperBound))
    }

    /// The fewest units that were certainly away at every instant of the interval.
    func least(in interval: ClosedRange<UInt64>) -> Int {
        let (first, last) = (index(at: interval.lowerBound), index(at: interval.upperBound))
        var fewest = least[first]
        var next = firstDrop(after: first)
        while next < drops.count, drops[next] <= last {
            fewest = min(fewest, least[drops[next]])
            next += 1
        }
        return fewest
    }

    /// Whether there is an instant of the interval at which no more than `mostOfLeast` units were certainly away and no fewer
    /// than `leastOfMost` can have been.
    ///
    /// Between two drops the least only grows, so that the instants that fit it come first; of these the most is asked for.
    func hasInstant(in interval: ClosedRange<UInt64>, least mostOfLeast: Int, most leastOfMost: Int) -> Bool {
        let last = index(at: interval.upperBound)
        var start = index(at: interval.lowerBound)
        var next = firstDrop(after: start)
        while start <= last {
            let end = next < drops.count ? min(last, drops[next] - 1) : last
            if least[start] <= mostOfLeast {
                let beyond = least[start...end].partitioningIndex { $0 > mostOfLeast }
                if largest.maximum(in: start...beyond - 1) >= leastOfMost { return true }
            }
            start = end + 1
            next += 1
        }
        return false
    }

    /// The last change at that instant or before.
    private func index(at instant: UInt64) -> Int { max(0, instants.partitioningIndex { $0 > instant } - 1) }

    /// Which of the drops is the first after an index; their number if none is.
    private func firstDrop(after index: Int) -> Int { drops.partitioningIndex { $0 > index } }
}
