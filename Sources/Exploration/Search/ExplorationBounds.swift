/// How far an exploration goes.
package struct ExplorationBounds: Sendable, Equatable {
    /// Keys that expire within one execution, at most.
    package var expiries = 0
    /// What breaks within one execution, at most.
    package var faults = 0
    /// Which things break.
    package var kinds: Set<FaultKind> = []
    /// Steps of one execution, at most. A longer one is given up.
    package var steps = 200
    /// Executions, at most; nil for all.
    package var executions: Int?
    /// CLOCK_MONOTONIC at which it ends at the latest, in nanoseconds; nil for never.
    package var deadline: UInt64?
    /// Keys of orders that are remembered, at most, of 8 bytes each. What does not fit is explored again.
    package var remembered = 4_000_000
    /// How often an execution is begun again that does not go as it went before.
    package var retries = 5
    /// How often a buyer may ask again what nobody has changed since.
    package var repeats = 0
    /// Whether orders are the same in which alike buyers are exchanged.
    package var exchangesBuyers = true
    /// Whether every order is made, also those that nobody can tell from others.
    package var isExhaustive = false

    /// What can break.
    package enum FaultKind: String, Sendable, CaseIterable {
        case lostReplies = "lost-replies"
        case lostRequests = "lost-requests"
        case crashes
        case restart
    }

    package init() {}
}
