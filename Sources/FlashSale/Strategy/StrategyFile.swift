internal import Yams

/// Reads a strategy file: YAML in, ``Strategy`` out, or the first mistake with its place.
package enum StrategyFile {
    /// The most bytes that a strategy file may have.
    package static let byteLimit = YAMLReader.byteLimit

    /// Reads the text of a strategy file.
    ///
    /// - Parameters:
    ///   - text: the whole file.
    ///   - file: its name, for messages.
    /// - Throws: ``StrategyFileError``.
    package static func parse(_ text: String, file: String) throws(StrategyFileError) -> Strategy {
        try StrategyFileParser(reader: YAMLReader(file: file)).strategy(text)
    }
}

/// Walks the file from top to bottom, knowing at each place which keys and captures there are.
private struct StrategyFileParser {
    let reader: YAMLReader
    private var keys: [Strategy.Key] = []
    private var captures: [String] = []

    init(reader: YAMLReader) { self.reader = reader }

    consuming func strategy(_ text: String) throws(StrategyFileError) -> Strategy {
        let root = try reader.root(text)
        let entries = try reader.map(
            root, "a strategy file",
            known: ["strategy", "summary", "keys", "open", "buy", "stock", "ledger", "close"])
        func required(_ key: String) throws(StrategyFileError) -> Node {
            try reader.required(entries, key, of: "a strategy file", at: root)
        }
        let name = try strategyName(try required("strategy"))
        let summary =
            try entries["summary"].map { node throws(StrategyFileError) in try reader.text(node, "summary") } ?? ""
        keys = try keys(try required("keys"))
        let open = try commands(try required("open"), "open", variables: [.units, .sale])
        let buy = try steps(try required("buy"))
        captures = []
        let stock = try command(try required("stock"), "stock", variables: [.units, .sale])
        let ledger = try entries["ledger"].map { node throws(StrategyFileError) in try ledgerRule(node) }
        let close = try commands(try required("close"), "close", variables: [.units, .sale])
        return Strategy(
            file: reader.file, name: name, summary: summary, keys: keys, open: open, buy: buy, stock: stock,
            ledger: ledger, close: close)
    }

