/// What an attempt of somebody's log may tell: the columns of `attempts.csv`, without their unit.
package enum LogField: Int, CaseIterable, Sendable {
    case attempt, purchase, buyer, worker, thread, client, number, invoked, returned, outcome, quantity, remaining, unit

    private static let words = [
        "attempt", "purchase", "buyer", "worker", "thread", "client", "number", "invoked", "returned", "outcome",
        "quantity", "remaining", "unit",
    ]

    /// As `--map` has it.
    package var word: String { Self.words[rawValue] }

    init?(word: String) {
        guard let field = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = field
    }

    /// Whether no attempt can be judged without it.
    var isNeeded: Bool { isTime || self == .outcome }

    var isTime: Bool { self == .invoked || self == .returned }
}
