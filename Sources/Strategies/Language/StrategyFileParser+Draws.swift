internal import Yams

/// `draw:`: numbers that an attempt draws once and may use more than once.
extension StrategyFileParser {
    func draws(_ node: Node) throws(StrategyFileError) -> [Strategy.Draw] {
        guard case .mapping(let mapping) = node, !mapping.isEmpty else {
            throw reader.error("draw should be a map with a range for each name, such as seat: \"1..{units}\"", node)
        }
        var draws: [Strategy.Draw] = []
        for (nameNode, valueNode) in mapping {
            let name = try reader.text(nameNode, "a name of draw")
            guard isFreeName(name) else {
                throw reader.error(
                    "\(name.isEmpty ? "nothing" : name) cannot be the name of a draw: it means something else", nameNode
                )
            }
            let text = try reader.text(valueNode, "draw: \(name)")
            let bounds = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false)
            let lower = bounds.first.flatMap { bound($0) }
            let upper = bounds.count == 2 ? bound(bounds[1]) : nil
            guard let lower, let upper else {
                throw reader.error(
                    "draw: \(name): a range of whole numbers or {units}, such as \"1..{units}\", is wanted; found "
                        + (text.isEmpty ? "nothing" : text), valueNode)
            }
            let draw = Strategy.Draw(name: name, lower: lower, upper: upper, line: reader.line(of: valueNode))
            // Without {units} it is the same in each sale.
            if draw.range(units: 1) == nil, draw.range(units: 1_000_000) == nil {
                throw reader.error("draw: \(name): the range \(text) is the wrong way round", valueNode)
            }
            draws.append(draw)
        }
        return draws
    }

    /// A whole number, or an expression in braces of such numbers and the units.
    private func bound(_ text: Substring) -> Template.Expression? {
        let parser = TemplateParser(variables: [.units])
        let text = text.filter { !$0.isWhitespace || text.contains("{") }
        if let number = Int(text) {
            guard number.magnitude <= Reply.largestNumber else { return nil }
            return Template.Expression(terms: [.init(value: .integer(number))])
        }
        guard let template = try? parser.template(text), template.pieces.count == 1,
            case .expression(let expression) = template.pieces[0], expression.constant(units: 1) != nil
        else { return nil }
        return expression
    }
}
