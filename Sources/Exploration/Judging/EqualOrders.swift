package import FlashSale

/// Orders that are the same to all who take part may still differ in which attempt was over before another one began, and a check that
/// asks for that (`linearizable`) has to hold in each of them.
///
/// It is enough to look at one order for each way to rank the attempts: the first in rank is brought to its end with no more
/// steps of others than it depends on, then the second, and so on. In any order whose attempts end in this rank, an attempt that was over
/// before another one began is so here, too, since no more had been done by its end.
package struct EqualOrders {
    private let steps: [Execution.Step]
    /// For each step, the earlier ones that it depends on, directly.
    private let causes: [[Int]]

    package init(of execution: Execution) {
        steps = execution.steps
        causes = steps.indices.map { place in
            let offer = execution.steps[place].offer
            return (0..<place).filter {
                execution.steps[$0].offer.dependsOn(offer) || offer.causes.contains($0)
            }
        }
    }

    /// More attempts are not ranked in all ways.
    private static let mostAttempts = 6

    /// For each such order that differs in what was over before what, the new place of each step.
    ///
    /// - Parameter attempts: of which each has steps of its own.
    package func places(for attempts: [Attempt]) -> [[Int]] {
        let spans = attempts.map { attempt in
            (
                first: StepTime.step(of: attempt.invokedNanoseconds),
                last: attempt.returnedNanoseconds.map(StepTime.step)
            )
        }
        guard attempts.count <= Self.mostAttempts, spans.allSatisfy({ steps.indices.contains($0.first) }) else {
            return []
        }
        var known: Set<[Bool]> = [precedence(spans, Array(steps.indices))]
        var found: [[Int]] = []
        for rank in Self.permutations(attempts.count) {
            let places = places(ranked: rank.map { spans[$0].last ?? steps.count - 1 })
            if known.insert(precedence(spans, places)).inserted { found.append(places) }
        }
        return found
    }

    private static func permutations(_ count: Int) -> [[Int]] {
        guard count > 0 else { return [[]] }
        return permutations(count - 1).flatMap { shorter in
            (0...shorter.count).map { place in
                var longer = shorter
                longer.insert(count - 1, at: place)
                return longer
            }
        }
    }

    private func places(ranked ends: [Int]) -> [Int] {
        var places = [Int](repeating: -1, count: steps.count)
        var next = 0
        func make(_ step: Int) {
            guard places[step] < 0 else { return }
            for cause in causes[step] { make(cause) }
            places[step] = next
            next += 1
        }
        for end in ends { make(end) }
        for step in steps.indices { make(step) }
        return places
    }

    /// For each pair of attempts, whether the one was over before the other began.
    private func precedence(_ spans: [(first: Int, last: Int?)], _ places: [Int]) -> [Bool] {
        spans.flatMap { first in
            spans.map { second in first.last.map { places[$0] < places[second.first] } ?? false }
        }
    }
}

extension Execution {
    /// The same order with each step at another place.
    func schedule(movedTo places: [Int]) -> Schedule {
        var steps = schedule.steps
        for (step, place) in places.enumerated() {
            steps[place] = Schedule.Step(self.steps[step].offer.choice, phrase: self.steps[step].offer.phrase)
        }
        return Schedule(steps, cost: cost)
    }
}
