/// A run that is over and judged: all that reports are made from.
package struct RunResults: Sendable {
    package var record: RunRecord
    package var facts: RunFacts
    package var latencies: LatencyDistributions
    /// CLOCK_MONOTONIC of the opening of the doors.
    package var openedNanoseconds: UInt64

    package init(
        record: RunRecord, facts: RunFacts, latencies: LatencyDistributions, openedNanoseconds: UInt64
    ) {
        self.record = record
        self.facts = facts
        self.latencies = latencies
        self.openedNanoseconds = openedNanoseconds
    }

    /// From which the evidence counts its times; nil where nothing was attempted.
    package var firstInvoked: UInt64? { facts.recorded.survey.firstInvoked }
}

/// All percentiles of attempts and of purchases.
package struct LatencyDistributions: Sendable {
    package var attempts: LatencyDistribution
    package var purchases: LatencyDistribution

    package init(attempts: LatencyDistribution, purchases: LatencyDistribution) {
        self.attempts = attempts
        self.purchases = purchases
    }
}
