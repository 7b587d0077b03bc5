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
        self[outcome] += times
    }

    package mutating func add(_ other: Tally) {
        for outcome in Outcome.allCases { count(outcome, times: other[outcome]) }
    }

    /// How many ended so. Set only by ``count(_:times:)``, which keeps the sum.
    package private(set) subscript(outcome: Outcome) -> Int {
        get {
            switch outcome {
            case .won: won
            case .soldOut: soldOut
            case .conflict: conflict
            case .duplicate: duplicate
            case .failed: failed
            case .unknown: unknown
            }
        }
        set {
            switch outcome {
            case .won: won = newValue
            case .soldOut: soldOut = newValue
            case .conflict: conflict = newValue
            case .duplicate: duplicate = newValue
            case .failed: failed = newValue
            case .unknown: unknown = newValue
            }
        }
    }
}
