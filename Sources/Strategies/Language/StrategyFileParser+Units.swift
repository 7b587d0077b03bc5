internal import FlashSale
internal import Yams
internal import _StringProcessing

/// Units with a name: which an attempt was sold, and which are for sale.
extension StrategyFileParser {
    /// `unit: reply`, `"reply[1]"`, `json.seat`, a text with values in braces, or a list of these.
    func unitRule(
        _ node: Node, of outcome: Outcome, allowsReply: Bool
    ) throws(StrategyFileError) -> UnitRule {
        guard outcome == .won || outcome == .unknown || outcome == .returned else {
            throw reader.error(
                "unit: belongs to an outcome with then: won, unknown or returned; \(outcome.word) sells no unit", node)
        }
        var parts: [UnitRule.Part] = []
        if case .sequence(let items) = node {
            for item in items { parts.append(try unitPart(item, allowsReply: allowsReply)) }
        } else {
            parts.append(try unitPart(node, allowsReply: allowsReply))
        }
        guard !parts.isEmpty else { throw reader.error("unit: names nothing", node) }
        return UnitRule(parts: parts)
    }

    private func unitPart(_ node: Node, allowsReply: Bool) throws(StrategyFileError) -> UnitRule.Part {
        let text = try reader.text(node, "unit")
        let wanted = "unit: \(wantedPlaces) or a text with values such as \"{row}-{seat}\" is wanted"
        if let path = place(text) {
            guard allowsReply else {
                throw reader.error(
                    "unit: \(text) is not known here, since finish: has no reply; capture it with as: first", node)
            }
            return .place(path)
        }
        var parser = templates(allowsReply: allowsReply)
        parser.draws = []
        let template = try located(node) { () throws(TemplateParser.Problem) in try parser.template(text) }
        guard !template.values.isEmpty else {
            throw reader.error("\(wanted); \(text.isEmpty ? "nothing" : text) would be the same for every unit", node)
        }
        guard !template.values.contains(where: \.isRandomRange) else {
            throw reader.error("\(wanted); a number that is drawn for each use names no unit", node)
        }
        return .text(template)
    }

    /// `units: LRANGE {codes} 0 -1`, or `units: "1..{units}"`.
    func unitListRule(_ node: Node) throws(StrategyFileError) -> UnitListRule {
        if case .scalar(let scalar) = node, let dots = scalar.string.firstRange(of: "..") {
            let bounds = [scalar.string[..<dots.lowerBound], scalar.string[dots.upperBound...]]
            // A command may have two dots in an argument, but none in its name.
            if !bounds[0].contains(where: \.isWhitespace) || bounds[0].hasPrefix("{") {
                var expressions: [Template.Expression] = []
                for bound in bounds { expressions.append(try unitBound(String(bound), node)) }
                let rule = UnitListRule.numbers(
                    from: expressions[0], through: expressions[1], line: reader.line(of: node))
                // Whether it has one for each unit is seen when the sale opens.
                let bounds = Scenario.Bounds.units
                guard [bounds.lowerBound, bounds.upperBound].contains(where: { rule.range(units: $0) != nil }) else {
                    throw reader.error("units: \(scalar.string) has no number", node)
                }
                return rule
            }
        }
        let call = try call(node, of: "units", variables: shelfVariables)
        return .listed(call)
    }

    private func unitBound(_ text: String, _ node: Node) throws(StrategyFileError) -> Template.Expression {
        let inner = text.hasPrefix("{") && text.hasSuffix("}") ? String(text.dropFirst().dropLast()) : text
        let parser = TemplateParser(variables: [.units])
        return try located(node) { () throws(TemplateParser.Problem) in
            guard inner != text || Int(text) != nil else {
                throw TemplateParser.Problem(
                    "units: a range such as \"1..{units}\", or a command that lists the names, is wanted; found \(text)"
                )
            }
            return try parser.expression(inner)
        }
    }
}
