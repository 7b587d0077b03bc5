internal import FlashSale
internal import Yams

/// Questions to other stores, and orders to them: `{ sql: "SELECT …", at: postgres://… }`.
extension StrategyFileParser {
    static let storeKinds = ["redis", "sql", "http", "run"]
    /// What may stand beside the kind.
    static let storeKeys = storeKinds + ["at", "headers", "body", "rows"]

    func asksStore(_ node: Node) -> Bool {
        guard case .mapping(let mapping) = node else { return false }
        return mapping.keys.contains { Self.storeKinds.contains($0.string ?? "") }
    }

    /// The query that a map describes.
    func storeQuery(_ node: Node, of what: String) throws(StrategyFileError) -> Strategy.StoreQuery {
        try storeQuery(try reader.map(node, of: what, known: Self.storeKeys), of: what, node)
    }

    /// The query that the entries of a map describe; what else stands there is its owner's.
    func storeQuery(
        _ entries: [String: Node], of what: String, _ node: Node
    ) throws(StrategyFileError) -> Strategy.StoreQuery {
        let kinds = Self.storeKinds.filter { entries[$0] != nil }
        guard kinds.count == 1, let kind = kinds.first, let value = entries[kind] else {
            throw reader.error(
                "\(what) has one of redis:, sql:, http: and run:; found \(kinds.joined(separator: " and "))", node)
        }
        for key in ["headers", "body", "rows"] where kind != "http" {
            guard let other = entries[key] else { continue }
            throw reader.error("\(what): \(key): belongs to http:", other)
        }
        let at = try entries["at"].map { node throws(StrategyFileError) in try storePlace(node, kind) }
        if kind == "sql", at == nil {
            throw reader.error(
                "\(what): sql: needs the database's URL beside it, such as at: postgres://127.0.0.1/shop, at: mysql://127.0.0.1/shop, "
                    + "at: sqlite:///tmp/shop.db, or at: $SHOP_DATABASE_URL for one from the environment", node)
        }
        return Strategy.StoreQuery(
            try storeWords(kind, value, entries, of: what), at: at, line: reader.line(of: value))
    }

    private func storeWords(
        _ kind: String, _ value: Node, _ entries: [String: Node], of what: String
    ) throws(StrategyFileError) -> Strategy.StoreQuery.Words {
        switch kind {
        case "redis": return .redis(try command(value, of: "\(what): redis", variables: Self.saleVariables))
        case "http":
            var own = entries
            own["at"] = nil
            let request = try httpRequest(value, own, variables: Self.saleVariables)
            let rows = try entries["rows"].map { node throws(StrategyFileError) in try jsonPath(node) } ?? []
            return .http(request, rows: rows)
        case "run":
            var arguments: [Template] = []
            for item in try reader.list(value, "\(what): run") { arguments.append(try saleText(item, "run")) }
            guard !arguments.isEmpty else {
                throw reader.error("\(what): run: a program and its arguments are wanted, such as [./orders.sh]", value)
            }
            return .run(arguments)
        default:
            let statement = try saleText(value, "\(what): sql")
            guard !statement.pieces.isEmpty else { throw reader.error("\(what): sql: a statement is wanted", value) }
            return .sql(statement)
        }
    }

    private func saleText(_ node: Node, _ what: String) throws(StrategyFileError) -> Template {
        let text = try reader.text(node, what)
        return try located(node) { () throws(TemplateParser.Problem) in
            try templates(variables: Self.saleVariables).template(text)
        }
    }

    /// `orders`, `data.orders` or `[0].rows`.
    private func jsonPath(_ node: Node) throws(StrategyFileError) -> [JSONStep] {
        let text = try reader.text(node, "rows")
        guard let path = JSONStep.path(text.hasPrefix("[") ? text : "." + text) else {
            throw reader.error("rows: a place in the answer's JSON such as orders or data.orders is wanted", node)
        }
        return path
    }

    private func storePlace(_ node: Node, _ kind: String) throws(StrategyFileError) -> String {
        let text = try reader.text(node, "at")
        let isVariable =
            text.hasPrefix("$") && text.count > 1
            && text.dropFirst().allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard kind != "run" else { throw reader.error("at: a program of run: is asked here; it has no at:", node) }
        guard isVariable || text.contains("://") else {
            throw reader.error(
                "at: a URL such as postgres://127.0.0.1/shop, or $NAME for an environment variable that holds one, is wanted; "
                    + "found \(text.isEmpty ? "nothing" : text)", node)
        }
        return text
    }

    // MARK: Orders in a table

