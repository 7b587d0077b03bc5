internal import FlashSale
internal import Strategies

/// Races as warnings.
enum RaceWarnings {
    /// - Parameter scenario: of the run that is to follow; nil where there is none.
    static func of(
        _ strategy: Strategy, _ record: RehearsalRecord, scenario: Scenario?
    ) -> [RehearsalWarnings.Warning] {
        let acts = record.acts.filter { $0.kind != .withoutStock }
        let races = PredictedRaces(strategy, open: acts.first?.open ?? [], scenario: scenario)
            .found(in: acts.flatMap(\.visits))
        let steps = strategy.buy + strategy.finally
        return races.prefix(5).map { race in
            RehearsalWarnings.Warning(
                "race", at: "\(strategy.file):\(steps[race.writeStep].line)", message: sentence(race, steps))
        }
    }

    private static func sentence(_ race: PredictedRaces.Race, _ steps: [Strategy.Step]) -> String {
        let who = race.company == .sameBuyer ? "two purchases of one buyer" : "two buyers"
        var text =
            "\(shown(race.read, steps[race.readStep])), then \(shown(race.write, steps[race.writeStep])): \(who) can read the same value, "
            + (race.overwrites ? "and the second write overwrites the first" : "and both go on to write")
        if let weakness = race.weakness { text += "; \(sentence(weakness))" }
        text += "; WATCH before the read and EXEC after it, or one script around both, keeps them apart"
        return race.overwrites ? text : text + ", and so does an outcome for what the write itself answers"
    }

    private static func sentence(_ weakness: HeldLocks.Weakness) -> String {
        switch weakness {
        case .lapses(let lock, let lease, let think):
            "the lock does not keep them apart, for its lease (\(plain(lock)), \(lease.grouped) ms) can be over before the write, "
                + "after \(think.grouped) ms to think"
        case .isOfEachBuyer(let lock): "the lock \(plain(lock)) does not keep them apart, for theirs differ"
        case .releasedByAnybody(let lock):
            "the lock \(plain(lock)) does not keep them apart, for finally: removes it also where somebody else holds it"
        case .releasedBefore(let lock): "the lock \(plain(lock)) is given up before the write"
        }
    }

    private static func shown(_ command: [String], _ step: Strategy.Step) -> String {
        let text = plain(command.joined(separator: " "))
        guard case .script(let call) = step.kind else { return text }
        return "\(text) (\(call.callee.title))"
    }

    /// The keys as the file has them.
    private static func plain(_ text: String) -> String { text.replacing(WatchedSale.tag, with: "{sale}") }
}
