package import FlashSale
package import Strategies

/// The gate between a strategy's scripts and a server that is not ours.
///
/// What a script touches cannot be told from its text. So it may run there only after a complete rehearsal on a private server, in
/// which each script was called and answered, and nothing but the sale's own keys was touched.
package enum RehearsalGuard {
    /// Lets a strategy pass.
    ///
    /// - Parameter thinkTime: in place of the file's own.
    /// - Returns: the rehearsal; nil where the strategy has no scripts, so that none was needed.
    /// - Throws: ``RunError`` with 64 where the file or its scripts are the reason, with 69 where this machine is: no private server
    ///   can be started, or it cannot run what the scripts call.
    package static func admit(
        _ strategy: Strategy, _ source: Scenario.StrategySource, thinkTime: Scenario.Range? = nil
    ) throws(RunError) -> RehearsalRecord? {
        guard !strategy.scriptCalls.isEmpty || !(strategy.scripts + strategy.libraries).isEmpty else { return nil }
        let record: RehearsalRecord
        do throws(RunError) {
            record = try Rehearsal.run(strategy, source, thinkTime: thinkTime)
        } catch {
            throw refusal(error.status, error.message)
        }
        if let place = record.cutShort {
            throw refusal(
                .usage,
                "\(strategy.file): the \(Int(RehearsalClock.seconds)) seconds of the rehearsal were over before it came to its end: "
                    + place)
        }
        if let stray = record.strays.first {
            throw refusal(
                .usage,
                "\(strategy.file): a script called \(stray), which is not this sale's; on a server that is not private, scripts may "
                    + "only touch keys with {sale} in their name")
        }
        if let command = record.unknownCommands.first {
            throw refusal(
                .unavailable,
                "\(strategy.file): a script calls \(command), which the private server (\(record.server)) does not have, so that "
                    + "nobody has seen what comes after it; name a server that has it in STRESS_REDIS_SERVER")
        }
        if let reason = record.unseen.first { throw refusal(.usage, "\(strategy.file): \(reason)") }
        return record
    }

    private static func refusal(_ status: ExitStatus, _ reason: String) -> RunError {
        RunError(
            status,
            "\(reason) (seen in the rehearsal on a private server that scripts go through before they may touch another; nothing was "
                + "sent to yours. --no-rehearsal-guard sends them unseen)")
    }

    /// What a report says where there was no rehearsal.
    package static let skipped = Finding(
        .rehearsalSkipped,
        "The scripts were not rehearsed before they touched your server (--no-rehearsal-guard): what they did there beside the keys of "
            + "this run is not known.")
}
