internal import FlashSale
internal import Yams

/// What belongs to the whole sale: scripts, the probe, the ledger, and what the author claims.
extension StrategyFileParser {
    // MARK: Scripts

    func scripts(_ node: Node, areLibraries: Bool) throws(StrategyFileError) -> [Strategy.Script] {
        let what = areLibraries ? "functions" : "scripts"
        guard case .mapping(let mapping) = node, !mapping.isEmpty else {
            throw reader.error("\(what) should be a map with a name for each, such as buy: { file: buy.lua }", node)
        }
        var scripts: [Strategy.Script] = []
        for (nameNode, valueNode) in mapping {
            let name = try reader.text(nameNode, "a name of \(what)")
            guard !name.isEmpty else { throw reader.error("\(what): a name is wanted; found nothing", nameNode) }
            let script = try script(named: name, valueNode, of: what)
            guard script.text.contains(where: { !$0.isWhitespace }) else {
                throw reader.error("\(what): \(name) is empty", valueNode)
            }
            guard !areLibraries || script.text.hasPrefix("#!") else {
                throw reader.error(
                    "functions: \(name) should start with a line such as #!lua name=\(name), as FUNCTION LOAD wants it",
                    valueNode)
            }
            try checkCommands(of: script, valueNode)
            scripts.append(script)
        }
        return scripts
    }

    private func script(named name: String, _ node: Node, of what: String) throws(StrategyFileError) -> Strategy.Script
    {
        let line = reader.line(of: node)
        if case .scalar(let scalar) = node {
            if scalar.string.hasSuffix(".lua"), !scalar.string.contains(where: \.isNewline) {
                throw reader.error("\(what): \(name): a file is named by { file: \(scalar.string) }", node)
            }
            return Strategy.Script(name: name, text: scalar.string, line: line, textLine: textLine(of: scalar, line))
        }
        let entries = try reader.map(node, of: "\(what): \(name)", known: ["file", "text", "eval"])
        let isSentWhole =
            try entries["eval"].map { node throws(StrategyFileError) in try boolean(node, "eval") } ?? false
        switch (entries["file"], entries["text"]) {
        case (let fileNode?, nil):
            let file = try reader.text(fileNode, "file")
            guard !file.isEmpty else { throw reader.error("file: the name of a .lua file is wanted", fileNode) }
            do throws(StrategyFile.CompanionProblem) {
                return Strategy.Script(
                    name: name, text: try companion(file), companion: file, isSentWhole: isSentWhole, line: line)
            } catch {
                throw reader.error("\(what): \(name): \(error.message)", fileNode)
            }
        case (nil, let textNode?):
            var first: Int?
            if case .scalar(let scalar) = textNode { first = textLine(of: scalar, reader.line(of: textNode)) }
            return Strategy.Script(
                name: name, text: try reader.text(textNode, "text"), isSentWhole: isSentWhole, line: line,
                textLine: first)
        default:
            throw reader.error("\(what): \(name) has one of file: and text:", node)
        }
    }

    /// The line of the file that has the first line of a text; nil where its lines are not those of the file.
    ///
    /// - Parameter line: where its node begins, for a literal one the line of its `|`.
    private func textLine(of scalar: Node.Scalar, _ line: Int) -> Int? {
        switch scalar.style {
        case .literal: line + 1
        case .any, .plain, .singleQuoted, .doubleQuoted, .folded:
            scalar.string.contains(where: \.isNewline) ? nil : line
        }
    }

    /// Scripts are held to the same rules as commands, as far as reading them can tell.
    private func checkCommands(of script: Strategy.Script, _ node: Node) throws(StrategyFileError) {
        for called in LuaReading(script.text).calledCommands {
            guard let reason = ForbiddenCommands.reason(againstInScript: called.name) else { continue }
            let place = script.companion.map { "\($0):\(called.line)" } ?? "line \(called.line) of \(script.name)"
            throw reader.error("\(called.name) (\(place)) cannot be used in a strategy: \(reason)", node)
        }
    }

    // MARK: Claims

