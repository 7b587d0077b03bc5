internal import FlashSale
internal import Yams

/// What a ledger holds: words for bare numbers, and patterns for everything else.
extension StrategyFileParser {
    /// `{any}` is text that tells nothing. It is read like a capture.
    private static let anyText = "any"

    /// Whether a text is a pattern, and no word.
    static func isPattern(_ text: String) -> Bool { text.contains("{") }

    /// The names of the keys that the orders have, such as `{sale}:bought:{buyer}`.
    func ledgerKeys(_ node: Node) throws(StrategyFileError) -> LedgerPattern {
        let pattern = try ledgerPattern(node, "ledger: keys")
        guard pattern.pieces.contains(.sale) || pattern.isOfShelf else {
            throw reader.error(
                "ledger: keys: \(pattern.text) should contain {sale}\(shards == nil ? "" : " or {shard}"), so that a run never reads anybody else's keys",
                node)
        }
        return pattern
    }

    /// `{ field: "order:{attempt}", value: "u{buyer}" }`, or the same with `member:` and `score:`.
    func holdsPair(_ node: Node) throws(StrategyFileError) -> Strategy.LedgerRule.Holds {
        let entries = try reader.map(
            node, of: "ledger: holds (a pattern goes in quotes)", known: ["field", "value", "member", "score"])
        switch (entries["field"], entries["value"], entries["member"], entries["score"]) {
        case (let first?, let second?, nil, nil), (nil, nil, let first?, let second?):
            return .patterns([
                try ledgerPattern(first, "ledger: holds"), try ledgerPattern(second, "ledger: holds"),
            ])
        default:
            throw reader.error(
                "ledger: holds: a pair is { field: …, value: … } for a hash or { member: …, score: … } for a sorted set",
                node)
        }
    }

    /// `fields:` of entries and of JSON texts: `buyer: user` for a bare number, `user: "u{buyer}"` for more than that.
    func ledgerFields(_ node: Node) throws(StrategyFileError) -> [Strategy.LedgerRule.Field] {
        var fields: [Strategy.LedgerRule.Field] = []
        for (name, value) in try reader.map(node, of: "ledger: fields", known: []).sorted(by: { $0.key < $1.key }) {
            let text = try reader.text(value, "fields: \(name)")
            if Self.isPattern(text) {
                fields.append(.init(name: name, pattern: try ledgerPattern(value, "fields: \(name)")))
            } else if let part = Strategy.LedgerRule.Part(rawValue: name) {
                fields.append(.init(name: text, pattern: LedgerPattern(part)))
            } else {
                let known = Strategy.LedgerRule.Part.allCases.map(\.rawValue)
                let near = NearestNames.of(name, among: known)
                throw reader.error(
                    "ledger: fields has no key \(name); "
                        + (near.isEmpty
                            ? "known here: \(known.joined(separator: ", ")), or a field's name with its pattern, such as user: \"u{buyer}\""
                            : "did you mean \(near.joined(separator: " or "))?"),
                    value)
            }
        }
        return fields
    }

    /// Whether the orders say whose they are.
    func checkLedgerNames(_ rule: Strategy.LedgerRule, _ node: Node) throws(StrategyFileError) {
        if case .count = rule.holds { return }
        let told = (rule.keys?.parts ?? []) + rule.holds.parts
        guard told.contains(where: { $0 != .quantity && $0 != .unit }) else {
            throw reader.error(
                "ledger: the orders name nobody; one of attempt, purchase and buyer is wanted (holds: count only counts)",
                node)
        }
    }

    /// Text around ids.
    func ledgerPattern(_ node: Node, _ what: String) throws(StrategyFileError) -> LedgerPattern {
        let text = try reader.text(node, what)
        return try located(node) { () throws(TemplateParser.Problem) in
            var parser = templates()
            (parser.captures, parser.draws) = ([Self.anyText], [])
            let template = try parser.template(text)
            let pattern = LedgerPattern(pieces: try pieces(of: template), text: text)
            try Self.checkThatOneReadingFits(pattern)
            return pattern
        }
    }