    /// `{ sql: …, at: …, holds: [ attempt, "u{buyer}", quantity ] }`, or `fields:` by the columns' names.
    func tableRule(_ node: Node) throws(StrategyFileError) -> Strategy.LedgerRule {
        let entries = try reader.map(node, of: "ledger", known: Self.storeKeys + ["holds", "fields", "atomic"])
        let isAtomic =
            try entries["atomic"].map { node throws(StrategyFileError) in try boolean(node, "ledger: atomic") } ?? false
        let query = try storeQuery(entries, of: "ledger", node)
        let holds: Strategy.LedgerRule.Holds
        switch (entries["holds"], entries["fields"]) {
        case (let list?, nil): holds = try tableHolds(list)
        case (nil, let fields?): holds = .columns(try ledgerFields(fields))
        default:
            throw reader.error(
                "ledger: one of holds:, what the columns are from the left, such as [attempt, \"u{buyer}\", quantity], and fields:, "
                    + "by their names, is wanted", node)
        }
        var rule = Strategy.LedgerRule(read: .query(query), holds: holds, isAtomic: isAtomic)
        rule.line = reader.line(of: entries["holds"] ?? entries["fields"] ?? node)
        try checkLedgerNames(rule, entries["holds"] ?? entries["fields"] ?? node)
        return rule
    }

    private func tableHolds(_ node: Node) throws(StrategyFileError) -> Strategy.LedgerRule.Holds {
        guard case .sequence(let items) = node else {
            if try reader.text(node, "ledger: holds") == "count" { return .count }
            return .patterns([try column(node)])
        }
        var columns: [LedgerPattern] = []
        for item in items { columns.append(try column(item)) }
        guard !columns.isEmpty else { throw reader.error("ledger: holds: names no column", node) }
        return .patterns(columns)
    }

    private func column(_ node: Node) throws(StrategyFileError) -> LedgerPattern {
        let text = try reader.text(node, "ledger: holds")
        if Self.isPattern(text) { return try ledgerPattern(node, "ledger: holds") }
        guard let part = Strategy.LedgerRule.Part(rawValue: text) else {
            throw reader.error(
                "ledger: holds: a column is one of \(Strategy.LedgerRule.Part.allCases.map(\.rawValue).joined(separator: ", ")), a pattern such "
                    + "as \"u{buyer}\", or \"{any}\" for one that tells nothing; found \(text.isEmpty ? "nothing" : text)",
                node)
        }
        return LedgerPattern(part)
    }

    // MARK: Waiting for consumers

    private static let longestDrainDays = 1

    /// `{ until: "XLEN {orders} == 0", and: { sql: …, at: …, is: 0 }, within: 30s }`.
    func drain(_ node: Node) throws(StrategyFileError) -> Strategy.Drain {
        let entries = try reader.map(node, of: "drain", known: ["until", "and", "within"])
        let until = try reader.required(entries, key: "until", of: "drain", at: node)
        var conditions = [try drainCondition(until, "drain: until")]
        if let and = entries["and"] {
            if case .sequence(let items) = and {
                for item in items { conditions.append(try drainCondition(item, "drain: and")) }
            } else {
                conditions.append(try drainCondition(and, "drain: and"))
            }
        }
        let within = try duration(
            try reader.required(entries, key: "within", of: "drain", at: node), "drain: within",
            atMostDays: Self.longestDrainDays)
        return Strategy.Drain(conditions: conditions, withinNanoseconds: within, line: reader.line(of: until))
    }

    private func drainCondition(_ node: Node, _ what: String) throws(StrategyFileError) -> Strategy.Drain.Condition {
        if asksStore(node) {
            let entries = try reader.map(node, of: what, known: Self.storeKeys + ["is"])
            let wanted = try reader.required(entries, key: "is", of: what, at: node)
            let words = try reader.text(wanted, "is").split(separator: " ").map(String.init)
            guard let (comparison, number) = Self.bound(words.count == 1 ? ["=="] + words : words) else {
                throw reader.error("\(what): is: a number, or a bound such as \"<= 5\", is wanted", wanted)
            }
            let query = try storeQuery(entries, of: what, node)
            return .init(
                call: .query(query), comparison: comparison, number: number,
                text: "\(Self.words(of: query)) \(comparison.rawValue) \(number)")
        }
        let text = try reader.text(node, what)
        let words = text.split(separator: " ").map(String.init)
        guard words.count > 2, let (comparison, number) = Self.bound(Array(words.suffix(2))) else {
            throw reader.error(
                "\(what): a command and what its number should be is wanted, such as \"XLEN {orders} == 0\"; found "
                    + (text.isEmpty ? "nothing" : text), node)
        }
        let command = try located(node) { () throws(TemplateParser.Problem) in
            try templates(variables: Self.saleVariables).command(words.dropLast(2).joined(separator: " "))
        }
        let own = Strategy.Command(arguments: command, line: reader.line(of: node))
        if let reason = ForbiddenCommands.reason(against: own.name) {
            throw reader.error("\(own.name) cannot be used in a strategy: \(reason)", node)
        }
        return .init(call: .command(own), comparison: comparison, number: number, text: text)
    }

    private static func bound(_ words: [String]) -> (Comparison, Int)? {
        guard words.count == 2, let comparison = Comparison(rawValue: words[0]), let number = Int(words[1]) else {
            return nil
        }
        return (comparison, number)
    }

    /// What is asked, as it stands in the file.
    private static func words(of query: Strategy.StoreQuery) -> String {
        switch query.words {
        case .redis(let command): "redis: \(command.name)"
        case .sql: "sql:"
        case .http(let request, _): "http: \(request.method)"
        case .run: "run:"
        }
    }
}
