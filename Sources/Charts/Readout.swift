/// The values behind a picture over time, for the script that tells the ones nearest to the pointer.
package struct Readout: Sendable, Equatable {
    package struct Values: Sendable, Equatable {
        package var name: String
        package var measure: Measure
        /// One for each step; nil where nobody knows.
        package var values: [Double?]

        package init(_ name: String, measure: Measure = .count, values: [Double?]) {
            self.name = name
            self.measure = measure
            self.values = values
        }
    }

    /// Where the first step starts, and the width of each, as the x axis counts.
    package var start: Double
    package var width: Double
    package var series: [Values]

    package init(start: Double, width: Double, series: [Values]) {
        self.start = start
        self.width = width
        self.series = series
    }
}
