internal import Foundation

/// What the numbers of an axis are, and how they are written.
package enum Measure: Sendable, Equatable {
    case count
    /// Events a second.
    case perSecond
    /// Nanoseconds, written in whatever unit suits the axis.
    case time

    /// A unit of time, in nanoseconds.
    private static let times: [(size: Double, name: String)] = [
        (3.6e12, "h"), (6e10, "min"), (1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1, "ns"),
    ]

    /// The unit for an axis that goes so far.
    private static func unit(of most: Double) -> (size: Double, name: String) {
        // Two minutes read better in seconds, and so do two hours in minutes.
        let size = most >= 7.2e12 ? most : most >= 3.6e12 ? 6e10 : most >= 1.2e11 ? most : min(most, 5.9e10)
        return times.first { $0.size <= size } ?? (1, "ns")
    }

    /// By what the values of an axis are divided, and the name of the unit that they are then in; nil where they have none.
    func unit(_ range: ClosedRange<Double>) -> (size: Double, name: String?) {
        guard self == .time else { return (1, nil) }
        let unit = Self.unit(of: max(abs(range.lowerBound), abs(range.upperBound)))
        return (unit.size, unit.name)
    }

    /// The texts of values that are multiples of a step, all in one unit.
    ///
    /// - Parameter step: in the unit.
    static func texts(_ values: [Double], step: Double) -> [String] {
        let most = values.map(abs).max() ?? 0
        let scales: [(size: Double, letter: String)] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
        let none = (size: 1.0, letter: "")
        let scale = most >= 1e4 ? scales.first { $0.size <= most } ?? none : none
        let places = decimals(step / scale.size)
        return values.map { value in
            // No zero has a letter or a sign.
            abs(value) < step / 1000 ? "0" : number(value / scale.size, places: places) + scale.letter
        }
    }

    /// The text of one value with its unit: `10 µs`, `1.5 s`, `12k`.
    package func text(_ value: Double) -> String {
        guard self == .time else { return Self.texts([value], step: Self.places(of: value)).first ?? "" }
        let unit = Self.times.first { $0.size <= abs(value) * (1 + 1e-9) } ?? (1, "ns")
        let scaled = value / unit.size
        return "\(Self.number(scaled, places: Self.decimals(Self.places(of: scaled)))) \(unit.name)"
    }

    /// The size of a value's third digit.
    private static func places(of value: Double) -> Double {
        guard value != 0, value.isFinite else { return 1 }
        let digit = pow(10, floor(log10(abs(value)) + 1e-9) - 2)
        let rounded = (value / digit).rounded()
        // No more digits than are needed.
        if rounded.truncatingRemainder(dividingBy: 100) == 0 { return min(digit * 100, max(1, digit)) }
        return rounded.truncatingRemainder(dividingBy: 10) == 0 ? digit * 10 : digit
    }

    /// How many decimals tell multiples of a step apart.
    private static func decimals(_ step: Double) -> Int {
        guard step > 0, step < 1 else { return 0 }
        return min(9, Int(ceil(-log10(step) - 1e-9)))
    }

    private static func number(_ value: Double, places: Int) -> String {
        let power = pow(10, Double(places))
        let scaled = (abs(value) * power).rounded()
        guard scaled.isFinite, scaled < 9e15 else { return value < 0 ? "−∞" : "∞" }
        let digits = String(Int(scaled))
        let sign = value < 0 && scaled > 0 ? "−" : ""
        guard places > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
    }
}