    private func pieces(of template: Template) throws(TemplateParser.Problem) -> [LedgerPattern.Piece] {
        var pieces: [LedgerPattern.Piece] = []
        for piece in template.pieces {
            switch piece {
            case .text(let text): pieces.append(.text(Array(text.utf8)))
            case .expression(let expression): pieces += try self.pieces(of: expression)
            }
        }
        return pieces
    }

    private func pieces(of expression: Template.Expression) throws(TemplateParser.Problem) -> [LedgerPattern.Piece] {
        var offset = 0
        var parts: [Strategy.LedgerRule.Part] = []
        var others: [LedgerPattern.Piece] = []
        for term in expression.terms {
            // A remainder does not tell whose it is.
            guard term.modulus == nil else {
                others.append(.number)
                continue
            }
            switch term.value {
            case .integer(let number): offset += term.isNegative ? -number : number
            case .variable(let variable):
                if let part = Strategy.LedgerRule.Part(rawValue: variable.rawValue), !term.isNegative {
                    parts.append(part)
                } else {
                    switch variable {
                    case .sale: others.append(.sale)
                    case .shard: others.append(.shard)
                    case .units: others.append(.units)
                    case .item: others.append(.item)
                    case .items, .quantities, .cart: others.append(.any)
                    default: others.append(.number)
                    }
                }
            case .random, .draw: others.append(.number)
            case .capture: others.append(.any)
            case .key(let name):
                guard let key = keys.first(where: { $0.name == name }) else { continue }
                return try pieces(of: key.template)
            case .ofLine:
                throw TemplateParser.Problem(
                    "a line of a cart cannot stand in an order's pattern; {item} says whose orders are read")
            case .reply: throw TemplateParser.Problem("a reply cannot stand in an order's pattern")
            }
        }
        if parts.count == 1, others.isEmpty { return [.part(parts[0], offset: offset)] }
        if parts.isEmpty, others.count == 1, expression.terms.count == 1 { return others }
        if parts.isEmpty, others.isEmpty { return [.text(Array(String(offset).utf8))] }
        throw TemplateParser.Problem(
            "an order's pattern has one value in each pair of braces, such as {buyer}, or one and a number, such as {buyer + 1000}"
        )
    }

    /// - Throws: a problem where a text could be read in two ways.
    private static func checkThatOneReadingFits(_ pattern: LedgerPattern) throws(TemplateParser.Problem) {
        var hasValue = false
        var follows = false
        var followsNumber = false
        var endsInDigit = false
        var anyCount = 0
        for piece in pattern.pieces {
            let text: [UInt8]
            switch piece {
            case .text(let bytes): text = bytes
            case .sale, .shard: text = Array("{}".utf8)
            case .units: text = Array("0".utf8)
            // A name may begin or end with a digit.
            case .item: text = Array("0".utf8)
            case .part, .number, .any:
                if case .any = piece { anyCount += 1 }
                guard !follows else {
                    throw TemplateParser.Problem(
                        "\(pattern.text): nobody can tell where one value ends and the next begins; put text between them"
                    )
                }
                guard !endsInDigit else {
                    throw TemplateParser.Problem(
                        "\(pattern.text): text between two values cannot end with a digit, or it could be a part of the number"
                    )
                }
                (hasValue, follows) = (true, true)
                followsNumber = piece != .any
                continue
            }
            guard !followsNumber || !text.prefix(1).contains(where: isDigit) else {
                throw TemplateParser.Problem(
                    "\(pattern.text): text after a number cannot start with a digit, or nobody can tell where the number ends"
                )
            }
            endsInDigit = hasValue && text.suffix(1).contains(where: isDigit)
            (follows, followsNumber) = (false, false)
        }
        guard anyCount <= 1 else {
            throw TemplateParser.Problem("\(pattern.text): {any} can stand once in a pattern")
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
