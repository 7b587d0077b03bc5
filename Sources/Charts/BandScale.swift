/// From places in a list to equal bands beside each other.
package struct BandScale: Scale, Equatable {
    package var count: Int
    package var start: Double
    package var end: Double

    package init(_ count: Int, from start: Double, to end: Double) {
        self.count = count
        self.start = start
        self.end = end
    }

    /// The width of a band.
    package var step: Double { count > 0 ? abs(end - start) / Double(count) : 0 }

    /// The middle of a band.
    ///
    /// - Parameter value: its place in the list, from 0.
    package func place(_ value: Double) -> Double {
        guard count > 0, !value.isNaN else { return (start + end) / 2 }
        return start + (value + 0.5) / Double(count) * (end - start)
    }
}
