/// From a range of values to a range of places, in proportion.
package struct LinearScale: Scale, Equatable {
    package var values: ClosedRange<Double>
    /// The places of the least and of the most value, in user units of the picture; they may fall.
    package var start: Double
    package var end: Double

    package init(_ values: ClosedRange<Double>, from start: Double, to end: Double) {
        self.values = values
        self.start = start
        self.end = end
    }

    /// Where a value is; in the middle where all values are one, or where it is none.
    package func place(_ value: Double) -> Double {
        let span = values.upperBound - values.lowerBound
        guard span > 0, span.isFinite, !value.isNaN else { return (start + end) / 2 }
        return start + (value - values.lowerBound) / span * (end - start)
    }
}
