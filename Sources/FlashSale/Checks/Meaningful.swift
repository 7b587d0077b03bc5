/// The run could have shown a race at all: something was won, most attempts met no error, and attempts of different buyers overlapped.
/// Otherwise the verdict is `inconclusive`, never green.
///
/// A race can lose or repeat units also where stock or limit are never reached, so that a run without these is only said to have
/// left them out; the checks that would have judged them do not apply.
enum Meaningful {
    static let name = CheckName.meaningful

    static func check(_ facts: RunFacts, _ resolution: Resolution, overlapping: () -> Int) -> CheckResult {
        guard facts.recorded.history.count > 0 else { return CheckResult(name, .inconclusive, "no attempt was made") }
        if let loss = facts.doubts.keysLoss, loss.isCertain { return CheckResult(name, .inconclusive, loss.reason) }
        if let missed = FaultEffects.missed(facts.faults) { return CheckResult(name, .inconclusive, missed) }
        // A server that was lost is the reason, and is told by the checks that need what it held.
        if facts.doubts.serverLoss == nil, let errors = mostlyErrors(facts) {
            return CheckResult(name, .inconclusive, errors)
        }
        guard resolution.certainCount > 0 else {
            return CheckResult(name, .inconclusive, "nothing was sold, so nothing could have been oversold")
        }
        let holes = facts.recorded.survey.holes
        guard holes == 0 else {
            return CheckResult(
                name, .inconclusive,
                "\(holes.counted("reply", "replies")) matched no outcome of the strategy file, so what they mean is not known"
            )
        }
        guard facts.brokenInRehearsal.isEmpty else {
            return CheckResult(
                name, .inconclusive,
                "the rehearsal breaks \(facts.brokenInRehearsal.map(\.rawValue).joined(separator: ", ")), one buyer after the other and "
                    + "without any race, so that the scheme is not right whatever this run met; stress strategies check shows how"
            )
        }
        let overlapping = overlapping()
        guard overlapping > 0 else {
            return CheckResult(
                name, .inconclusive,
                "no two attempts overlapped, so the run cannot show what happens when buyers race; use more clients")
        }
        guard facts.recorded.metForCertain else {
            return CheckResult(
                name, .inconclusive,
                "attempts overlap only by as much as their rounded times or the clocks of several machines leave open, so that nothing shows that "
                    + "buyers raced; record finer times"
            )
        }
        let untested = Exercise.untested(facts, resolution)
        return CheckResult(
            name, .upheld,
            "\(resolution.winCount.counted("win")), and \(overlapping.grouped) of \(facts.recorded.history.count.counted("attempt")) met another"
                + FaultEffects.proven(facts.faults)
                + (untested.isEmpty ? "" : "; not put to the test: \(untested.joined(separator: ", "))"))
    }

    /// A sentence if more than half of a run's attempts met an error: whatever the others show, that was no sale. Those that a
    /// user or a worker's death cut off met none.
    private static func mostlyErrors(_ facts: RunFacts) -> String? {
        let recorded = facts.recorded
        guard recorded.scenario != nil, !recorded.wasInterrupted else { return nil }
        let tally = recorded.survey.tally
        let cutOff = recorded.workers.filter { $0.lost != nil }.reduce(0) {
            $0 + (recorded.survey.tallies[$1.index]?.unknown ?? 0)
        }
        let errors = tally.failed + tally.unknown - cutOff
        guard errors > tally.attempts / 2 else { return nil }
        let explained = FaultEffects.errorsExplained(facts)
        guard errors - explained > (tally.attempts - explained) / 2 else { return nil }
        return "\(errors.grouped) of \(tally.attempts.counted("attempt")) "
            + (recorded.firstError.map { "met an error: \($0)" } ?? "failed or had no clear end")
    }
}
