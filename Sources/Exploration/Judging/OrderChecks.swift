package import FlashSale

/// The checks of a run on one order.
package enum OrderChecks {
    /// - Parameter expiries: the places of the steps with which keys expired. Time passes there, and nowhere else: units that come
    ///   back by themselves can only have done so over one of them.
    package static func results(_ facts: RunFacts, expiries: [Int]) -> [CheckResult] {
        guard let lapses = facts.rules.lapsesNanoseconds, !expiries.isEmpty else { return results(facts) }
        let gap = lapses &+ 1
        func later(_ time: UInt64) -> UInt64 {
            time + UInt64(expiries.count { $0 < StepTime.step(of: time) }) * gap
        }
        let attempts = Array(facts.recorded.history)
        let stretched = attempts.map { attempt in
            var attempt = attempt
            attempt.invokedNanoseconds = later(attempt.invokedNanoseconds)
            attempt.returnedNanoseconds = attempt.returnedNanoseconds.map(later)
            return attempt
        }
        let last = StepTime.returned(at: expiries.max() ?? 0) + attempts.reduce(0) { max($0, $1.invokedNanoseconds) }
        return results(facts.with(stretched)).map { result in
            var result = result
            result.since = result.since.flatMap { since in
                // Where a step is not told apart from the gap before it, the attempt as it was made has to do.
                guard gap > 2 * last + 20 else { return attempts.first { $0.id == since.id } }
                var since = since
                since.invokedNanoseconds %= gap
                since.returnedNanoseconds = since.returnedNanoseconds.map { $0 % gap }
                return since
            }
            return result
        }
    }

    private static func results(_ facts: RunFacts) -> [CheckResult] {
        guard !facts.items.isEmpty, let carts = facts.recorded.carts else { return Checks.ofSale(facts) }
        let names = Set(Checks.ofSale.map(\.name) + [.cartsWhole])
        return Checks.judge(facts, items: CartParts(facts.recorded.history, carts).histories()).checks.filter {
            names.contains($0.name)
        }
    }
}

extension RunFacts {
    /// The same sale with the same attempts at other times.
    func with(_ attempts: [Attempt]) -> RunFacts {
        var facts = self
        facts.recorded =
            if let scenario = recorded.scenario {
                RecordedAttempts(
                    History(attempts), of: scenario, workers: [.init(index: 0, reported: Tally(attempts))])
            } else {
                RecordedAttempts(
                    History(attempts), tellsPurchases: recorded.tellsPurchases, tellsBuyers: recorded.tellsBuyers)
            }
        facts.recorded.tellsLeft = recorded.tellsLeft
        return facts
    }

    /// The same with each step at another place.
    func moved(to places: [Int]) -> RunFacts {
        with(
            recorded.history.map { attempt in
                var attempt = attempt
                attempt.invokedNanoseconds = StepTime.invoked(
                    at: places[StepTime.step(of: attempt.invokedNanoseconds)])
                attempt.returnedNanoseconds = attempt.returnedNanoseconds.map {
                    StepTime.returned(at: places[StepTime.step(of: $0)])
                }
                return attempt
            })
    }
}
