internal import FlashSale
internal import Yams

/// Programs that are asked, and programs that are started for each step.
extension StrategyFileParser {
    /// `program: ["python3", "driver.py"]`, with what stands beside it.
    func programCall(_ node: Node, _ entries: [String: Node]) throws(StrategyFileError) -> Strategy.ProgramCall {
        var words: [String] = []
        switch node {
        case .scalar(let scalar) where !scalar.string.contains(where: \.isWhitespace): words = [scalar.string]
        case .sequence(let items):
            for item in items { words.append(try reader.text(item, "a word of program")) }
        default: throw programWanted("program", node)
        }
        try checkWords(words, of: "program", node)
        var call = Strategy.ProgramCall(words: words, line: reader.line(of: node))
        if let each = entries["each"] {
            let word = try reader.text(each, "each")
            guard let value = Strategy.ProgramCall.Each(rawValue: word) else {
                throw reader.error("each: client, thread or worker is wanted; found \(word)", each)
            }
            call.each = value
        }
        if let concurrent = entries["concurrent"] {
            call.isConcurrent = try boolean(concurrent, "concurrent")
            guard !call.isConcurrent || call.each != .client else {
                throw reader.error(
                    "concurrent: a client asks one question at a time, so a program of its own never has two under way; "
                        + "concurrent: true goes with each: thread or each: worker", concurrent)
            }
        }
        return call
    }

    /// `command: ["./buy.sh", "{buyer}"]`, as a list, or as text that is split like a command.
    func commandCall(_ node: Node) throws(StrategyFileError) -> Strategy.CommandCall {
        let parser = templates()
        var arguments: [Template] = []
        switch node {
        case .sequence(let items):
            for item in items {
                let text = try reader.text(item, "a word of command")
                arguments.append(try located(item) { () throws(TemplateParser.Problem) in try parser.template(text) })
            }
        case .scalar(let scalar):
            arguments = try located(node) { () throws(TemplateParser.Problem) in try parser.command(scalar.string) }
        case .mapping, .alias: throw programWanted("command", node)
        }
        let call = Strategy.CommandCall(arguments: arguments, line: reader.line(of: node))
        guard let first = arguments.first else { throw programWanted("command", node) }
        guard first.values.isEmpty else {
            throw reader.error(
                "command: the program itself is the same for every buyer, so its name has no value in braces", node)
        }
        let texts = arguments.flatMap(\.pieces).compactMap { piece in
            if case .text(let text) = piece { text } else { nil }
        }
        try checkWords([call.program] + texts, of: "command", node)
        return call
    }

    private func programWanted(_ what: String, _ node: Node) -> StrategyFileError {
        reader.error(
            "\(what): a program and its arguments are wanted as a list, such as "
                + (what == "program" ? "[\"python3\", \"driver.py\"]" : "[\"./buy.sh\", \"{buyer}\"]")
                + "; found \(reader.describe(node))", node)
    }

    private func checkWords(_ words: [String], of what: String, _ node: Node) throws(StrategyFileError) {
        guard let program = words.first, !program.isEmpty else { throw programWanted(what, node) }
        guard !words.contains(where: { $0.utf8.contains(0) }) else {
            throw reader.error("\(what): a NUL character is in it, which no program can be given", node)
        }
    }

    /// Sees that buyers who are programs ask nobody else beside: each client has one way to whom it asks.
    func checkPrograms(_ steps: [Strategy.Step]) throws(StrategyFileError) {
        let programs = steps.filter { $0.program != nil }
        let commands = steps.filter { $0.command != nil }
        guard let first = programs.first ?? commands.first else { return }
        func refuse(_ step: Strategy.Step, _ reason: String) -> StrategyFileError {
            StrategyFileError(file: reader.file, line: step.line, message: reason)
        }
        if let other = steps.first(where: { !$0.calls.isEmpty || $0.request != nil }) {
            throw refuse(
                other,
                "buy: a step with \(programs.isEmpty ? "command:" : "program:") (line \(first.line)) has only think and finish: beside "
                    + "it\(programs.isEmpty ? ", and others of its kind" : ""); what else a buyer sends is for the program to send"
            )
        }
        if let program = programs.first, let command = commands.first {
            throw refuse(command, "buy: program: (line \(program.line)) and command: cannot stand in one file")
        }
        if programs.count > 1 {
            throw refuse(
                programs[1],
                "buy: an attempt asks its program once (line \(programs[0].line)); what takes several steps is for the program to do"
            )
        }
    }

    /// The outcomes of a program's step that has none: those of the protocol.
    ///
    /// `returned` is not among them: whether units come back changes what the checks may hold against a sale, so a file that
    /// means it says so.
    func protocolOutcomes(_ node: Node) -> [Strategy.Rule] {
        let line = reader.line(of: node)
        func says(_ outcome: Outcome) -> Matcher {
            .json([.field("outcome")], .text(outcome.word, isNegated: false))
        }
        func rule(_ outcome: Outcome, _ matcher: Matcher) -> Strategy.Rule {
            let remaining: Template.Expression? =
                outcome == .won
                ? Template.Expression(terms: [.init(value: .reply(ReplyPath(json: [.field("remaining")])))]) : nil
            var rule = Strategy.Rule(
                matcher: matcher, outcome: outcome, remaining: remaining,
                when: "json.outcome == \(outcome.word)", line: line)
            rule.isOfProtocol = true
            return rule
        }
        let unit: [JSONStep] = [.field("unit")]
        var named = rule(.won, .both(says(.won), .json(unit, .exists)))
        named.unit = UnitRule(parts: [.place(ReplyPath(json: unit))])
        var rules = [rule(.won, .both(says(.won), .json(unit, .null))), named]
        for outcome in [Outcome.won, .soldOut, .conflict, .failed, .unknown] {
            rules.append(rule(outcome, says(outcome)))
        }
        if knowsDuplicates { rules.append(rule(.duplicate, says(.duplicate))) }
        return rules
    }
}
