internal import FlashSale
internal import Yams

/// What replies mean.
extension StrategyFileParser {
    /// Each is held against those before it, and tried for each reply.
    private static let ruleLimit = 1000

    func rules(_ node: Node) throws(StrategyFileError) -> [Strategy.Rule] {
        var rules: [Strategy.Rule] = []
        let items = try reader.list(node, "outcomes")
        guard items.count <= Self.ruleLimit else {
            throw reader.error("a step has at most \(Self.ruleLimit) outcomes; found \(items.count)", node)
        }
        for item in items {
            rules.append(try rule(item))
            try checkDuplicates(rules, item)
        }
        return rules
    }

    private func rule(_ node: Node) throws(StrategyFileError) -> Strategy.Rule {
        let entries = try reader.map(node, of: "an outcome", known: ["when", "then", "remaining", "unit"])
        let when = try reader.required(entries, key: "when", of: "an outcome", at: node)
        let then = try reader.required(entries, key: "then", of: "an outcome", at: node)
        let matcher: Matcher
        do throws(MatcherParser.Problem) {
            let parser = MatcherParser(templates: templates())
            let text = try textOfMatcher(when)
            matcher =
                switch answers {
                case .reply: try parser.matcher(text)
                case .http: try parser.httpMatcher(text)
                case .command: try parser.commandMatcher(text)
                }
        } catch {
            throw reader.error("when: \(error.message)", when)
        }
        let outcome = try outcome(then, "then")
        let remainders = try entries["remaining"].flatMap { node throws(StrategyFileError) in
            try self.remainders(node, of: outcome)
        }
        let remaining =
            remainders == nil
            ? try entries["remaining"].map { node throws(StrategyFileError) in
                try remainingExpression(node, of: outcome, allowsReply: true)
            } : nil
        var rule = Strategy.Rule(
            matcher: matcher, outcome: outcome, remaining: remaining, when: when.string ?? "",
            line: reader.line(of: node))
        rule.remainders = remainders
        rule.unit = try entries["unit"].map { node throws(StrategyFileError) in
            try unitRule(node, of: outcome, allowsReply: true)
        }
        return rule
    }

    /// `each reply[1]`: an array there has a number for each line of the cart. Nil where it says something else.
    private func remainders(_ node: Node, of outcome: Outcome) throws(StrategyFileError) -> ReplyPath? {
        let words = try reader.text(node, "remaining").split(separator: " ").map(String.init)
        guard words.first == "each" else { return nil }
        guard outcome == .won || outcome == .soldOut else {
            throw reader.error("remaining: each … belongs to an outcome with then: won or then: sold-out", node)
        }
        guard words.count == 2, let path = place(words[1]) else {
            throw reader.error(
                "remaining: each and the place of an array with a number for each line of the cart are wanted, such as each reply[1]; found \(words.joined(separator: " "))",
                node)
        }
        return path
    }

    func outcome(_ node: Node, _ what: String) throws(StrategyFileError) -> Outcome {
        let word = try reader.text(node, what)
        guard let outcome = Outcome(word: word), outcome != .held else {
            throw reader.error(
                "\(what): \(word) is no outcome; known: \(Outcome.allCases.filter { $0 != .held }.map(\.word).joined(separator: ", "))",
                node)
        }
        return outcome
    }

    /// The text of `when:`; the errors of both kinds of mistakes have a place.
    private func textOfMatcher(_ node: Node) throws(MatcherParser.Problem) -> String {
        guard case .scalar(let scalar) = node else {
            throw MatcherParser.Problem(
                "found \(reader.describe(node)); YAML reads a bare { or [ as its own, so put the matcher in quotes")
        }
        return scalar.string
    }

    /// `reply`, `reply[0]`, `json.left`, or one value in braces that is a number.
    func remainingExpression(
        _ node: Node, of outcome: Outcome, allowsReply: Bool
    ) throws(StrategyFileError) -> Template.Expression {
        guard outcome == .won || outcome == .unknown else {
            throw reader.error("remaining: belongs to an outcome with then: won only", node)
        }
        let text = try reader.text(node, "remaining")
        if let number = Int(text), number >= 0, number.magnitude <= Reply.largestNumber {
            return Template.Expression(terms: [.init(value: .integer(number))])
        }
        let parser = templates(allowsReply: allowsReply)
        let template = try located(node) { () throws(TemplateParser.Problem) in
            place(text) == nil
                ? try parser.template(text) : Template(pieces: [.expression(try parser.expression(text))])
        }
        guard template.pieces.count == 1, case .expression(let expression) = template.pieces[0],
            expression.terms.allSatisfy({ !$0.value.isText && !$0.value.isRandomRange })
        else {
            throw reader.error(
                "remaining: \(wantedPlaces) or a number such as \"{left - 1}\" is wanted; found \(text)",
                node)
        }
        return expression
    }
}
