package import FlashSale
internal import Yams

/// Reads a strategy file: YAML in, ``Strategy`` out, or the first mistake with its place.
package enum StrategyFile {
    /// The most bytes that a strategy file, or a script beside it, may have.
    package static let byteLimit = YAMLReader.byteLimit

    /// Why a file that a strategy names cannot be used.
    package struct CompanionProblem: Error {
        package var message: String

        package init(_ message: String) { self.message = message }
    }

    /// Reads the text of a strategy file.
    ///
    /// - Parameters:
    ///   - text: the whole file.
    ///   - file: its name, for messages.
    ///   - companion: gives the text of a script's file by the name that the strategy file has for it.
    /// - Throws: ``StrategyFileError``.
    package static func parse(
        _ text: String, file: String,
        companion: (_ name: String) throws(CompanionProblem) -> String = Self.noCompanions
    ) throws(StrategyFileError) -> Strategy {
        try withoutActuallyEscaping(companion) { companion throws(StrategyFileError) in
            try StrategyFileParser(reader: YAMLReader(file: file), companion: companion).strategy(text)
        }
    }

    /// For texts that stand alone.
    package static func noCompanions(_ name: String) throws(CompanionProblem) -> String {
        throw CompanionProblem("the file \(name) is not at hand")
    }

    /// Reads the strategy that a scenario carries.
    ///
    /// - Throws: ``StrategyFileError``.
    package static func parse(_ source: Scenario.StrategySource) throws(StrategyFileError) -> Strategy {
        try parse(source.yaml, file: source.name) { name throws(CompanionProblem) in
            guard let text = source.files[name] else { return try noCompanions(name) }
            return text
        }
    }
}

/// Walks the file from top to bottom, knowing at each place which keys, scripts and captures there are.
struct StrategyFileParser {
    let reader: YAMLReader
    let companion: (_ name: String) throws(StrategyFile.CompanionProblem) -> String
    var keys: [Strategy.Key] = []
    var scripts: [Strategy.Script] = []
    var libraries: [Strategy.Script] = []
    var captures: [String] = []
    var draws: [Strategy.Draw] = []
    /// Shelves of the stock; nil where it is in one place.
    var shards: Int?
    /// What replies are where the parser is.
    var answers = AnswerForm.reply
    /// Whether an answer "you already have it" can be judged.
    private(set) var knowsDuplicates = false

    /// The variables that have a value outside of an attempt.
    static let saleVariables: [Template.Variable] = [.units, .sale, .item]

    /// The same where something may be done, or read, once for each shelf.
    var shelfVariables: [Template.Variable] { Self.saleVariables + (shards == nil ? [] : [.shard, .unitsBefore]) }

    init(
        reader: YAMLReader, companion: @escaping (_ name: String) throws(StrategyFile.CompanionProblem) -> String
    ) {
        self.reader = reader
        self.companion = companion
    }

