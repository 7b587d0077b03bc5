/// How the attempts of a history and their outcomes spread over time, in steps of one width.
package struct Timeline: Sendable, Equatable {
    /// What began and ended within one step.
    package struct Step: Sendable, Equatable {
        package var invoked = 0
        package var returned = 0
        /// By the step of the return, and without one (as of an `unknown` attempt) by that of the invocation.
        package var outcomes = Tally()

        package init() {}
    }

    package static let stepNanoseconds: UInt64 = 100_000_000
    /// More than a day of steps; a history with a longer span, or with a forged time, gets wider ones.
    package static let stepLimit = 1_000_000

    /// CLOCK_MONOTONIC at which the first step starts: the first invocation; nil where there are no attempts.
    package let startNanoseconds: UInt64?
    /// Of each step.
    package let widthNanoseconds: UInt64
    /// From the first invocation to the last event, also where nothing happened.
    package private(set) var steps: [Step]

    /// A step has 100 ms; a history of more than ``stepLimit`` of them gets the smallest multiple of 100 ms that needs no
    /// more steps.
    ///
    /// - Parameters:
    ///   - attempts: in any order.
    ///   - stepLimit: the most steps, at least 1.
    package init(_ attempts: some Sequence<Attempt>, stepLimit: Int = stepLimit) {
        var first = UInt64.max
        var last: UInt64 = 0
        for attempt in attempts {
            first = min(first, attempt.invokedNanoseconds)
            last = max(last, attempt.invokedNanoseconds, attempt.returnedNanoseconds ?? 0)
        }
        guard first <= last else {
            startNanoseconds = nil
            widthNanoseconds = Self.stepNanoseconds
            steps = []
            return
        }
        let width = ((last - first) / Self.stepNanoseconds / UInt64(stepLimit) + 1) * Self.stepNanoseconds
        startNanoseconds = first
        widthNanoseconds = width
        var steps = [Step](repeating: Step(), count: Int((last - first) / width) + 1)
        for attempt in attempts {
            let invoked = Int((attempt.invokedNanoseconds - first) / width)
            steps[invoked].invoked += 1
            var ended = invoked
            if let returned = attempt.returnedNanoseconds {
                // A forged history may return before it starts.
                ended = Int((max(returned, first) - first) / width)
                steps[ended].returned += 1
            }
            steps[ended].outcomes.count(attempt.outcome)
        }
        self.steps = steps
    }

    /// Where a step starts, in milliseconds since the first one did.
    package func elapsedMilliseconds(ofStep index: Int) -> UInt64 { UInt64(index) * (widthNanoseconds / 1_000_000) }
}
