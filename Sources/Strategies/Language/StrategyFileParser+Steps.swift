internal import FlashSale
internal import Yams

/// The steps of an attempt.
extension StrategyFileParser {
    private static let stepKinds = [
        "send", "atomically", "script", "function", "wait", "http", "program", "command", "think", "finish",
    ]
    /// As many as fit into a machine word, one bit each.
    private static let captureLimit = 64

    /// - Parameter part: whose steps these are, for messages.
    mutating func steps(_ node: Node, of part: String = "buy") throws(StrategyFileError) -> [Strategy.Step] {
        let items = try reader.list(node, part)
        var steps: [Strategy.Step] = []
        for item in items { steps.append(try step(item)) }
        try checkPrograms(steps)
        guard let last = steps.last(where: \.acts) else {
            throw reader.error("\(part) has no step that sends a command", node)
        }
        if case .finish = last.kind {
        } else if last.rules.isEmpty {
            throw StrategyFileError(
                file: reader.file, line: last.line,
                message: "the last step of \(part) has no outcomes, so that no attempt could ever end as won")
        }
        guard steps.contains(where: { $0.canWin || part == "cancel" && $0.canReturn }) else {
            throw reader.error("no step of \(part) has an outcome with then: won", node)
        }
        return steps
    }

    /// Steps after the outcome is known: their replies decide nothing.
    mutating func finalSteps(_ node: Node) throws(StrategyFileError) -> [Strategy.Step] {
        var steps: [Strategy.Step] = []
        for item in try reader.list(node, "finally") {
            let step = try step(item)
            guard step.program == nil else {
                throw reader.error(
                    "a step of finally: asks no program, which tidies up by itself before it answers", item)
            }
            guard step.rules.isEmpty, step.captures.isEmpty, step.commandCount > 0, step.wait == nil else {
                throw reader.error(
                    "a step of finally: only sends something, since the outcome is known by then; it has no outcomes:, as:, "
                        + "wait, think or finish", item)
            }
            steps.append(step)
        }
        return steps
    }

    private mutating func step(_ node: Node) throws(StrategyFileError) -> Strategy.Step {
        if case .scalar(let scalar) = node {
            guard scalar.string == "think" else {
                throw reader.error(
                    "a step is think, or a map with send:, atomically:, script:, function:, wait:, http:, program:, command: or finish:; found \(reader.describe(node))",
                    node)
            }
            return Strategy.Step(kind: .think(nil), line: reader.line(of: node))
        }
        let entries = try reader.map(
            node, of: "a step",
            known: Self.stepKinds + [
                "if", "keys", "args", "headers", "body", "each", "concurrent", "outcomes", "as", "remaining", "unit",
            ])
        let kind = try stepKind(entries, node)
        answers = entries["http"] != nil ? .http : entries["command"] != nil ? .command : .reply
        defer { answers = .reply }
        let condition = try entries["if"].map { node throws(StrategyFileError) in try stepCondition(node) }
        let outcomes = try entries["outcomes"].map { node throws(StrategyFileError) in try rules(node) }
        let taken = try entries["as"].map { node throws(StrategyFileError) in try takenCaptures(node) } ?? []
        captures += taken.map(\.name)
        guard captures.count <= Self.captureLimit else {
            throw reader.error("a strategy has at most \(Self.captureLimit) captures", node)
        }
        var step = Strategy.Step(
            kind: kind, condition: condition, rules: outcomes ?? [], captures: taken, line: reader.line(of: node))
        if step.program != nil, outcomes == nil { step.rules = protocolOutcomes(node) }
        if let value = entries["wait"] {
            let wait = try replicaWait(value)
            step.wait = wait
            step.rules += wait.mayBeForgotten(line: step.line)
        }
        if case .finish(let outcome, _) = kind {
            step.unit = try entries["unit"].map { node throws(StrategyFileError) in
                try unitRule(node, of: outcome, allowsReply: false)
            }
        }
        return step
    }

    private func stepKind(_ entries: [String: Node], _ node: Node) throws(StrategyFileError) -> Strategy.Step.Kind {
        let kinds = Self.stepKinds.filter { entries[$0] != nil }
        guard kinds.count == 1, let kind = kinds.first, let value = entries[kind] else {
            throw reader.error(
                "a step has one of send:, atomically:, script:, function:, wait:, http:, program:, command:, think: and finish:; found "
                    + (kinds.isEmpty ? "none" : kinds.joined(separator: " and ")), node)
        }
        try refuse(["keys", "args"], unless: ["script", "function"], in: entries, of: kind)
        try refuse(["headers", "body"], unless: ["http"], in: entries, of: kind)
        try refuse(["each"], unless: ["program", "send", "script", "function"], in: entries, of: kind)
        try refuse(["concurrent"], unless: ["program"], in: entries, of: kind)
        try refuse(
            ["outcomes", "as"],
            unless: ["send", "atomically", "script", "function", "wait", "http", "program", "command"], in: entries,
            of: kind)
        try refuse(["remaining", "unit"], unless: ["finish"], in: entries, of: kind)
        switch kind {
        case "send":
            var command = try command(value, of: "send")
            command.isForEachLine = try isForEachLine(entries["each"])
            return .send(command)
        case "atomically": return .atomically(try transaction(value))
        case "http": return .http(try httpRequest(value, entries))
        case "program": return .program(try programCall(value, entries))
        case "command": return .command(try commandCall(value))
        case "think": return .think(try thinkTime(value))
        case "wait": return .send(try replicaWait(value).command(line: reader.line(of: value)))
        case "finish": return try finish(value, entries["remaining"])
        default:
            guard var call = try scriptCall(entries, at: node) else {
                throw reader.error("a step has one of script: and function:", node)
            }
            call.isForEachLine = try isForEachLine(entries["each"])
            return .script(call)
        }
    }

