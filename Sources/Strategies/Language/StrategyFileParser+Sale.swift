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
            return Strategy.Script(name: name, text: scalar.string, line: line)
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
            return Strategy.Script(
                name: name, text: try reader.text(textNode, "text"), isSentWhole: isSentWhole, line: line)
        default:
            throw reader.error("\(what): \(name) has one of file: and text:", node)
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

    func idempotency(_ node: Node) throws(StrategyFileError) -> Idempotency {
        let word = try reader.text(node, "idempotent")
        guard let idempotency = Idempotency(rawValue: word) else {
            throw reader.error("idempotent: none, purchase or buyer is wanted; found \(word)", node)
        }
        return idempotency
    }

    /// `safe-under: [ crash-redis, kill-connections ]`.
    func faults(_ node: Node) throws(StrategyFileError) -> [String] {
        var faults: [String] = []
        for item in try reader.list(node, "safe-under") {
            let name = try reader.text(item, "a fault of safe-under")
            guard let first = name.first, first.isLowercase,
                name.allSatisfy({ $0.isASCII && ($0.isLowercase || $0 == "-") })
            else {
                throw reader.error("safe-under: the name of a fault such as crash-redis is wanted; found \(name)", item)
            }
            faults.append(name)
        }
        return faults
    }

    func loadDefaults(_ node: Node) throws(StrategyFileError) -> LoadDefaults {
        let entries = try reader.map(
            node, of: "load",
            known: ["units", "buyers", "purchases-per-buyer", "attempts", "quantity", "think-time", "retry-unknown"])
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
        if let node = entries["retry-unknown"] { load.retryUnknown = try boolean(node, "load: retry-unknown") }
        return load
    }

    private func quantityText(_ node: Node) throws(Scenario.QuantityProblem) -> String {
        guard case .scalar(let scalar) = node else { throw Scenario.QuantityProblem("text is wanted") }
        return scalar.string
    }

    // MARK: What is read after the sale

    func probe(_ node: Node) throws(StrategyFileError) -> Strategy.Probe {
        let variables = Self.saleVariables
        guard case .mapping(let mapping) = node,
            !mapping.keys.contains(where: { ["script", "function"].contains($0.string ?? "") })
        else { return Strategy.Probe(.one(try call(node, of: "stock", variables: variables))) }
        let entries = try reader.map(node, of: "stock", known: ["read", "total", "minus", "sum", "below-zero"])
        var belowZeroIsSoldOut = false
        if let below = entries["below-zero"] {
            guard try reader.text(below, "below-zero") == "sold-out" else {
                throw reader.error(
                    "below-zero: only sold-out can stand here: refused buyers count on, and a number below 0 means that nothing is left",
                    below)
            }
            belowZeroIsSoldOut = true
        }
        let kind: Strategy.Probe.Kind
        switch (entries["read"], entries["total"], entries["minus"], entries["sum"]) {
        case (let read?, nil, nil, nil): kind = .one(try call(read, of: "read", variables: variables))
        case (nil, let total?, let minus?, nil):
            kind = .difference(
                total: try call(total, of: "total", variables: variables),
                minus: try call(minus, of: "minus", variables: variables))
        case (nil, nil, nil, let sum?):
            let calls = try calls(sum, of: "sum", variables: variables)
            guard !calls.isEmpty else { throw reader.error("sum: has no commands", sum) }
            kind = .sum(calls)
        default:
            throw reader.error(
                "stock is one command, or a map with total: and minus:, or with sum:, or with read:", node)
        }
        return Strategy.Probe(kind, belowZeroIsSoldOut: belowZeroIsSoldOut)
    }

    func ledgerRule(_ node: Node) throws(StrategyFileError) -> Strategy.LedgerRule {
        let entries = try reader.map(node, of: "ledger", known: ["read", "holds", "fields", "atomic"])
        let read = try call(
            try reader.required(entries, key: "read", of: "ledger", at: node), of: "ledger: read",
            variables: Self.saleVariables)
        let holdsNode = try reader.required(entries, key: "holds", of: "ledger", at: node)
        let holds = try holds(holdsNode, entries["fields"])
        let isAtomic =
            try entries["atomic"].map { node throws(StrategyFileError) in try boolean(node, "ledger: atomic") } ?? false
        return Strategy.LedgerRule(read: read, holds: holds, isAtomic: isAtomic)
    }

    private func holds(_ node: Node, _ fields: Node?) throws(StrategyFileError) -> Strategy.LedgerRule.Holds {
        let text = try reader.text(node, "ledger: holds")
        if text == "entries" || text == "json" {
            guard let fields else {
                throw reader.error(
                    "ledger: holds: \(text) needs fields:, such as fields: { buyer: user, attempt: order }", node)
            }
            return try text == "entries" ? .entries(self.fields(fields)) : .json(jsonFields(fields))
        }
        if let fields {
            throw reader.error("ledger: fields: belongs to holds: entries and holds: json", fields)
        }
        if text == "count" { return .count }
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
                + "purchase-to-buyer, buyer-to-quantity or unit-to-buyer, entries (of a stream), json, count", node)
    }

    private func fields(_ node: Node) throws(StrategyFileError) -> [Strategy.LedgerRule.Part: String] {
        let entries = try reader.map(
            node, of: "ledger: fields", known: Strategy.LedgerRule.Part.allCases.map(\.rawValue))
        var fields: [Strategy.LedgerRule.Part: String] = [:]
        for part in Strategy.LedgerRule.Part.allCases {
            if let name = entries[part.rawValue] { fields[part] = try reader.text(name, "fields: \(part.rawValue)") }
        }
        guard fields.keys.contains(where: { $0 != .quantity && $0 != .unit }) else {
            throw reader.error("ledger: fields: one of attempt, purchase and buyer is wanted", node)
        }
        return fields
    }

    private func jsonFields(_ node: Node) throws(StrategyFileError) -> [Strategy.LedgerRule.Part: [JSONStep]] {
        var paths: [Strategy.LedgerRule.Part: [JSONStep]] = [:]
        for (part, name) in try fields(node) {
            guard let path = JSONStep.path("." + name) else {
                throw reader.error("ledger: fields: \(name) is no JSON field such as user or order.id", node)
            }
            paths[part] = path
        }
        return paths
    }
}
