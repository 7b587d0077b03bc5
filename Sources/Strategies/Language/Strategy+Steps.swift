package import FlashSale

extension Strategy {
    /// One step of an attempt.
    package struct Step: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            case send(Command)
            /// MULTI, the commands, EXEC, written at once. The reply is EXEC's.
            case atomically([Command])
            case script(ScriptCall)
            /// The reply is the answer: its status, its headers and its body.
            case http(HTTPRequest)
            /// The reply is the line that the program answers with.
            case program(ProgramCall)
            /// The reply is the exit code and the last line.
            case command(CommandCall)
            /// Time to think, in microseconds; nil where the file gives none.
            case think(Scenario.Range?)
            /// Ends the attempt without a command.
            case finish(Outcome, remaining: Template.Expression?)
        }

        package var kind: Kind
        /// The step is skipped where it does not hold.
        package var condition: Condition?
        /// The first that matches ends the attempt.
        package var rules: [Rule]
        /// What is kept of the reply.
        package var captures: [Capture]
        /// What a step that ends the attempt says of the units that were sold.
        package var unit: UnitRule?
        /// Where it waits for replicas (`wait:`), for which it sends WAIT.
        package var wait: ReplicaWait?
        package var line: Int

        package init(
            kind: Kind, condition: Condition? = nil, rules: [Rule] = [], captures: [Capture] = [], line: Int
        ) {
            self.kind = kind
            self.condition = condition
            self.rules = rules
            self.captures = captures
            self.line = line
        }

        /// What it sends.
        package var calls: [Call] {
            switch kind {
            case .send(let command): [.command(command)]
            case .atomically(let commands): commands.map(Call.command)
            case .script(let call): [.script(call)]
            case .http, .program, .command, .think, .finish: []
            }
        }

        /// What it asks a service for.
        package var request: HTTPRequest? {
            if case .http(let request) = kind { request } else { nil }
        }

        /// Commands on the wire, MULTI and EXEC included.
        package var commandCount: Int {
            switch kind {
            case .atomically(let commands): commands.count + 2
            case .http, .program, .command: 1
            default: calls.count
            }
        }

        /// Whether it sends something or ends the attempt.
        package var acts: Bool {
            if case .think = kind { false } else { true }
        }

        /// Everything in it that is filled in.
        package var templates: [Template] {
            var expressions = rules.compactMap(\.remaining) + rules.flatMap(\.matcher.expressions)
            if case .finish(_, let remaining?) = kind { expressions.append(remaining) }
            expressions += condition?.expressions ?? []
            let units = ([unit] + rules.map(\.unit)).compactMap { $0 }.flatMap(\.templates)
            return calls.flatMap(\.templates) + (request?.templates ?? []) + (command?.arguments ?? [])
                + expressions.map { Template(pieces: [.expression($0)]) } + units
        }
    }

    /// `if:`. A condition on something that this attempt has not captured does not hold.
    package indirect enum Condition: Sendable, Equatable {
        /// The capture was taken in this attempt.
        case taken(String)
        case notTaken(String)
        case compare(Template.Expression, Comparison, Template.Expression)
        /// The capture's text is the same, or differs.
        case text(capture: String, equals: String, isNegated: Bool)
        /// Each of them holds.
        case all([Condition])
        /// One of them holds, or more.
        case any([Condition])

        /// What is compared in it.
        package var expressions: [Template.Expression] {
            switch self {
            case .taken, .notTaken, .text: []
            case .compare(let left, _, let right): [left, right]
            case .all(let parts), .any(let parts): parts.flatMap(\.expressions)
            }
        }
    }

    /// `as:`: a part of a reply under a name.
    package struct Capture: Sendable, Equatable {
        package var name: String
        package var path: ReplyPath

        package init(name: String, path: ReplyPath = ReplyPath()) {
            self.name = name
            self.path = path
        }
    }

    /// `{ when: …, then: …, remaining: … }`
    package struct Rule: Sendable, Equatable {
        package var matcher: Matcher
        package var outcome: Outcome
        package var remaining: Template.Expression?
        /// Where the reply has what is left of the item of each line of the cart (`remaining: each reply[1]`); nil where it does not say.
        package var remainders: ReplyPath?
        /// The text of `when:`, for reports.
        package var when: String
        /// Which units were sold, by their names; nil where the outcome does not say.
        package var unit: UnitRule?
        /// Whether it is what the protocol of programs or of WAIT says, and not the file.
        package var isOfProtocol = false
        package var line: Int

        package init(
            matcher: Matcher, outcome: Outcome, remaining: Template.Expression? = nil, when: String = "", line: Int = 0
        ) {
            self.when = when
            self.matcher = matcher
            self.outcome = outcome
            self.remaining = remaining
            self.line = line
        }
    }
}