    /// `limit: 3` in units, or `limit: { units: 3, purchases: 1 }` with one of them at least.
    func limits(_ node: Node) throws(StrategyFileError) -> (units: Int?, purchases: Int?) {
        guard case .mapping = node else {
            return (try self.number(node, of: "limit", in: 1...1_000_000), nil)
        }
        let entries = try reader.map(node, of: "limit", known: ["units", "purchases"])
        func number(_ key: String) throws(StrategyFileError) -> Int? {
            try entries[key].map { node throws(StrategyFileError) in
                try self.number(node, of: "limit: \(key)", in: 1...1_000_000)
            }
        }
        let limits = (units: try number("units"), purchases: try number("purchases"))
        guard limits.units != nil || limits.purchases != nil else {
            throw reader.error(
                "limit: one of units: and purchases: is wanted, such as limit: { purchases: 1 }", node)
        }
        return limits
    }

    func idempotency(_ node: Node) throws(StrategyFileError) -> Idempotency {
        let word = try reader.text(node, "idempotent")
        guard let idempotency = Idempotency(rawValue: word) else {
            throw reader.error("idempotent: none, purchase or buyer is wanted; found \(word)", node)
        }
        return idempotency
    }

    /// `safe-under: [ crash-redis, kill-connections ]`.
    func faults(_ node: Node) throws(StrategyFileError) -> [FaultKind] {
        var faults: [FaultKind] = []
        for item in try reader.list(node, "safe-under") {
            let name = try reader.text(item, "a fault of safe-under")
            guard let kind = FaultKind(rawValue: name) else {
                throw reader.error(
                    "safe-under: the name of a fault such as crash-redis is wanted; found \(ForeignText.shown(name, limit: 40)); "
                        + FaultText.hint(for: name), item)
            }
            guard !faults.contains(kind) else { throw reader.error("safe-under: \(name) is there twice", item) }
            faults.append(kind)
        }
        return faults
    }

    func loadDefaults(_ node: Node) throws(StrategyFileError) -> LoadDefaults {
        let entries = try reader.map(
            node, of: "load",
            known: [
                "units", "buyers", "purchases-per-buyer", "attempts", "quantity", "think-time", "retry-unknown",
                "repeat-every", "choice",
            ])
        var load = LoadDefaults()
        func number(_ key: String, _ range: ClosedRange<Int>) throws(StrategyFileError) -> Int? {
            try entries[key].map { node throws(StrategyFileError) in
                try self.number(node, of: "load: \(key)", in: range)
            }
        }
        load.units = try number("units", Scenario.Bounds.units)
        load.buyers = try number("buyers", Scenario.Bounds.buyers)
        load.purchasesPerBuyer = try number("purchases-per-buyer", Scenario.Bounds.purchasesPerBuyer)
        load.attempts = try number("attempts", Scenario.Bounds.attempts)
        if let node = entries["quantity"] {
            do throws(Scenario.QuantityProblem) {
                load.quantity = try Scenario.quantity(try quantityText(node))
            } catch {
                throw reader.error("load: quantity: \(error.message)", node)
            }
        }
        if let node = entries["think-time"] { load.thinkTimeMicroseconds = try thinkTime(node, "load: think-time") }
        load.repeatEvery = try number("repeat-every", 0...Scenario.Bounds.repeatEvery.upperBound)
        if let node = entries["choice"] {
            let text = try reader.text(node, "load: choice")
            guard let choice = ItemChoice(text) else {
                throw reader.error(
                    "load: choice: one of \(ItemChoice.forms) is wanted; found \(ForeignText.shown(text))", node)
            }
            load.choice = choice
        }
        if let node = entries["retry-unknown"] { load.retryUnknown = try boolean(node, "load: retry-unknown") }
        return load
    }

    private func quantityText(_ node: Node) throws(Scenario.QuantityProblem) -> String {
        guard case .scalar(let scalar) = node else { throw Scenario.QuantityProblem("text is wanted") }
        return scalar.string
    }

    // MARK: What is read after the sale

