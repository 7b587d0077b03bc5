internal import Foundation

/// Which values of a range are marked: multiples of 1, 2 or 5 times a power of ten, or powers of ten.
package enum NiceNumbers {
    /// The step of at most so many values.
    ///
    /// - Parameter wholes: whether nothing between whole numbers is marked.
    package static func step(_ range: ClosedRange<Double>, atMost count: Int, wholes: Bool = false) -> Double {
        let span = range.upperBound - range.lowerBound
        guard span > 0, span.isFinite else { return 1 }
        let raw = span / Double(max(1, count))
        let power = pow(10, floor(log10(raw)))
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw * (1 - 1e-9) } ?? 10 * power
        return wholes ? max(1, step) : step
    }

    /// The multiples of a step within a range.
    package static func multiples(of step: Double, in range: ClosedRange<Double>) -> [Double] {
        guard step > 0, step.isFinite, range.lowerBound.isFinite, range.upperBound.isFinite else { return [] }
        let slack = step * 1e-6
        let first = ((range.lowerBound - slack) / step).rounded(.up)
        let last = ((range.upperBound + slack) / step).rounded(.down)
        guard first <= last, last - first < 1000 else { return [] }
        // Where numbers are too large for the step, adding it changes nothing.
        return (0...Int(last - first)).map { (first + Double($0)) * step }
    }

    /// The powers of ten within a range of values above 0.
    ///
    /// - Parameter apart: how many powers one is from the next.
    package static func powers(in range: ClosedRange<Double>, apart: Int = 1) -> [Double] {
        guard range.lowerBound > 0, range.upperBound.isFinite else { return [] }
        let first = Int((log10(range.lowerBound) - 1e-9).rounded(.up))
        let last = Int((log10(range.upperBound) + 1e-9).rounded(.down))
        guard first <= last else { return [] }
        return stride(from: first, through: last, by: max(1, apart)).map { pow(10, Double($0)) }
    }

    /// The least and the most power of ten around values above 0, so that each has a place inside.
    package static func powersAround(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
        let least = max(LogarithmicScale.least, range.lowerBound)
        let first = pow(10, floor(log10(least) + 1e-9))
        let last = pow(10, ceil(log10(max(least, range.upperBound)) - 1e-9))
        return first...max(last, first * 10)
    }

    /// A range that ends with multiples of a nice step.
    package static func rounded(_ range: ClosedRange<Double>, atMost count: Int) -> ClosedRange<Double> {
        let step = step(range, atMost: count)
        let low = (range.lowerBound / step + 1e-9).rounded(.down) * step
        let high = (range.upperBound / step - 1e-9).rounded(.up) * step
        return low < high ? low...high : low...(low + step)
    }
}
