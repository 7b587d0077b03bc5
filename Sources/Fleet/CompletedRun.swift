internal import Clients
package import FlashSale
internal import Foundation
internal import Host
internal import Recordings

/// What a run left behind, before it is judged.
package struct CompletedRun: Sendable {
    package var facts: RunFacts
    /// Digests of the journals as they were read.
    package var journalDigests: [FileDigest]
    /// What the coordinator noticed, beside what the checks find.
    package var findings: [Finding]
    package var measured: RunRecord.Measured
    /// What was met of the strategy file. Its boundaries come with the verdict.
    package var coverage: RunRecord.Coverage
    package var latencies: LatencyHistograms
    /// CLOCK_MONOTONIC of the start gate.
    package var openedNanoseconds: UInt64
    /// Whether the user stopped it.
    package var wasInterrupted: Bool
    /// Why a worker could not go on, such as a full disk; nil if all could.
    package var failure: RunError?
    /// What the orders showed to be wrong with the strategy file; nil where nothing is, or where the run did not end.
    package var mistake: RunError?
    /// The service that the run has started; nil where it has started none.
    package var startedService: RunRecord.StartedService?

    /// Puts everything into one record, with what the checks say.
    package func results(_ verdict: Verdict, of identity: RunRecord.Identity, scenario: Scenario) -> RunResults {
        var judged = JudgedSale(facts, verdict: verdict, findings: findings, ending: ending)
        if let failure {
            judged.findings.insert(
                Finding(.endedEarly, "The run could not go on to its end: \(failure.message)."), at: 0)
        }
        var record = RunRecord(
            identity, scenario: scenario, judged: judged, measured: measured, observed: RunRecord.Observed(facts),
            interrupted: wasInterrupted)
        record.faults = facts.faults.isEmpty ? nil : facts.faults
        record.coverage = coverage
        record.nodes = facts.recorded.nodes.isEmpty ? nil : facts.recorded.nodes
        record.startedService = startedService
        if let boundaries = verdict.boundaries { record.coverage?.boundaries = boundaries }
        return RunResults(
            record: record,
            facts: facts, latencies: latencies, openedNanoseconds: openedNanoseconds)
    }

    /// The exit status where it is not the verdict's.
    package var ending: ExitStatus? {
        failure?.status ?? (wasInterrupted ? .interrupted : mistake?.status)
    }
}

/// Makes the checks of a long history on two cores.
package enum Judging {
    /// Below this many attempts a thread is not worth its start.
    private static var threshold: Int { 100_000 }

    package static func verdict(_ facts: RunFacts) -> Verdict {
        if let items = facts.recorded.scenario?.items, !facts.items.isEmpty {
            return verdict(facts, items)
        }
        return verdictOfOne(facts)
    }

    /// Of several items. Where there is no room to have them apart, nothing is judged.
    private static func verdict(_ facts: RunFacts, _ items: ItemsForSale) -> Verdict {
        do throws(RunError) {
            if let carts = facts.recorded.carts {
                return Checks.judge(facts, items: try ItemHistories.split(facts.recorded.history, carts: carts))
            }
            let picker = ItemPicker(items, seed: facts.recorded.scenario?.seed ?? 0)
            let histories = try ItemHistories.split(facts.recorded.history, into: picker.count) {
                picker.item(ofPurchase: $0.purchase)
            }
            return Checks.judge(facts, items: histories)
        } catch {
            var facts = facts
            facts.doubts.reason = "the items could not be judged apart: \(error.message)"
            facts.recorded.journalProblems.append(error.message)
            return Checks.judge(facts, items: [])
        }
    }

    private static func verdictOfOne(_ facts: RunFacts) -> Verdict {
        guard facts.recorded.history.count >= threshold,
            let counting = try? JoinableThread({ Checks.overlapping(facts) })
        else { return Checks.judge(facts) }
        let counted = Counted(counting)
        // The thread is joined even if the checks never ask for its result.
        defer { _ = counted.value }
        return Checks.judge(facts) { counted.value }
    }

    /// A thread that is joined once.
    private final class Counted {
        private var thread: JoinableThread<Int>?
        private(set) lazy var value: Int = thread.take()!.join()

        init(_ thread: consuming JoinableThread<Int>) { self.thread = consume thread }
    }
}