    /// One rule, or a list of them for places that keep the same orders.
    func ledgerRules(_ node: Node) throws(StrategyFileError) -> [Strategy.LedgerRule] {
        guard case .sequence(let items) = node else { return [try ledgerRule(node)] }
        var rules: [Strategy.LedgerRule] = []
        for item in items { rules.append(try ledgerRule(item)) }
        guard !rules.isEmpty else { throw reader.error("ledger: has no entries", node) }
        return rules
    }

    func ledgerRule(_ node: Node) throws(StrategyFileError) -> Strategy.LedgerRule {
        if asksStore(node) { return try tableRule(node) }
        let entries = try reader.map(node, of: "ledger", known: ["read", "keys", "holds", "fields", "atomic"])
        let isAtomic =
            try entries["atomic"].map { node throws(StrategyFileError) in try boolean(node, "ledger: atomic") } ?? false
        var rule: Strategy.LedgerRule
        if let keysNode = entries["keys"] {
            if let read = entries["read"] {
                throw reader.error("ledger has one of read: and keys:; found both", read)
            }
            let holds = try entries["holds"].map { node throws(StrategyFileError) in
                try self.holds(node, entries["fields"])
            }
            if holds == .count, let node = entries["holds"] {
                throw reader.error("ledger: holds: count goes with read:; keys: counts its keys by itself", node)
            }
            if holds == nil, let fields = entries["fields"] {
                throw reader.error("ledger: fields: belongs to holds: entries and holds: json", fields)
            }
            rule = Strategy.LedgerRule(
                keys: try ledgerKeys(keysNode), holds: holds ?? .nothing, isAtomic: isAtomic)
            rule.line = reader.line(of: keysNode)
        } else {
            let read = try call(
                try reader.required(entries, key: "read", of: "ledger", at: node), of: "ledger: read",
                variables: shelfVariables)
            let holdsNode = try reader.required(entries, key: "holds", of: "ledger", at: node)
            rule = Strategy.LedgerRule(
                read: read, holds: try holds(holdsNode, entries["fields"]), isAtomic: isAtomic)
            rule.line = reader.line(of: holdsNode)
        }
        try checkLedgerNames(rule, entries["holds"] ?? node)
        return rule
    }

    private func holds(_ node: Node, _ fields: Node?) throws(StrategyFileError) -> Strategy.LedgerRule.Holds {
        if case .mapping = node, fields == nil { return try holdsPair(node) }
        let text = try reader.text(node, "ledger: holds")
        if text == "entries" || text == "json" {
            guard let fields else {
                throw reader.error(
                    "ledger: holds: \(text) needs fields:, such as fields: { buyer: user, attempt: order }", node)
            }
            return try text == "entries" ? .entries(ledgerFields(fields)) : .json(jsonFields(fields))
        }
        if let fields {
            throw reader.error("ledger: fields: belongs to holds: entries and holds: json", fields)
        }
        if text == "count" { return .count }
        if Self.isPattern(text) { return .patterns([try ledgerPattern(node, "ledger: holds")]) }
        for part in Strategy.LedgerRule.Part.allCases where part != .quantity {
            if text == "\(part.rawValue)s", part != .unit { return .ids(part) }
            for other in Strategy.LedgerRule.Part.allCases
            where other != part && text == "\(part.rawValue)-to-\(other.rawValue)"
                && (part, other) != (.unit, .quantity)
            {
                return .pairs(part, other)
            }
        }
        throw reader.error(
            "ledger: holds: \(text) is not known; known: attempts, purchases, buyers, pairs such as attempt-to-buyer, "
                + "purchase-to-buyer, buyer-to-quantity or unit-to-buyer, entries (of a stream), json, count, and patterns such as \"user:{buyer}\"",
            node)
    }

    private func jsonFields(_ node: Node) throws(StrategyFileError) -> [Strategy.LedgerRule.Field] {
        var fields = try ledgerFields(node)
        for index in fields.indices {
            guard let path = JSONStep.path("." + fields[index].name) else {
                throw reader.error(
                    "ledger: fields: \(fields[index].name) is no JSON field such as user or order.id", node)
            }
            fields[index].path = path
        }
        return fields
    }
}
