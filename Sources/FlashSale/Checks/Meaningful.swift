/// The run could have shown a race at all: something was won, and attempts of different buyers overlapped.
/// Otherwise the verdict is `inconclusive`, never green.
enum Meaningful {
    static let name = "meaningful"

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        guard !facts.history.isEmpty else { return CheckResult(name, .inconclusive, "no attempt was made") }
        guard resolution.certainCount > 0 else {
            return CheckResult(name, .inconclusive, "nothing was sold, so nothing could have been oversold")
        }
        let holes = facts.history.count { $0.isHole }
        guard holes == 0 else {
            return CheckResult(
                name, .inconclusive,
                "\(holes.counted("reply", "replies")) matched no outcome of the strategy file, so what they mean is not known"
            )
        }
        let overlapping = overlapping(facts.history)
        guard overlapping > 0 else {
            return CheckResult(
                name, .inconclusive,
                "no two attempts overlapped, so the run cannot show what happens when buyers race; use more clients")
        }
        return CheckResult(
            name, .upheld,
            "\(resolution.wins.count.counted("win")), and \(overlapping.grouped) of \(facts.history.count.counted("attempt")) met another"
        )
    }

    /// Attempts that were invoked while another one was certainly under way. One without a known end counts for an
    /// instant only, and one that failed not at all: it may never have reached the server. The history is in the order of
    /// invocation.
    static func overlapping(_ history: [Attempt]) -> Int {
        var count = 0
        var latestReturn: UInt64 = 0
        for attempt in history where attempt.outcome != .failed {
            if attempt.invokedNanoseconds <= latestReturn { count += 1 }
            latestReturn = max(latestReturn, attempt.returnedNanoseconds ?? 0)
        }
        return count
    }
}
