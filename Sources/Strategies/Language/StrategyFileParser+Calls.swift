internal import Yams

/// Commands, and calls of scripts and functions.
extension StrategyFileParser {
    func calls(
        _ node: Node, of what: String, variables: [Template.Variable]
    ) throws(StrategyFileError) -> [Strategy.Call] {
        var calls: [Strategy.Call] = []
        for item in try reader.list(node, what) {
            calls.append(try call(item, of: "a command of \(what)", variables: variables))
        }
        return calls
    }

    /// A command, a map with `script:` or `function:`, or one that asks another store.
    func call(
        _ node: Node, of what: String, variables: [Template.Variable]
    ) throws(StrategyFileError) -> Strategy.Call {
        if asksStore(node) { return .query(try storeQuery(node, of: what)) }
        guard case .mapping(let mapping) = node,
            mapping.keys.contains(where: { ["script", "function"].contains($0.string ?? "") })
        else { return .command(try command(node, of: what, variables: variables)) }
        let entries = try reader.map(node, of: what, known: ["script", "function", "keys", "args"])
        guard let call = try scriptCall(entries, at: node, variables: variables) else {
            throw reader.error("\(what) has one of script: and function:; found both", node)
        }
        return .script(call)
    }

    /// The call that the entries of a step describe; nil unless they have one of `script:` and `function:`.
    func scriptCall(
        _ entries: [String: Node], at node: Node, variables: [Template.Variable] = Template.Variable.ofAttempts
    ) throws(StrategyFileError) -> Strategy.ScriptCall? {
        let callee: Strategy.ScriptCall.Callee
        switch (entries["script"], entries["function"]) {
        case (let script?, nil): callee = .script(try scriptName(script))
        case (nil, let function?): callee = .function(try functionName(function))
        default: return nil
        }
        return Strategy.ScriptCall(
            callee: callee, keys: try arguments(entries["keys"], of: "keys", variables: variables),
            arguments: try arguments(entries["args"], of: "args", variables: variables), line: reader.line(of: node))
    }

    private func scriptName(_ node: Node) throws(StrategyFileError) -> String {
        let name = try reader.text(node, "script")
        guard scripts.contains(where: { $0.name == name }) else {
            let known = scripts.map(\.name)
            throw reader.error(
                known.isEmpty
                    ? "script: \(name) is not known; name its text under scripts:, such as \(name): { file: \(name).lua }"
                    : "script: \(name) is not known; known: \(known.joined(separator: ", "))", node)
        }
        return name
    }

    private func functionName(_ node: Node) throws(StrategyFileError) -> String {
        let name = try reader.text(node, "function")
        guard !libraries.isEmpty else {
            throw reader.error(
                "function: \(name) needs its library under functions:, whose text starts with #!lua name=…", node)
        }
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else {
            throw reader.error("function: a name of letters, digits and _ is wanted; found \(name)", node)
        }
        return name
    }

    /// Arguments as a YAML list, or as text that is split like a command; none where there is no node.
    private func arguments(
        _ node: Node?, of what: String, variables: [Template.Variable]
    ) throws(StrategyFileError) -> [Template] {
        guard let node else { return [] }
        let parser = templates(variables: variables)
        if case .scalar(let scalar) = node {
            return try located(node) { () throws(TemplateParser.Problem) in try parser.command(scalar.string) }
        }
        var arguments: [Template] = []
        for item in try reader.list(node, what) {
            let text = try reader.text(item, "an item of \(what)")
            arguments.append(try located(item) { () throws(TemplateParser.Problem) in try parser.template(text) })
        }
        return arguments
    }

    /// A command as text, or as a YAML list of its arguments.
    func command(
        _ node: Node, of what: String, variables: [Template.Variable] = Template.Variable.ofAttempts
    ) throws(StrategyFileError) -> Strategy.Command {
        let parser = templates(variables: variables)
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
}