    /// `each: item`.
    private func isForEachLine(_ node: Node?) throws(StrategyFileError) -> Bool {
        guard let node else { return false }
        let word = try reader.text(node, "each")
        guard word == Template.Variable.item.rawValue else {
            throw reader.error("each: item is wanted, for what is there for each line of the cart; found \(word)", node)
        }
        return true
    }

    private func refuse(
        _ names: [String], unless kinds: [String], in entries: [String: Node], of kind: String
    ) throws(StrategyFileError) {
        guard !kinds.contains(kind), let name = names.first(where: { entries[$0] != nil }) else { return }
        throw reader.error(
            "a \(kind) step has no \(name):; it belongs to \(kinds.map { "\($0):" }.joined(separator: ", "))",
            entries[name])
    }

    private func transaction(_ node: Node) throws(StrategyFileError) -> [Strategy.Command] {
        var commands: [Strategy.Command] = []
        for item in try reader.list(node, "atomically") {
            let command = try command(item, of: "a command of atomically")
            guard command.name != "WATCH", command.name != "UNWATCH" else {
                throw reader.error("\(command.name) has no meaning inside MULTI; send it in a step before", item)
            }
            commands.append(command)
        }
        guard !commands.isEmpty else { throw reader.error("atomically: has no commands", node) }
        return commands
    }

    private func finish(_ node: Node, _ remaining: Node?) throws(StrategyFileError) -> Strategy.Step.Kind {
        let outcome = try outcome(node, "finish")
        let expression = try remaining.map { node throws(StrategyFileError) in
            try remainingExpression(node, of: outcome, allowsReply: false)
        }
        if outcome == .duplicate { try checkDuplicates([Strategy.Rule(matcher: .any, outcome: outcome)], node) }
        return .finish(outcome, remaining: expression)
    }

    private func stepCondition(_ node: Node) throws(StrategyFileError) -> Strategy.Condition {
        let text = try reader.text(node, "if")
        let parser = templates()
        return try located(node) { () throws(TemplateParser.Problem) in try parser.condition(text) }
    }

    private func replicaWait(_ node: Node) throws(StrategyFileError) -> ReplicaWait {
        let text = try reader.text(node, "wait")
        do throws(ReplicaWait.Problem) {
            return try ReplicaWait(text)
        } catch {
            throw reader.error("wait: \(error.message)", node)
        }
    }

    func thinkTime(_ node: Node, _ what: String = "think") throws(StrategyFileError) -> Scenario.Range {
        let text = try reader.text(node, what)
        do throws(DurationText.Problem) {
            return try DurationText.microsecondRange(text)
        } catch {
            throw reader.error("\(what): \(error.message)", node)
        }
    }

    /// `as: left`, or `as: { left: "reply[1]", token: reply }`.
    func takenCaptures(_ node: Node) throws(StrategyFileError) -> [Strategy.Capture] {
        guard case .mapping(let mapping) = node else {
            return [Strategy.Capture(name: try captureName(node, named: try reader.text(node, "as"), beside: []))]
        }
        var taken: [Strategy.Capture] = []
        for (nameNode, pathNode) in mapping {
            let name = try captureName(
                nameNode, named: try reader.text(nameNode, "a name of as:"), beside: taken.map(\.name))
            let text = try reader.text(pathNode, "as: \(name)")
            guard let path = place(text) else {
                throw reader.error(
                    "as: \(name): \(wantedPlaces) is wanted; found \(text.isEmpty ? "nothing" : text)",
                    pathNode)
            }
            taken.append(Strategy.Capture(name: name, path: path))
        }
        guard !taken.isEmpty else { throw reader.error("as: names nothing", node) }
        return taken
    }

    private func captureName(_ node: Node, named name: String, beside others: [String]) throws(StrategyFileError)
        -> String
    {
        guard !captures.contains(name), !others.contains(name) else {
            throw reader.error("as: \(name) is taken by a step before; give this one another name", node)
        }
        guard isFreeName(name), !keys.contains(where: { $0.name == name }), !draws.contains(where: { $0.name == name })
        else {
            throw reader.error(
                "\(name.isEmpty ? "nothing" : name) cannot be the name of a capture: it means something else", node)
        }
        return name
    }
}

extension Strategy.Step {
    fileprivate var canReturn: Bool {
        if case .finish(.returned, _) = kind { return true }
        return rules.contains { $0.outcome == .returned }
    }

    fileprivate var canWin: Bool {
        if case .finish(.won, _) = kind { return true }
        return rules.contains { $0.outcome == .won }
    }
}
