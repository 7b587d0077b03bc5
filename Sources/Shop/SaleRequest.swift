package import Stores

/// What the sale is surrounded with, filled in: a command to its own server, or a question to another store.
package enum SaleRequest: Sendable, Equatable {
    case command([[UInt8]])
    case query(StoreQuestion)

    /// The words of a command; nil for a question to another store.
    package var command: [[UInt8]]? {
        if case .command(let words) = self { words } else { nil }
    }

    /// What it is, for messages.
    var text: String {
        switch self {
        case .command(let command): Sale.text(of: command)
        case .query(let question): "\(question.words.kind): (\(question.place))"
        }
    }
}
