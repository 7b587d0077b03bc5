package import FlashSale
package import Strategies

/// What was sent, beside what the server counted.
package struct Traffic {
    /// nil where the server did not tell.
    private(set) var comparison: CommandComparison?
    /// CPU time of the server while the doors were open, in seconds.
    package private(set) var serverSeconds: Double?
    package private(set) var findings: [Finding] = []
    /// Commands that neither a step of the strategy nor its scripts sent, by name, and how many.
    package var ofOthers: [String: Int] { comparison?.ofOthers ?? [:] }
    private let sent: SentCommands

    /// - Parameters:
    ///   - before: the server's counters when every client was ready.
    ///   - after: when the last one was gone.
    ///   - beside: commands by name that were sent beside those of the steps, and answered.
    ///   - wasDenied: whether the user was told already that the server denies INFO.
    package init(
        _ strategy: Strategy, steps: SentSteps, scriptHashes: [String: String], before: ServerCounters?,
        after: ServerCounters?, beside: [String: Int] = [:], brokenOff: Int, untold: Int, wasDenied: Bool
    ) {
        var sent = SentCommands(steps, of: strategy, scriptHashes: scriptHashes)
        for (name, count) in beside { sent.add(direct: count, name) }
        self.sent = sent
        if let before, let after { serverSeconds = after.cpuSeconds(since: before) }
        // What programs send, nobody told us.
        guard !strategy.buysByProgram else { return }
        guard steps.elsewhere == 0 else {
            findings = [
                Finding(
                    .commandsNotCompared,
                    "What was sent cannot be compared with what the server executed: a slot was on its way, and "
                        + "\(steps.elsewhere.counted("step")) went to the node that ASK named.")
            ]
            return
        }
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

/// What a run sent beside what the server counted while it ran: a difference means that somebody else was on the server, or
/// that one of the two miscounts.
package struct CommandComparison: Sendable, Equatable {
    /// Differences that are to be expected and accuse nobody.
    package struct Doubt: Sendable, Equatable {
        /// Attempts and connections that broke off: the last that they sent may never have been executed.
        package var brokenOff = 0
        /// Attempts of workers that were lost before they could tell what they had sent.
        package var untold = 0
        /// Whether the server tells of commands that it refused to execute (Redis 6.2 and later).
        package var refusalsAreCounted = true

        package init(brokenOff: Int = 0, untold: Int = 0, refusalsAreCounted: Bool = true) {
            self.brokenOff = brokenOff
            self.untold = untold
            self.refusalsAreCounted = refusalsAreCounted
        }
    }

    package typealias Numbers = RunRecord.Commands.Numbers

    /// Every name that was sent or counted, but for what ``ours`` counted and was not sent.
    package private(set) var byName: [String: Numbers] = [:]
    /// Commands of this run that the server executed, without those inside scripts.
    package private(set) var executed = 0
    package private(set) var findings: [Finding] = []
    /// What was counted beyond what was sent, and no script of ours can have called.
    private(set) var ofOthers: [String: Int] = [:]

    /// What our connections send beside the strategy's commands, and what servers and Sentinels (PUBLISH) send each other.
    private static let ours: Set<String> = [
        "AUTH", "CLIENT", "CLUSTER", "COMMAND", "HELLO", "INFO", "PING", "PSYNC", "PUBLISH", "REPLCONF", "ROLE",
        "SELECT",
    ]

    /// - Parameters:
    ///   - sent: what workers reported.
    ///   - most: what one attempt may send.
    ///   - counted: by the server between the doors' opening and the last client's end, by name in capitals.
    ///   - reach: what scripts may call.
    package init(
        sent: SentCommands, mostPerAttempt most: SentCommands, counted: [String: Int], reach: ScriptReach, doubt: Doubt
    ) {
        var foreign: [(name: String, count: Int)] = []
        var different: [(name: String, sent: Int, counted: Int)] = []
        for name in Set(sent.byName.keys).union(counted.keys).sorted() {
            let own = sent[name]
            let all = own.direct + own.queued
            let count = counted[name] ?? 0
            let isOurs = Self.ours.contains(name)
            guard all > 0 || (count > 0 && !isOurs) else { continue }
            byName[name] = Numbers(sent: all, queued: own.queued, counted: count)
            let untold = doubt.untold * (most[name].direct + most[name].queued)
            executed += min(count, all + untold)
            let least = doubt.refusalsAreCounted ? own.direct - doubt.brokenOff * most[name].direct : 0
            if count < least {
                different.append((name, all, count))
            } else if !isOurs, !reach.includes(name), count > all + untold {
                ofOthers[name] = count - all - untold
                if most[name] == SentCommands.Numbers() {
                    foreign.append((name, count))
                } else {
                    different.append((name, all, count))
                }
            }
        }
        if !foreign.isEmpty { findings.append(Self.foreign(foreign)) }
        if !different.isEmpty { findings.append(Self.different(different)) }
    }

    // MARK: In words

    /// The most names that a finding lists.
    private static let nameLimit = 5

    private static func list(_ names: [String]) -> String {
        let more = names.count - nameLimit
        return names.prefix(nameLimit).joined(separator: ", ")
            + (more > 0 ? " and \(more.counted("more name"))" : "")
    }

    private static func foreign(_ commands: [(name: String, count: Int)]) -> Finding {
        let most = commands.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        return Finding(
            .foreignCommands,
            "The server executed commands that this run does not send: "
                + list(most.map { "\($0.count.grouped) \($0.name)" })
                + ". Somebody else is on this server: the figures of speed are not of this run alone, and its stock may not be."
        )
    }

    private static func different(_ commands: [(name: String, sent: Int, counted: Int)]) -> Finding {
        Finding(
            .commandsDiffer,
            "The server did not count what this run sent: "
                + list(commands.map { "\($0.name) \($0.counted.grouped) instead of \($0.sent.grouped)" })
                + ". Somebody else is on this server, or stress miscounts.")
    }
}
