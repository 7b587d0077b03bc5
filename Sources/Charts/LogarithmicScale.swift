internal import Foundation

/// From a range of values above 0 to a range of places, so that equal factors are equal distances.
package struct LogarithmicScale: Scale, Equatable {
    /// The least value that has a place: smaller ones are where it is.
    package static let least = 1e-12

    private var logarithms: LinearScale

    package init(_ values: ClosedRange<Double>, from start: Double, to end: Double) {
        logarithms = LinearScale(Self.of(values.lowerBound)...Self.of(values.upperBound), from: start, to: end)
    }

    package func place(_ value: Double) -> Double { logarithms.place(Self.of(value)) }

    private static func of(_ value: Double) -> Double {
        value > least ? min(log10(value), 400) : log10(least)
    }
}
