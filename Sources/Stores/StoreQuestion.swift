package import Strategies

/// A question to a store, filled in: nothing of it has to be replaced any more.
package struct StoreQuestion: Sendable, Equatable {
    package enum Words: Sendable, Equatable {
        /// One command.
        case redis([[UInt8]])
        /// One statement, with or without a semicolon at its end.
        case sql(String)
        /// A request as a machine writes it (first line, header lines, an empty line, body), and where in the JSON that answers it
        /// the rows are.
        case http(request: [UInt8], path: [JSONStep])
        /// A program that prints CSV, and its arguments.
        case run([String])
    }

    package var words: Words
    /// A URL, or `$NAME`: an environment variable that holds one. Nil for the run's own service or server.
    package var at: String?
    /// `shop.yaml:12`, for messages.
    package var place: String

    package init(_ words: Words, at: String? = nil, place: String) {
        self.words = words
        self.at = at
        self.place = place
    }
}

extension StoreQuestion.Words {
    /// The word that stands before it in a strategy file.
    package var kind: String {
        switch self {
        case .redis: "redis"
        case .sql: "sql"
        case .http: "http"
        case .run: "run"
        }
    }
}
