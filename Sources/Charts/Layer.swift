/// Something that is drawn into the plot, one over the other.
package enum Layer: Sendable, Equatable {
    case line(Line)
    case stack(Stack)
    case spreads([Spread])

    package struct Point: Sendable, Equatable {
        package var x: Double
        package var y: Double

        package init(_ x: Double, _ y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// A line of one or more pieces; between two of them nobody knows.
    package struct Line: Sendable, Equatable {
        package enum Shape: Sendable, Equatable {
            case straight
            /// A value holds until the next point.
            case steps
            /// Points alone.
            case dots
        }

        package var name: String
        /// Of the colours and dashes of the style sheet, from 1 to ``Chart/styles``.
        package var style: Int
        package var shape: Shape
        package var pieces: [[Point]]

        package init(_ name: String, style: Int, shape: Shape = .straight, pieces: [[Point]]) {
            self.name = name
            self.style = style
            self.shape = shape
            self.pieces = pieces
        }
    }

    /// Amounts over each other: areas where they follow each other without a gap, bars where each has a band of its own.
    package struct Stack: Sendable, Equatable {
        package struct Part: Sendable, Equatable {
            package var name: String
            package var style: Int
            package var values: [Double]

            package init(_ name: String, style: Int, values: [Double]) {
                self.name = name
                self.style = style
                self.values = values
            }
        }

        /// From the bottom; each with as many values.
        package var parts: [Part]
        /// Where the first step starts, and the width of each; nil for bars on an axis of bands.
        package var steps: (start: Double, width: Double)?

        package init(_ parts: [Part], steps: (start: Double, width: Double)? = nil) {
            self.parts = parts
            self.steps = steps
        }

        package static func == (left: Self, right: Self) -> Bool {
            left.parts == right.parts && left.steps?.start == right.steps?.start
                && left.steps?.width == right.steps?.width
        }

        /// The most that one step has in all.
        package var most: Double {
            let count = parts.map(\.values.count).max() ?? 0
            return (0..<count).map { index in
                parts.reduce(0) { $0 + ($1.values.indices.contains(index) ? $1.values[index] : 0) }
            }.max() ?? 0
        }
    }

    /// How a number is spread in one band of the y axis: from the least to the most, with the middle half and the median.
    package struct Spread: Sendable, Equatable {
        package var least: Double
        package var lowerQuarter: Double
        package var median: Double
        package var upperQuarter: Double
        package var most: Double

        /// Nil where there are no values.
        package init?(_ values: [Double]) {
            let sorted = values.sorted()
            guard let first = sorted.first, let last = sorted.last else { return nil }
            func at(_ part: Double) -> Double { sorted[Int((part * Double(sorted.count - 1)).rounded())] }
            (least, lowerQuarter, median, upperQuarter, most) = (first, at(0.25), at(0.5), at(0.75), last)
        }
    }
}
