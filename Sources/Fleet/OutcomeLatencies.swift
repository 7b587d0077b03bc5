internal import Clients
internal import FlashSale

/// Latency by outcome, from the journals: of every attempt that has an end, whether its worker lived to report or not.
struct OutcomeLatencies {
    let byOutcome: RunRecord.LatencyByOutcome
    /// Beside the latencies, when purchases started.
    let responseTimes: ResponseTimes
    let planned: PlannedStarts

    /// - Parameter opened: CLOCK_MONOTONIC of the start gate.
    init(_ facts: RunFacts, scenario: Scenario, opened: UInt64) {
        planned = PlannedStarts(scenario)
        let attempts = Outcome.allCases.map { _ in Slot() }
        let purchases = Purchase.Ending.allCases.map { _ in Slot() }
        let endings = Dictionary(uniqueKeysWithValues: zip(Purchase.Ending.allCases, purchases))
        responseTimes = ResponseTimes(
            facts.recorded.history, purchases: facts.recorded.survey.purchases, scenario: scenario,
            openedNanoseconds: opened,
            planned: planned,
            attempt: { outcome, nanoseconds in
                // The outcomes' raw values follow each other.
                attempts[Int(outcome.rawValue - Outcome.allCases[0].rawValue)].record(nanoseconds)
            },
            purchase: { ending, nanoseconds in endings[ending]?.record(nanoseconds) })
        byOutcome = RunRecord.LatencyByOutcome(
            attempt: Self.summaries(zip(Outcome.allCases, attempts)),
            purchase: Self.summaries(zip(Purchase.Ending.allCases, purchases)))
    }

    /// Noncopyable counts cannot live in an array.
    private final class Slot {
        /// nil where there is no memory for them: then no such latency is shown.
        private var counts = try? LatencyCounts()

        func record(_ nanoseconds: UInt64) { counts?.record(nanoseconds: nanoseconds) }

        /// To be asked once, at the end.
        func takeSparse() -> LatencyCounts.Sparse {
            guard let counts = counts.take() else { return LatencyCounts.Sparse() }
            return counts.sparse
        }
    }

    private static func summaries<End>(_ slots: some Sequence<(End, Slot)>) -> [End: RunRecord.Latency] {
        var summaries: [End: RunRecord.Latency] = [:]
        for (end, slot) in slots {
            let counts = slot.takeSparse()
            guard !counts.buckets.isEmpty else { continue }
            summaries[end] = Latencies.summary(counts)
        }
        return summaries
    }

    /// How many latencies there are.
    struct Numbers: Equatable {
        var attempts = 0
        var purchases = 0
    }

    /// How many latencies the journals of these workers hold.
    func recorded(_ workers: [Int], _ survey: Survey) -> Numbers {
        workers.reduce(into: Numbers()) { numbers, worker in
            numbers.attempts += survey.tallies[worker]?.attempts ?? 0
            numbers.purchases += responseTimes.endedPurchases[worker]
        }
    }

    /// A finding if a latency was lost or counted twice.
    static func difference(reported: Numbers, recorded: Numbers) -> Finding? {
        guard reported != recorded else { return nil }
        return Finding(
            .latencyCountsDiffer,
            "The workers measured the latency of \(reported.attempts.counted("attempt")) and "
                + "\(reported.purchases.counted("purchase")), but their journals hold \(recorded.attempts.grouped) and "
                + "\(recorded.purchases.grouped): the figures of latency miss some or count some twice.")
    }
}
