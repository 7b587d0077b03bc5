/// A decrement protocol, as data: what a strategy file says.
package struct Strategy: Sendable, Equatable {
    /// A command of the sale: one template for each argument.
    package struct Command: Sendable, Equatable {
        package var arguments: [Template]
        /// Where the file has it, for messages.
        package var line: Int

        package init(arguments: [Template], line: Int) {
            self.arguments = arguments
            self.line = line
        }

        /// The command's name in capitals.
        package var name: String {
            guard case .text(let name)? = arguments.first?.pieces.first else { return "" }
            return name.uppercased()
        }
    }

    /// A key that the sale owns.
    package struct Key: Sendable, Equatable {
        package var name: String
        package var template: Template

        package init(name: String, template: Template) {
            self.name = name
            self.template = template
        }
    }

    /// One step of an attempt.
    package struct Step: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            case send(Command)
            /// MULTI, the commands, EXEC, written at once. The reply is EXEC's.
            case atomically([Command])
            /// Time to think, in microseconds; nil where the file gives none.
            case think(Scenario.Range?)
        }

        package var kind: Kind
        /// The first that matches ends the attempt.
        package var rules: [Rule]
        /// The name under which the reply is kept.
        package var capture: String?
        package var line: Int

        package init(kind: Kind, rules: [Rule] = [], capture: String? = nil, line: Int) {
            self.kind = kind
            self.rules = rules
            self.capture = capture
            self.line = line
        }
    }

    /// `{ when: …, then: …, remaining: … }`
    package struct Rule: Sendable, Equatable {
        package var matcher: Matcher
        package var outcome: Outcome
        package var remaining: Template.Expression?

        package init(matcher: Matcher, outcome: Outcome, remaining: Template.Expression? = nil) {
            self.matcher = matcher
            self.outcome = outcome
            self.remaining = remaining
        }
    }

    /// How the orders are read after the sale.
    package struct LedgerRule: Sendable, Equatable {
        /// What the reply to `read` holds.
        package enum Holds: String, Sendable, CaseIterable {
            /// Pairs of an attempt's id and a buyer's id.
            case attemptToBuyer = "attempt-to-buyer"
        }

        package var read: Command
        package var holds: Holds
        package var isAtomic: Bool

        package init(read: Command, holds: Holds, isAtomic: Bool) {
            self.read = read
            self.holds = holds
            self.isAtomic = isAtomic
        }
    }

    /// The file that it was read from, for messages; a built-in strategy's is its name.
    package var file: String
    package var name: String
    package var summary: String
    package var keys: [Key]
    /// Sent once, before the doors open.
    package var open: [Command]
    /// One attempt.
    package var buy: [Step]
    /// Reads the units left after the sale.
    package var stock: Command
    package var ledger: LedgerRule?
    /// Removes the sale's keys.
    package var close: [Command]

    package init(
        file: String, name: String, summary: String, keys: [Key], open: [Command], buy: [Step], stock: Command,
        ledger: LedgerRule?, close: [Command]
    ) {
        self.file = file
        self.name = name
        self.summary = summary
        self.keys = keys
        self.open = open
        self.buy = buy
        self.stock = stock
        self.ledger = ledger
        self.close = close
    }

    /// Every command of the file, in the order of its parts.
    package var commands: [Command] {
        let bought = buy.flatMap { step -> [Command] in
            switch step.kind {
            case .send(let command): [command]
            case .atomically(let commands): commands
            case .think: []
            }
        }
        return open + bought + [stock] + (ledger.map { [$0.read] } ?? []) + close
    }
}
