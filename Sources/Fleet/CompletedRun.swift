internal import Clients
package import FlashSale
internal import Foundation

/// What a run left behind, before it is judged.
package struct CompletedRun: Sendable {
    package var scenario: Scenario
    package var facts: RunFacts
    /// What the journals were like when they were read.
    package var journalDigests: [FileDigest]
    /// What the coordinator noticed, beside what the checks find.
    package var findings: [Finding]
    package var server: RunRecord.Server
    /// Without what ``record(verdict:started:run:)`` adds to it.
    package var client: RunRecord.Client
    package var workers: [RunRecord.Worker]
    package var attemptLatency: RunRecord.Latency
    package var purchaseLatency: RunRecord.Latency
    package var latencyByOutcome: RunRecord.LatencyByOutcome
    /// Whether buyers took time to think in between.
    package var latencyIncludesThinkTime: Bool
    /// All percentiles of both.
    package var attemptDistribution: LatencyDistribution
    package var purchaseDistribution: LatencyDistribution
    package var pace: RunRecord.Pace
    /// Commands of this run that the server executed, or that were sent where it does not tell.
    package var commands: Int
    /// CLOCK_MONOTONIC of the start gate.
    package var openedNanoseconds: UInt64
    /// CLOCK_MONOTONIC of the last return, or of the last time that a client gave up waiting for one; not before the opening.
    package var endedNanoseconds: UInt64
    /// Whether the user stopped it.
    package var wasInterrupted: Bool
    /// Why a worker could not go on, such as a full disk; nil if all could.
    package var failure: RunError?

    /// From the gate to the end of the last attempt.
    package var elapsedSeconds: Double { Double(endedNanoseconds - openedNanoseconds) / 1e9 }

    /// Judges the run and puts everything into one record.
    ///
    /// - Parameters:
    ///   - started: ISO 8601.
    ///   - run: the run's id.
    package func record(verdict: Verdict, started: String, run: String) -> RunRecord {
        let tally = facts.survey.tally
        var remaining: Int?
        if case .units(let units) = facts.finalStock { remaining = units }
        let cpu = workers.reduce(0) { $0 + $1.cpuSeconds }
        var findings = verdict.findings + findings
        let isSaturated = isSaturated(cpu)
        var client = client
        client.cpuSeconds = cpu
        client.saturated = isSaturated
        if let failure {
            findings.insert(
                Finding(.endedEarly, "The run could not go on to its end: \(failure.message)."), at: 0)
        }
        if isSaturated {
            findings.append(
                Finding(
                    .clientWasTheLimit,
                    "The workers used more than 90% of the CPU that they could get: the figures of speed are the client's, not the server's."
                ))
        }
        return RunRecord(
            version: Version.current, started: started, run: run, verdict: verdict.result,
            exitCode: exitStatus(verdict), interrupted: wasInterrupted, strategy: scenario.strategy.name,
            sale: RunRecord.Sale(
                units: scenario.units, remaining: remaining, soldToBuyers: verdict.soldToBuyers,
                inDoubt: verdict.inDoubt, ledgerOrders: facts.ledger?.count),
            totals: RunRecord.Totals(facts.survey, scenario),
            purchases: RunRecord.Purchases(facts.survey.purchases), checks: verdict.checks.map(RunRecord.Check.init),
            findings: findings,
            throughput: RunRecord.Throughput(
                attempts: answered(tally), commands: commands, elapsedSeconds: elapsedSeconds),
            pace: pace,
            latencyUs: RunRecord.LatencyUs(
                attempt: attemptLatency, purchase: purchaseLatency, byOutcome: latencyByOutcome,
                includesThinkTime: latencyIncludesThinkTime),
            workers: workers,
            server: server, client: client, scenario: scenario,
            observed: RunRecord.Observed(facts))
    }

    /// Attempts that count for speed: to be refused by the port of a server that is gone is no speed of anything.
    private func answered(_ tally: Tally) -> Int {
        facts.serverLoss == nil ? tally.attempts : tally.attempts - tally.failed - tally.unknown
    }

    /// What the program ends with: the verdict's code, unless the run could not go on or was stopped.
    package func exitStatus(_ verdict: Verdict) -> ExitStatus {
        failure?.status ?? (wasInterrupted ? .interrupted : ExitStatus(verdict.result))
    }

    /// In less time, what a worker does around its attempts weighs as much as these.
    private static var leastSecondsForSaturation: Double { 0.1 }

    private func isSaturated(_ cpuSeconds: Double) -> Bool {
        guard elapsedSeconds >= Self.leastSecondsForSaturation else { return false }
        let cores = Double(ProcessInfo.processInfo.activeProcessorCount)
        let own = workers.contains { $0.cpuShare > 0.9 * min(Double($0.threads), cores) }
        return own || cpuSeconds / elapsedSeconds > 0.9 * cores
    }
}

extension Coordinator {
    func record(of worker: WorkerProcess, _ survey: Survey) -> RunRecord.Worker {
        let report = worker.report
        let elapsed = report?.elapsedSeconds ?? 0
        return RunRecord.Worker(
            worker: worker.index, pid: Int(worker.processID), threads: scenario.threads,
            clients: scenario.threads * scenario.clients,
            tally: report?.tally ?? survey.tallies[worker.index] ?? Tally(),
            reconnects: report?.threads.reduce(0) { $0 + $1.reconnects } ?? 0,
            connectSeconds: worker.ready?.connectSeconds ?? 0, cpuSeconds: report?.cpuSeconds ?? 0,
            cpuShare: elapsed > 0 ? (report?.cpuSeconds ?? 0) / elapsed : 0, peakMemoryMib: report?.peakMemoryMib ?? 0,
            hiccupMaxUs: report.flatMap { Latencies.summary($0.hiccups).max },
            lost: worker.lost)
    }
}
