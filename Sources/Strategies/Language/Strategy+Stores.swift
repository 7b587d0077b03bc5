extension Strategy {
    /// A question to a store beside the server that buyers ask, or an order to it: another Redis, a database, the service, or a
    /// program.
    package struct StoreQuery: Sendable, Equatable {
        package enum Words: Sendable, Equatable {
            case redis(Command)
            /// One statement.
            case sql(Template)
            /// The rows are at `rows` in the answer's JSON.
            case http(HTTPRequest, rows: [JSONStep])
            /// A program and its arguments, which prints CSV.
            case run([Template])
        }

        package var words: Words
        /// A URL, or `$NAME` for the environment variable that holds one; nil for the run's own service or server.
        package var at: String?
        package var line: Int

        package init(_ words: Words, at: String? = nil, line: Int) {
            self.words = words
            self.at = at
            self.line = line
        }

        package var templates: [Template] {
            switch words {
            case .redis(let command): command.arguments
            case .sql(let statement): [statement]
            case .http(let request, _): request.templates
            case .run(let arguments): arguments
            }
        }
    }

    /// `drain:`: what has to hold, once the doors are closed, before the end is read.
    package struct Drain: Sendable, Equatable {
        /// A number that is read, compared with another.
        package struct Condition: Sendable, Equatable {
            package var call: Call
            package var comparison: Comparison
            package var number: Int
            /// For messages: `XLEN {orders} == 0`.
            package var text: String

            package init(call: Call, comparison: Comparison, number: Int, text: String) {
                self.call = call
                self.comparison = comparison
                self.number = number
                self.text = text
            }
        }

        package var conditions: [Condition]
        package var withinNanoseconds: UInt64
        package var line: Int

        package init(conditions: [Condition], withinNanoseconds: UInt64, line: Int) {
            self.conditions = conditions
            self.withinNanoseconds = withinNanoseconds
            self.line = line
        }
    }

    /// Everything that is asked of other stores, in the order of the file's parts.
    package var storeQueries: [StoreQuery] {
        calls.compactMap { call in if case .query(let query) = call { query } else { nil } }
    }

    /// Every place that keeps the orders, the first one first.
    package var ledgers: [LedgerRule] { [ledger].compactMap { $0 } + otherLedgers }

    /// Whether buyers ask a service.
    package var asksService: Bool { allSteps.contains { $0.request != nil } }

    /// Whether it can be played through on a private server beforehand: what it asks elsewhere would be done there.
    package var canBeRehearsed: Bool { !asksService && !buysByProgram && storeQueries.isEmpty && later.isEmpty }

    /// Whether the sale has a Redis of its own: keys, or a command that says no store.
    package var usesServer: Bool {
        !(asksService || buysByProgram) || !keys.isEmpty
            || calls.contains { if case .query = $0 { false } else { true } }
    }
}
