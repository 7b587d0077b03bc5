extension MachineClock {
    private static let samples: UInt64 = 1000

    /// How far the bounds of the offset are apart while a time passes, in nanoseconds: their median over it, and the most.
    ///
    /// - Returns: nil where nothing is proven.
    package func widths(during span: ClosedRange<UInt64>) -> (median: UInt64, max: UInt64)? {
        guard isSound else { return nil }
        var reader = ClockReader(self)
        func width(_ at: UInt64) -> UInt64 {
            reader.offsets(atHere: at).map { UInt64($0.upperBound - $0.lowerBound) } ?? 0
        }
        let length = span.upperBound - span.lowerBound
        var sampled = (0...Self.samples).map { width(span.lowerBound + length / Self.samples * $0) }
        sampled.sort()
        // Both bounds are straight between their knots and where two knots say the same, so that it is widest at one of these.
        let turns = (most.turns + least.turns).map { UInt64(Swift.max(0, $0)) }.filter(span.contains)
        let most = turns.reduce(Swift.max(sampled.last ?? 0, width(span.upperBound))) { Swift.max($0, width($1)) }
        return (sampled[sampled.count / 2], most)
    }
}

extension OffsetBound {
    /// The moments at which it turns.
    fileprivate var turns: [Int64] {
        knots.map(\.at)
            + zip(knots, knots.dropFirst()).map { left, right in
                // left.offset + (m - left.at) / 2000 = right.offset + (right.at - m) / 2000
                let middle = left.at + (right.at - left.at) / 2
                let shift = (right.offset - left.offset).multipliedReportingOverflow(by: 1000)
                return shift.overflow ? middle : min(max(left.at, middle + shift.partialValue), right.at)
            }
    }
}
