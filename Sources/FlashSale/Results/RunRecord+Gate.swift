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

        /// The doors of several machines.
        package struct Machines: Codable, Sendable, Equatable {
            /// All of them opened within so many microseconds, as their clocks prove; null where one of these proves nothing.
            package var provenWithinUs: Double?
            /// How many there were, the coordinator's own among them where it had workers.
            package var hosts: Int

            /// - Parameters:
            ///   - opened: CLOCK_MONOTONIC of the coordinator at which its own workers opened; nil where it had none.
            ///   - elsewhere: of each other machine its clock, as it is known after the run, and the moment of it at which its workers opened.
            package init(opened: UInt64?, elsewhere: [(clock: MachineClock, opened: UInt64)]) {
                hosts = elsewhere.count + (opened == nil ? 0 : 1)
                // Each true opening is somewhere in its own range.
                var ranges = elsewhere.map { $0.clock.moments(atThere: $0.opened) }
                if let opened { ranges.append(opened...opened) }
                let known = ranges.compactMap { $0 }
                guard known.count == ranges.count, let first = known.map(\.lowerBound).min(),
                    let last = known.map(\.upperBound).max()
                else { return }
                provenWithinUs = Double(last - first) / 1000
            }

            package func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode(provenWithinUs, forKey: .provenWithinUs)
                try container.encode(hosts, forKey: .hosts)
            }
        }

        package var kind: Scenario.Gate
        /// Absent where all workers were on one machine, the coordinator's own.
        package var machines: Machines?
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
