/// How one attempt ended. The raw values are the journal's state words above ``JournalRecord/State/inFlight``.
@frozen
public enum Outcome: UInt8, Sendable, CaseIterable, BitwiseCopyable {
    /// The buyer was told that the unit is theirs.
    case won = 2
    /// The buyer was told that nothing is left.
    case soldOut = 3
    /// Another buyer was quicker; nothing was taken.
    case conflict = 4
    /// The buyer was told that they already have what they may have.
    case duplicate = 5
    /// Certainly no effect.
    case failed = 6
    /// It may have taken effect.
    case unknown = 7
    /// It took its units and gave them back before it ended: nothing was sold.
    case returned = 8
    /// A purchase that takes its time has its units on hold: the buyer pays later, cancels, or lets it lapse.
    case held = 9

    /// The word that reports, CSV files and strategy files use.
    package var word: String {
        switch self {
        case .won: "won"
        case .soldOut: "sold-out"
        case .conflict: "conflict"
        case .duplicate: "duplicate"
        case .failed: "failed"
        case .unknown: "unknown"
        case .returned: "returned"
        case .held: "held"
        }
    }

    /// The outcome that `word` names, or nil.
    package init?(word: some StringProtocol) {
        guard let match = Outcome.allCases.first(where: { $0.word == word }) else { return nil }
        self = match
    }

    /// Whether the same purchase may try again after it.
    package func mayRetry(retryUnknown: Bool) -> Bool {
        switch self {
        case .conflict, .failed: true
        case .unknown: retryUnknown
        case .won, .soldOut, .duplicate, .returned, .held: false
        }
    }
}

/// How many attempts ended in which way.
package struct Tally: Codable, Sendable, Equatable {
    package var attempts = 0
    package var won = 0
    package var soldOut = 0
    package var conflict = 0
    package var duplicate = 0
    package var failed = 0
    package var unknown = 0
    package var returned = 0
    /// 0 where no purchase takes its time; not written then.
    package var held = 0

    package init() {}

    /// Counts that a run of an earlier version did not have are 0.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        attempts = try container.decode(Int.self, forKey: .attempts)
        won = try container.decode(Int.self, forKey: .won)
        soldOut = try container.decode(Int.self, forKey: .soldOut)
        conflict = try container.decode(Int.self, forKey: .conflict)
        duplicate = try container.decode(Int.self, forKey: .duplicate)
        failed = try container.decode(Int.self, forKey: .failed)
        unknown = try container.decode(Int.self, forKey: .unknown)
        returned = try container.decodeIfPresent(Int.self, forKey: .returned) ?? 0
        held = try container.decodeIfPresent(Int.self, forKey: .held) ?? 0
    }

    private enum CodingKeys: String, CodingKey {
        case attempts, won, soldOut, conflict, duplicate, failed, unknown, returned, held
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(attempts, forKey: .attempts)
        try container.encode(won, forKey: .won)
        try container.encode(soldOut, forKey: .soldOut)
        try container.encode(conflict, forKey: .conflict)
        try container.encode(duplicate, forKey: .duplicate)
        try container.encode(failed, forKey: .failed)
        try container.encode(unknown, forKey: .unknown)
        try container.encode(returned, forKey: .returned)
        if held != 0 { try container.encode(held, forKey: .held) }
    }

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
            case .returned: returned
            case .held: held
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
            case .returned: returned = newValue
            case .held: held = newValue
            }
        }
    }
}
