/// What an exploration has done.
package struct ExplorationCounts: Sendable, Equatable {
    /// Executions that were begun.
    package var executions = 0
    /// Of these, those that came to their end.
    package var complete = 0
    /// Those that were cut off where all that could follow was made before.
    package var redundant = 0
    /// Schedules that were given up: too long, or never again as they were.
    package var givenUp = 0
    /// Executions that did not go as the same beginning went before, or were disturbed, and were begun again.
    package var diverged = 0
    /// Steps of all executions.
    package var steps = 0
    /// The first time that a buyer did another thing after the same past, or the first reason to give up, in words for the user.
    package var unsteady: String?
    /// Whether a key could have expired in any of them.
    package var metExpiry = false
    /// Schedules that wait.
    package var waiting = 0
    /// Commands that came too late to be seen the first time, and were noticed when the same steps were taken again.
    package var late = 0

    package init() {}

    /// What several explorations have done together.
    package mutating func add(_ other: ExplorationCounts) {
        executions += other.executions
        complete += other.complete
        redundant += other.redundant
        givenUp += other.givenUp
        diverged += other.diverged
        steps += other.steps
        unsteady = unsteady ?? other.unsteady
        waiting += other.waiting
        late += other.late
        metExpiry = metExpiry || other.metExpiry
    }
}
