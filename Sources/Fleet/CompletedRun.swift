internal import Clients
package import FlashSale
internal import Foundation

/// What a run left behind, before it is judged.
package struct CompletedRun: Sendable {
    package var facts: RunFacts
    /// What the journals were like when they were read.
    package var journalDigests: [FileDigest]
    /// What the coordinator noticed, beside what the checks find.
    package var findings: [Finding]
    package var measured: RunRecord.Measured
    package var latencies: LatencyDistributions
    /// CLOCK_MONOTONIC of the start gate.
    package var openedNanoseconds: UInt64
    /// Whether the user stopped it.
    package var wasInterrupted: Bool
    /// Why a worker could not go on, such as a full disk; nil if all could.
    package var failure: RunError?

    /// Puts everything into one record, with what the checks say.
    package func results(_ verdict: Verdict, of identity: RunRecord.Identity, _ scenario: Scenario) -> RunResults {
        var judged = JudgedSale(facts, verdict: verdict, findings: findings, ending: ending)
        if let failure {
            judged.findings.insert(
                Finding(.endedEarly, "The run could not go on to its end: \(failure.message)."), at: 0)
        }
        return RunResults(
            record: RunRecord(
                identity, scenario: scenario, judged: judged, measured: measured, observed: RunRecord.Observed(facts),
                interrupted: wasInterrupted),
            facts: facts, latencies: latencies, openedNanoseconds: openedNanoseconds)
    }

    /// What the program ends with if it is not the verdict's.
    package var ending: ExitStatus? { failure?.status ?? (wasInterrupted ? .interrupted : nil) }
}
