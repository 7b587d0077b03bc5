extension RunRecord {
    /// When purchases were to start, and when they did.
    package struct Pace: Codable, Sendable, Equatable {
        /// `closed` or `open`.
        package var loop: String
        /// Planned starts a second, extra rushes included, over the time for which they are planned; absent in a closed loop.
        package var targetPerSecond: Double?
        /// Purchases that started, each second of that time, or of the time that it took to start them where that is longer.
        package var achievedPerSecond: Double
        /// Purchases that were to start before the doors closed.
        package var planned: Int
        /// Purchases that started.
        package var started: Int
        /// Of those with a planned start, the ones that started more than a millisecond after it.
        package var late: Int
        /// The longest such delay, in microseconds.
        package var lateMaxUs: Double
        /// Purchases that were planned and did not start before the doors closed.
        package var dropped: Int

        /// What the workers counted, added up.
        package struct Counts: Sendable, Equatable {
            package var late = 0
            package var maxLateNanoseconds: UInt64 = 0
            package var dropped = 0

            package init(late: Int = 0, maxLateNanoseconds: UInt64 = 0, dropped: Int = 0) {
                self.late = late
                self.maxLateNanoseconds = maxLateNanoseconds
                self.dropped = dropped
            }
        }

        /// - Parameters:
        ///   - started: purchases that made an attempt.
        ///   - lastStartNanoseconds: since the doors opened, of the last of them.
        ///   - elapsedNanoseconds: from the opening to the last return: how long a run was watched that was stopped.
        package init(
            _ scenario: Scenario, _ counts: Counts = Counts(), started: Int = 0, lastStartNanoseconds: UInt64 = 0,
            elapsedNanoseconds: UInt64 = 0, wasInterrupted: Bool = false
        ) {
            let pace = scenario.pace
            self.started = started
            late = counts.late
            lateMaxUs = Double(counts.maxLateNanoseconds) / 1000
            dropped = counts.dropped
            let closed = pace.durationNanoseconds
            guard let rate = pace.rate else {
                loop = "closed"
                planned = closed == nil ? scenario.totalPurchases : started + counts.dropped
                achievedPerSecond = Self.perSecond(started, max(elapsedNanoseconds, lastStartNanoseconds))
                return
            }
            loop = "open"
            let rushed = pace.burstBuyers * scenario.purchasesPerBuyer
            let ofRate = scenario.totalPurchases - rushed
            let end = min(closed ?? .max, rate.nanoseconds(expecting: Double(ofRate)) ?? .max)
            // A rate that ends at zero may never have enough.
            let span = end == .max ? max(rate.rampNanoseconds, lastStartNanoseconds) : end
            planned = wasInterrupted || closed != nil ? started + counts.dropped : scenario.totalPurchases
            let inTime = pace.bursts.reduce(0) { $0 + ($1.atNanoseconds < span ? $1.buyers : 0) }
            let wanted =
                min(Double(ofRate), rate.expected(byNanoseconds: span)) + Double(inTime * scenario.purchasesPerBuyer)
            targetPerSecond = span > 0 ? wanted / (Double(span) / 1e9) : 0
            let watched = wasInterrupted ? min(span, elapsedNanoseconds) : span
            achievedPerSecond = Self.perSecond(started, max(watched, lastStartNanoseconds))
        }

        private static func perSecond(_ count: Int, _ nanoseconds: UInt64) -> Double {
            nanoseconds > 0 ? Double(count) / (Double(nanoseconds) / 1e9) : 0
        }
    }
}
