extension RunRecord {
    /// How clients waited for the doors to open, and how far their first attempts were apart.
    package struct Gate: Codable, Sendable, Equatable {
        /// Microseconds since the doors opened.
        package struct Spread: Codable, Sendable, Equatable {
            package var p50: Double
            package var max: Double

            /// - Parameter nanoseconds: since the doors opened, of each client, in any order.
            /// - Returns: nil where there are none.
            package init?(_ nanoseconds: [UInt64]) {
                let sorted = nanoseconds.sorted()
                guard let last = sorted.last else { return nil }
                p50 = Double(sorted[(sorted.count - 1) / 2]) / 1000
                max = Double(last) / 1000
            }
        }

        package var kind: Scenario.Gate
        /// When first attempts were invoked; where first requests were held, when their last bytes left. Absent where there were
        /// none.
        package var firstAttemptsUs: Spread?
        /// First requests that were held but for their last byte; absent for `barrier`.
        package var held: Int?
        /// First requests that could not be held, and went out whole; absent for `barrier`.
        package var unheld: Int?

        package init(_ kind: Scenario.Gate, firstAttemptsUs: Spread?, held: Int? = nil, unheld: Int? = nil) {
            self.kind = kind
            self.firstAttemptsUs = firstAttemptsUs
            self.held = held
            self.unheld = unheld
        }
    }
}