    private func strategyName(_ node: Node) throws(StrategyFileError) -> String {
        let name = try reader.text(node, "strategy")
        let isPlain = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        }
        guard isPlain, !name.isEmpty, name.count <= 64, name.first != ".", name.first != "-" else {
            throw reader.error(
                "a strategy's name is made of a-z, 0-9, -, _ and ., at most 64 of them; found \(name.isEmpty ? "nothing" : name)",
                node)
        }
        return name
    }

    private func keys(_ node: Node) throws(StrategyFileError) -> [Strategy.Key] {
        guard case .mapping(let mapping) = node, !mapping.isEmpty else {
            throw reader.error("keys should be a map with a name for each key, such as stock: \"{sale}:stock\"", node)
        }
        var keys: [Strategy.Key] = []
        for (nameNode, valueNode) in mapping {
            let name = try reader.text(nameNode, "the name of a key")
            guard Template.Variable(rawValue: name) == nil, name != "reply", !name.isEmpty,
                !name.contains(where: { $0.isWhitespace || "{}+[]".contains($0) })
            else {
                throw reader.error(
                    "\(name.isEmpty ? "nothing" : name) cannot be the name of a key: it means something else", nameNode)
            }
            let text = try reader.text(valueNode, "the key \(name)")
            let template = try located(valueNode) { () throws(TemplateParser.Problem) in
                try TemplateParser().template(text)
            }
            guard template.values.contains(.variable(.sale)) else {
                throw reader.error(
                    "the key \(name) should contain {sale}, so that a run never touches anybody else's keys; found \(text)",
                    valueNode)
            }
            keys.append(Strategy.Key(name: name, template: template))
        }
        return keys
    }

    private func commands(
        _ node: Node, _ what: String, variables: [Template.Variable]
    ) throws(StrategyFileError) -> [Strategy.Command] {
        var commands: [Strategy.Command] = []
        for item in try reader.list(node, what) {
            commands.append(try command(item, "a command of \(what)", variables: variables))
        }
        return commands
    }

    /// A command as text, or as a YAML list of its arguments.
    private func command(
        _ node: Node, _ what: String, variables: [Template.Variable] = Template.Variable.allCases
    ) throws(StrategyFileError) -> Strategy.Command {
        let parser = TemplateParser(keys: keys.map(\.name), captures: captures, variables: variables)
        var arguments: [Template] = []
        switch node {
        case .sequence(let items):
            for item in items {
                let text = try reader.text(item, "an argument of \(what)")
                arguments.append(try located(item) { () throws(TemplateParser.Problem) in try parser.template(text) })
            }
        case .scalar(let scalar):
            arguments = try located(node) { () throws(TemplateParser.Problem) in try parser.command(scalar.string) }
        case .mapping, .alias:
            throw reader.error(
                "\(what) should be a command such as GET {stock}; found \(reader.describe(node)); "
                    + "a command that has : or { in it goes in quotes", node)
        }
        let command = Strategy.Command(arguments: arguments, line: reader.line(of: node))
        guard !arguments.isEmpty else {
            throw reader.error("\(what) is empty; a command such as GET {stock} is wanted", node)
        }
        guard arguments[0].pieces.count == 1, !command.name.isEmpty else {
            throw reader.error("\(what) should start with the name of a command, written out", node)
        }
        if let reason = ForbiddenCommands.reason(against: command.name) {
            throw reader.error("\(command.name) cannot be used in a strategy: \(reason)", node)
        }
        return command
    }

    private mutating func steps(_ node: Node) throws(StrategyFileError) -> [Strategy.Step] {
        let items = try reader.list(node, "buy")
        var steps: [Strategy.Step] = []
        for item in items { steps.append(try step(item)) }
        guard let last = steps.last(where: { !$0.isThink }) else {
            throw reader.error("buy has no step that sends a command", node)
        }
        guard !last.rules.isEmpty else {
            throw StrategyFileError(
                file: reader.file, line: last.line,
                message: "the last step of buy has no outcomes, so that no attempt could ever end as won")
        }
        guard steps.contains(where: { $0.rules.contains { $0.outcome == .won } }) else {
            throw reader.error("no step of buy has an outcome with then: won", node)
        }
        return steps
    }

    private mutating func step(_ node: Node) throws(StrategyFileError) -> Strategy.Step {
        if case .scalar(let scalar) = node {
            guard scalar.string == "think" else {
                throw reader.error(
                    "a step is think, or a map with send: or atomically:; found \(reader.describe(node))", node)
            }
            return Strategy.Step(kind: .think(nil), line: reader.line(of: node))
        }
        let entries = try reader.map(node, "a step", known: ["send", "atomically", "think", "outcomes", "as"])
        let kinds = ["send", "atomically", "think"].filter { entries[$0] != nil }
        guard kinds.count == 1 else {
            throw reader.error(
                "a step has one of send:, atomically: and think:; found \(kinds.isEmpty ? "none" : kinds.joined(separator: " and "))",
                node)
        }
        let kind: Strategy.Step.Kind
        if let send = entries["send"] {
            kind = .send(try command(send, "send"))
        } else if let atomically = entries["atomically"] {
            let commands = try commands(atomically, "atomically", variables: Template.Variable.allCases)
            guard !commands.isEmpty else { throw reader.error("atomically: has no commands", atomically) }
            if let watch = commands.first(where: { $0.name == "WATCH" || $0.name == "UNWATCH" }) {
                throw StrategyFileError(
                    file: reader.file, line: watch.line,
                    message: "\(watch.name) has no meaning inside MULTI; send it in a step before")
            }
            kind = .atomically(commands)
        } else {
            guard entries.count == 1 else { throw reader.error("a think step has neither outcomes: nor as:", node) }
            kind = .think(try thinkTime(try reader.required(entries, "think", of: "a step", at: node)))
        }
        let outcomes = try entries["outcomes"].map { node throws(StrategyFileError) in try rules(node) } ?? []
        let capture = try entries["as"].map { node throws(StrategyFileError) in try captureName(node) }
        if let capture, !captures.contains(capture) { captures.append(capture) }
        return Strategy.Step(kind: kind, rules: outcomes, capture: capture, line: reader.line(of: node))
    }

    private func thinkTime(_ node: Node) throws(StrategyFileError) -> Scenario.Range {
        let text = try reader.text(node, "think")
        do throws(DurationText.Problem) {
            return try DurationText.microsecondRange(text)
        } catch {
            throw reader.error("think: \(error.message)", node)
        }
    }

    private func captureName(_ node: Node) throws(StrategyFileError) -> String {
        let name = try reader.text(node, "as")
        guard !captures.contains(name) else {
            throw reader.error("as: \(name) is taken by a step before; give this one another name", node)
        }
        let isTaken = keys.contains { $0.name == name } || Template.Variable(rawValue: name) != nil || name == "reply"
        guard !isTaken, !name.isEmpty, Int(name) == nil,
            !name.contains(where: { $0.isWhitespace || "{}+[]".contains($0) })
        else {
            throw reader.error(
                "\(name.isEmpty ? "nothing" : name) cannot be the name of a capture: it means something else", node)
        }
        return name
    }

    private func rules(_ node: Node) throws(StrategyFileError) -> [Strategy.Rule] {
        var rules: [Strategy.Rule] = []
        for item in try reader.list(node, "outcomes") { rules.append(try rule(item)) }
        return rules
    }

    private func rule(_ node: Node) throws(StrategyFileError) -> Strategy.Rule {
        let entries = try reader.map(node, "an outcome", known: ["when", "then", "remaining"])
        let when = try reader.required(entries, "when", of: "an outcome", at: node)
        let then = try reader.required(entries, "then", of: "an outcome", at: node)
        let matcher: Matcher
        do throws(Matcher.Problem) {
            matcher = try Matcher(try textOfMatcher(when))
        } catch {
            throw reader.error("when: \(error.message)", when)
        }
        let word = try reader.text(then, "then")
        guard let outcome = Outcome(word: word) else {
            throw reader.error(
                "then: \(word) is no outcome; known: \(Outcome.allCases.map(\.word).joined(separator: ", "))", then)
        }
        var remaining: Template.Expression?
        if let node = entries["remaining"] {
            guard outcome == .won || outcome == .unknown else {
                throw reader.error("remaining: belongs to an outcome with then: won only", node)
            }
            remaining = try remainingExpression(node)
        }
        return Strategy.Rule(matcher: matcher, outcome: outcome, remaining: remaining)
    }

    /// The text of `when:`; the errors of both kinds of mistakes have a place.
    private func textOfMatcher(_ node: Node) throws(Matcher.Problem) -> String {
        guard case .scalar(let scalar) = node else {
            throw Matcher.Problem(
                "found \(reader.describe(node)); YAML reads a bare { or [ as its own, so put the matcher in quotes")
        }
        return scalar.string
    }

    /// `reply`, `reply[0]`, or one value in braces that is a number.
    private func remainingExpression(_ node: Node) throws(StrategyFileError) -> Template.Expression {
        let text = try reader.text(node, "remaining")
        let parser = TemplateParser(keys: keys.map(\.name), captures: captures, allowsReply: true)
        let isBare = text == "reply" || text.hasPrefix("reply[")
        let template = try located(node) { () throws(TemplateParser.Problem) in
            isBare ? Template(pieces: [.expression(try parser.expression(text))]) : try parser.template(text)
        }
        guard template.pieces.count == 1, case .expression(let expression) = template.pieces[0],
            expression.terms.allSatisfy({ !$0.value.isText })
        else {
            throw reader.error(
                "remaining: reply, \"reply[0]\" or a number such as \"{left - 1}\" is wanted; found \(text)", node)
        }
        return expression
    }

    private func ledgerRule(_ node: Node) throws(StrategyFileError) -> Strategy.LedgerRule {
        let entries = try reader.map(node, "ledger", known: ["read", "holds", "atomic"])
        let read = try command(
            try reader.required(entries, "read", of: "ledger", at: node), "ledger: read", variables: [.units, .sale])
        let holdsNode = try reader.required(entries, "holds", of: "ledger", at: node)
        let holdsText = try reader.text(holdsNode, "ledger: holds")
        guard let holds = Strategy.LedgerRule.Holds(rawValue: holdsText) else {
            let known = Strategy.LedgerRule.Holds.allCases.map(\.rawValue).joined(separator: ", ")
            throw reader.error("ledger: holds: \(holdsText) is not known; known: \(known)", holdsNode)
        }
        var isAtomic = false
        if let atomicNode = entries["atomic"] {
            switch try reader.text(atomicNode, "ledger: atomic") {
            case "true": isAtomic = true
            case "false": isAtomic = false
            case let other: throw reader.error("ledger: atomic: true or false is wanted; found \(other)", atomicNode)
            }
        }
        return Strategy.LedgerRule(read: read, holds: holds, isAtomic: isAtomic)
    }

    /// Gives a template's problem the place of its node.
    private func located<Value>(
        _ node: Node, _ read: () throws(TemplateParser.Problem) -> Value
    ) throws(StrategyFileError) -> Value {
        do throws(TemplateParser.Problem) {
            return try read()
        } catch {
            throw reader.error(error.message, node)
        }
    }
}

extension Strategy.Step {
    fileprivate var isThink: Bool {
        if case .think = kind { true } else { false }
    }
}

extension Template.Value {
    /// Whether it is text and no number.
    fileprivate var isText: Bool {
        switch self {
        case .key: true
        case .variable(let variable): variable == .sale
        case .integer, .capture, .reply, .random: false
        }
    }
}
