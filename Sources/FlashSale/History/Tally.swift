/// How many attempts ended in which way.
package struct Tally: Codable, Sendable, Equatable {
    package var attempts = 0
    package var won = 0
    package var soldOut = 0
    package var conflict = 0
    package var duplicate = 0
    package var failed = 0
    package var unknown = 0

    package init() {}

    package init(_ attempts: some Sequence<Attempt>) {
        for attempt in attempts { count(attempt.outcome) }
    }

    package mutating func count(_ outcome: Outcome, times: Int = 1) {
        attempts += times
        switch outcome {
        case .won: won += times
        case .soldOut: soldOut += times
        case .conflict: conflict += times
        case .duplicate: duplicate += times
        case .failed: failed += times
        case .unknown: unknown += times
        }
    }

    package mutating func add(_ other: Tally) {
        attempts += other.attempts
        won += other.won
        soldOut += other.soldOut
        conflict += other.conflict
        duplicate += other.duplicate
        failed += other.failed
        unknown += other.unknown
    }
}
