internal import Foundation

/// From parts of a whole to a range of places as users of HdrHistogram know it: 90%, 99%, 99.9% are at equal distances, since a
/// part's place is the logarithm of 1/(1−part).
package struct PercentileScale: Scale, Equatable {
    private var nines: LinearScale

    /// - Parameter last: the largest part that has a place of its own, above 0 and below 1.
    package init(upTo last: Double, from start: Double, to end: Double) {
        nines = LinearScale(0...max(1e-9, Self.nines(last)), from: start, to: end)
    }

    package func place(_ part: Double) -> Double {
        min(max(nines.place(Self.nines(part)), min(nines.start, nines.end)), max(nines.start, nines.end))
    }

    /// How many nines a part has: 1 for 90%, 2 for 99%.
    package static func nines(_ part: Double) -> Double {
        guard part > 0 else { return 0 }
        return part < 1 ? -log10(1 - part) : 16
    }

    /// The part that has so many nines.
    package static func part(nines: Double) -> Double { 1 - pow(10, -nines) }
}
