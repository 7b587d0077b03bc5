extension RunRecord {
    /// When purchases were to start, and when they did.
    package struct Pace: Codable, Sendable, Equatable {
        /// What decides when the next purchase starts.
        package enum Loop: String, Codable, Sendable {
            /// The end of the one before: a client that is free starts at once.
            case closed
            /// The plan, whether a client is free or not.
            case open
        }

        package var loop: Loop
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

        /// What the history tells of purchases that had a planned start.
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
        ///   - elapsedNanoseconds: from the opening to the end of the last attempt: how long a run was watched that was stopped.
        package init(
            _ scenario: Scenario, counts: Counts = Counts(), started: Int = 0, lastStartNanoseconds: UInt64 = 0,
            elapsedNanoseconds: UInt64 = 0, wasInterrupted: Bool = false
        ) {
            let pace = scenario.pace
            self.started = started
            late = counts.late
            lateMaxUs = Double(counts.maxLateNanoseconds) / 1000
            dropped = counts.dropped
            guard let rate = pace.rate else {
                loop = .closed
                planned = pace.durationNanoseconds == nil ? scenario.totalPurchases : started + counts.dropped
                achievedPerSecond = Self.perSecond(started, max(elapsedNanoseconds, lastStartNanoseconds))
                return
            }
            loop = .open
            planned = started + counts.dropped
            var span = scenario.plannedNanoseconds ?? max(rate.rampNanoseconds, lastStartNanoseconds)
            if wasInterrupted { span = min(span, elapsedNanoseconds) }
            targetPerSecond = span > 0 ? scenario.expectedPurchases(byNanoseconds: span) / (Double(span) / 1e9) : 0
            achievedPerSecond = Self.perSecond(started, max(span, lastStartNanoseconds))
        }

        private static func perSecond(_ count: Int, _ nanoseconds: UInt64) -> Double {
            nanoseconds > 0 ? Double(count) / (Double(nanoseconds) / 1e9) : 0
        }
    }
}

extension Scenario {
    /// Purchases of extra rushes that come before the doors close.
    private var rushes: [Pace.Burst] { pace.bursts.filter { $0.atNanoseconds < pace.durationNanoseconds ?? .max } }

    /// For how long purchases are planned in an open loop, since the doors opened; nil where the rate ends at zero and may never
    /// bring as many as there are.
    fileprivate var plannedNanoseconds: UInt64? {
        let ofRate = pace.rate?.nanoseconds(expecting: Double(otherPurchases.count))
        guard ofRate != nil || pace.durationNanoseconds != nil else { return nil }
        let last = max(ofRate ?? .max, rushes.map(\.atNanoseconds).max() ?? 0)
        return min(pace.durationNanoseconds ?? .max, last)
    }

    /// How many are expected in an open loop until then.
    fileprivate func expectedPurchases(byNanoseconds end: UInt64) -> Double {
        let rushed = rushes.reduce(0) { $0 + ($1.atNanoseconds <= end ? $1.buyers : 0) }
        return min(Double(otherPurchases.count), pace.rate?.expected(byNanoseconds: end) ?? 0)
            + Double(rushed * purchasesPerBuyer)
    }
}
