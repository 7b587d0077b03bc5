package import FlashSale
package import Strategies

/// What was sent, beside what the server counted.
package struct Traffic {
    /// nil where the server did not tell.
    private(set) var comparison: CommandComparison?
    /// CPU time of the server while the doors were open, in seconds.
    package private(set) var serverSeconds: Double?
    package private(set) var findings: [Finding] = []
    private let sent: SentCommands

    /// - Parameters:
    ///   - before: the server's counters when every client was ready.
    ///   - after: when the last one was gone.
    ///   - wasDenied: whether the user was told already that the server denies INFO.
    package init(
        _ strategy: Strategy, steps: SentSteps, scriptHashes: [String: String], before: ServerCounters?,
        after: ServerCounters?, brokenOff: Int, untold: Int, wasDenied: Bool
    ) {
        sent = SentCommands(steps, of: strategy, scriptHashes: scriptHashes)
        if let before, let after { serverSeconds = after.cpuSeconds(since: before) }
        guard let before, let after, let counted = after.since(before) else {
            guard !wasDenied else { return }
            let reason =
                before == nil
                ? "the server does not tell which it executes (INFO commandstats)"
                : "the server was started again, its counters were reset, or it does not answer any more"
            findings = [
                Finding(
                    .commandsNotCompared,
                    "What was sent cannot be compared with what the server executed: \(reason).")
            ]
            return
        }
        let comparison = CommandComparison(
            sent: sent, mostPerAttempt: .most(inOneAttemptOf: strategy, scriptHashes: scriptHashes), counted: counted,
            reach: ScriptReach(strategy),
            doubt: .init(
                brokenOff: brokenOff, untold: untold, refusalsAreCounted: after.refusalsAreCounted))
        self.comparison = comparison
        findings = comparison.findings
    }

    /// Commands of clients that the server executed, or those that were sent where it does not tell.
    package var commands: Int { comparison?.executed ?? sent.total }

    package var record: RunRecord.Commands? {
        comparison.map { RunRecord.Commands(sent: sent.total, byName: $0.byName) }
    }
}