    consuming func strategy(_ text: String) throws(StrategyFileError) -> Strategy {
        let root = try reader.root(text)
        let entries = try reader.map(
            root, of: "a strategy file",
            known: [
                "strategy", "summary", "keys", "scripts", "functions", "limit", "idempotent", "safe-under", "load",
                "service", "sign-in", "open", "buy", "finally", "lapses", "restock", "drain", "stock", "ledger",
                "units",
                "close", "draw", "backoff", "require", "shards", "items", "cart", "phases", "held",
            ])
        func required(_ key: String) throws(StrategyFileError) -> Node {
            try reader.required(entries, key: key, of: "a strategy file", at: root)
        }
        let name = try strategyName(try required("strategy"))
        let summary =
            try entries["summary"].map { node throws(StrategyFileError) in try reader.text(node, "summary") } ?? ""
        let hasScripts = entries["scripts"] != nil || entries["functions"] != nil
        shards = try entries["shards"].map { node throws(StrategyFileError) in
            try number(node, of: "shards", in: Strategy.shardBounds)
        }
        if let node = entries["draw"] { draws = try draws(node) }
        let mayLackServer = mayLackServer(entries)
        if !mayLackServer || entries["keys"] != nil { keys = try keys(try required("keys"), mayBeForeign: hasScripts) }
        if let node = entries["scripts"] { scripts = try scripts(node, areLibraries: false) }
        if let node = entries["functions"] { libraries = try scripts(node, areLibraries: true) }
        let limits = try entries["limit"].map { node throws(StrategyFileError) in try self.limits(node) }
        let idempotency =
            try entries["idempotent"].map { node throws(StrategyFileError) in try self.idempotency(node) }
            ?? Idempotency.none
        let safeUnder = try entries["safe-under"].map { node throws(StrategyFileError) in try faults(node) } ?? []
        let load = try entries["load"].map { node throws(StrategyFileError) in try loadDefaults(node) }
        func surrounding(_ key: String) throws(StrategyFileError) -> [Strategy.Call] {
            // A service may need neither.
            if mayLackServer, entries[key] == nil { return [] }
            return try calls(try required(key), of: key, variables: shelfVariables)
        }
        let open = try surrounding("open")
        let signIn = try entries["sign-in"].map { node throws(StrategyFileError) in try signInSteps(node) } ?? []
        knowsDuplicates = limits != nil || idempotency != .none
        let purchase = try purchase(entries, at: root)
        let finally = try entries["finally"].map { node throws(StrategyFileError) in try finalSteps(node) } ?? []
        captures = []
        let lapses = try entries["lapses"].map { node throws(StrategyFileError) in try self.lapses(node) }
        let restocks = try entries["restock"].map { node throws(StrategyFileError) in try self.restocks(node) } ?? []
        let backoff = try entries["backoff"].map { node throws(StrategyFileError) in try thinkTime(node, "backoff") }
        let drain = try entries["drain"].map { node throws(StrategyFileError) in try self.drain(node) }
        let stocks = try probes(try required("stock"))
        let held = try heldProbe(entries)
        let ledgers = try entries["ledger"].map { node throws(StrategyFileError) in try ledgerRules(node) } ?? []
        let forSale = try entries["units"].map { node throws(StrategyFileError) in try unitListRule(node) }
        let close = try surrounding("close")
        var strategy = Strategy(
            file: reader.file, name: name, summary: summary, keys: keys, open: open, buy: purchase.reserve,
            stock: stocks[0],
            ledger: ledgers.first, close: close)
        strategy.otherStocks = Array(stocks.dropFirst())
        strategy.otherLedgers = Array(ledgers.dropFirst())
        strategy.later = purchase.later
        strategy.crossing = purchase.crossing
        strategy.held = held
        strategy.drain = drain
        strategy.signIn = signIn
        strategy.scripts = scripts
        strategy.libraries = libraries
        strategy.limit = limits?.units
        strategy.purchaseLimit = limits?.purchases
        strategy.idempotency = idempotency
        strategy.safeUnder = safeUnder
        strategy.load = load ?? LoadDefaults()
        strategy.finally = finally
        strategy.lapsesNanoseconds = lapses
        strategy.restocks = restocks
        strategy.draws = draws
        strategy.backoffMicroseconds = backoff
        strategy.forSale = forSale
        strategy.shards = shards
        strategy.items = try entries["items"].map { node throws(StrategyFileError) in try items(node) }
        strategy.cart = try entries["cart"].map { node throws(StrategyFileError) in try cart(node, strategy.items) }
        strategy.require = try entries["require"].map { node throws(StrategyFileError) in try thresholds(node) } ?? []
        if let node = entries["service"] { try readService(node, into: &strategy) }
        try checkService(strategy, entries)
        try checkServiceStart(strategy, entries)
        try checkShelves(strategy, entries)
        return strategy
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

    /// What a template may use where it stands, with the names that are known until there.
    func templates(
        variables: [Template.Variable] = Template.Variable.ofAttempts, allowsReply: Bool = false
    ) -> TemplateParser {
        // Outside of an attempt nothing is drawn.
        let isOfAttempt = variables.contains(.attempt)
        let draws = isOfAttempt ? draws.map(\.name) : []
        var parser = TemplateParser(
            keys: keys.map(\.name), captures: captures, draws: draws, allowsReply: allowsReply, variables: variables)
        parser.isSharded = shards != nil
        if isOfAttempt, shards != nil { parser.variables.append(.shard) }
        parser.answers = answers
        return parser
    }

    /// A place in a reply, as this step's replies have them.
    func place(_ text: String) -> ReplyPath? { answers.place(text) }

    var wantedPlaces: String { answers.wantedPlaces }

    /// - Parameter mayBeForeign: whether a key may lack `{sale}`, because a script makes it up itself. Then the sale can only be on
    ///   a private server, which ``Strategy/foreignKey`` is asked for.
    func keys(_ node: Node, mayBeForeign: Bool) throws(StrategyFileError) -> [Strategy.Key] {
        guard case .mapping(let mapping) = node, !mapping.isEmpty else {
            throw reader.error("keys should be a map with a name for each key, such as stock: \"{sale}:stock\"", node)
        }
        var keys: [Strategy.Key] = []
        for (nameNode, valueNode) in mapping {
            let name = try reader.text(nameNode, "the name of a key")
            guard isFreeName(name), !draws.contains(where: { $0.name == name }) else {
                throw reader.error(
                    "\(name.isEmpty ? "nothing" : name) cannot be the name of a key: it means something else", nameNode)
            }
            let text = try reader.text(valueNode, "the key \(name)")
            let template = try located(valueNode) { () throws(TemplateParser.Problem) in
                try templates().template(text)
            }
            guard template.holdsTag || mayBeForeign else {
                throw reader.error(
                    "the key \(name) should contain {sale}\(shards == nil ? "" : " or {shard}"), so that a run never touches anybody else's keys; found \(text)",
                    valueNode)
            }
            keys.append(Strategy.Key(name: name, template: template))
        }
        return keys
    }

    /// A whole number within a range.
    func number(_ node: Node, of what: String, in range: ClosedRange<Int>) throws(StrategyFileError) -> Int {
        let text = try reader.text(node, what)
        guard let number = Int(text), range.contains(number) else {
            throw reader.error(
                "\(what): a whole number from \(range.lowerBound) to \(range.upperBound) is wanted; found \(text.isEmpty ? "nothing" : text)",
                node)
        }
        return number
    }

    func boolean(_ node: Node, _ what: String) throws(StrategyFileError) -> Bool {
        switch try reader.text(node, what) {
        case "true": return true
        case "false": return false
        case let other: throw reader.error("\(what): true or false is wanted; found \(other)", node)
        }
    }

    /// Names of keys and captures: nothing that could be taken for something else in braces.
    func isFreeName(_ name: String) -> Bool {
        // A file that has always called something so goes on to mean that.
        guard !Template.Variable.mayBeNames.contains(where: { $0.rawValue == name }) else { return true }
        // Without shelves these two mean nothing.
        let variable = Template.Variable(rawValue: name)
        let isTaken = variable != nil && (shards != nil || Template.Variable.ofAttempts.contains { $0 == variable })
        return !isTaken && !["reply", "json", "not", "and", "or"].contains(name)
            && !name.isEmpty && Int(name) == nil && !name.hasPrefix("reply[") && !name.hasPrefix("reply.")
            && !name.hasPrefix("json.")
            && !name.contains(where: { $0.isWhitespace || "{}+%[]<>=!'\"".contains($0) })
    }

    /// - Throws: ``StrategyFileError`` if a rule says `duplicate` and nothing says what a buyer may have.
    func checkDuplicates(_ rules: [Strategy.Rule], _ node: Node) throws(StrategyFileError) {
        guard !knowsDuplicates, rules.contains(where: { $0.outcome == .duplicate }) else { return }
        throw reader.error(
            "then: duplicate needs a limit at the top of the file, the units that one buyer may have, such as limit: 1; "
                + "without it nobody can judge whether the answer was right", node)
    }

    /// Gives a template's problem the place of its node.
    func located<Value>(
        _ node: Node, _ read: () throws(TemplateParser.Problem) -> Value
    ) throws(StrategyFileError) -> Value {
        do throws(TemplateParser.Problem) {
            return try read()
        } catch {
            throw reader.error(error.message, node)
        }
    }
}

/// A mistake in a strategy file: where it is, and what was wanted instead.
package struct StrategyFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file's name, or the built-in strategy's.
    package var file: String
    /// From 1; nil where the whole file is meant.
    package var line: Int?
    package var column: Int?
    package var message: String

    package init(file: String, line: Int? = nil, column: Int? = nil, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    package var description: String {
        ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":") + ": " + message
    }
}
