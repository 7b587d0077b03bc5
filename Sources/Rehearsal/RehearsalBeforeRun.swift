package import FlashSale
package import Strategies

/// The rehearsal that `stress run` makes before it opens the doors.
package enum RehearsalBeforeRun {
    /// How long it may take where nothing depends on its end.
    private static var seconds: Double { 1 }

    /// Rehearses what is to be run: once, whoever needs it.
    ///
    /// - Parameters:
    ///   - isGuarded: whether the scripts go to a server that is not ours, so that they must have been seen to their end.
    ///   - isWanted: whether its warnings are wanted, as they are for a file of the user's.
    /// - Returns: what the report tells of it; nil where no warnings are wanted.
    /// - Throws: ``RunError`` where the scripts must not go to that server. What else goes wrong is told, and the run goes on: it
    ///   meets a mistake of the file itself.
    package static func rehearse(
        _ strategy: Strategy, _ scenario: Scenario, isGuarded: Bool, isWanted: Bool
    ) throws(RunError) -> RunRecord.Rehearsal? {
        guard strategy.canBeRehearsed else {
            guard !isGuarded || (strategy.scriptCalls.isEmpty && strategy.scripts.isEmpty && strategy.libraries.isEmpty)
            else {
                throw RunError(
                    .usage,
                    "\(strategy.file): its scripts cannot be seen in a rehearsal before they go to your server, since what buyers who are "
                        + "programs do, and what is asked of other stores, would be done, and what follows a hold (phases:) is not played; use a private server, or say --no-rehearsal-guard"
                )
            }
            return nil
        }
        let guarding =
            isGuarded
            ? try RehearsalGuard.admit(strategy, scenario.strategy, thinkTime: scenario.thinkTimeMicroseconds) : nil
        guard isWanted else { return nil }
        // The guard lets a buyer come twice, which in a run where nobody does is no reason to call a scheme broken.
        if let guarding, guarding.brokenChecks.isEmpty || scenario.purchasesPerBuyer > 1 {
            return told(guarding, strategy, scenario)
        }
        do throws(RunError) {
            let record = try Rehearsal.run(
                strategy, scenario.strategy, withinSeconds: seconds, thinkTime: scenario.thinkTimeMicroseconds,
                purchasesPerBuyer: scenario.purchasesPerBuyer)
            return told(record, strategy, scenario)
        } catch {
            return RunRecord.Rehearsal(problem: error.message)
        }
    }

    private static func told(
        _ record: RehearsalRecord, _ strategy: Strategy, _ scenario: Scenario
    ) -> RunRecord.Rehearsal {
        let warnings = RehearsalWarnings.of(strategy, record, scenario: scenario)
        return RunRecord.Rehearsal(
            warnings: warnings.map { .init(name: $0.name, place: $0.place, message: $0.message) },
            broken: record.brokenChecks,
            problem: record.cutShort.map {
                "it was cut short after a second: \($0); strategies check plays it to its end"
            })
    }
}
