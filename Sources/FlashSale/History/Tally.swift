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

    package mutating func count(_ outcome: Outcome) {
        attempts += 1
        switch outcome {
        case .won: won += 1
        case .soldOut: soldOut += 1
        case .conflict: conflict += 1
        case .duplicate: duplicate += 1
        case .failed: failed += 1
        case .unknown: unknown += 1
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
