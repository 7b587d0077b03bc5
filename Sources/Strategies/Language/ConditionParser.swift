/// Reads `if:`: `left <= 0`, `{quantity} > 1`, `kind == 'vip'`, or the bare name of a capture, `token` or `not token`; several of
/// these with `and` and `or` between them, where `and` binds closer.
extension TemplateParser {
    func condition(_ text: String) throws(Problem) -> Strategy.Condition {
        let choices = Self.parts(of: text, between: "or")
        guard choices.count == 1 else {
            var conditions: [Strategy.Condition] = []
            for choice in choices { conditions.append(try conjunction(choice, in: text)) }
            return .any(conditions)
        }
        return try conjunction(text, in: text)
    }

    private func conjunction(_ text: String, in whole: String) throws(Problem) -> Strategy.Condition {
        let parts = Self.parts(of: text, between: "and")
        guard parts.count > 1 || text != whole else { return try single(text) }
        var conditions: [Strategy.Condition] = []
        for part in parts {
            guard part.contains(where: { !$0.isWhitespace }) else {
                throw Problem("if: \(whole): something is missing beside and, or or")
            }
            guard !part.contains(where: { "()".contains($0) }) || part.contains("'") else {
                throw Problem(
                    "if: \(whole): there are no brackets; and binds closer than or, and a step may be written twice")
            }
            conditions.append(try single(part))
        }
        return parts.count == 1 ? conditions[0] : .all(conditions)
    }

    /// The parts of a text between the places where `word` stands alone, outside of quotes and braces.
    private static func parts(of text: String, between word: String) -> [String] {
        var parts = [""]
        var current = ""
        var isQuoted = false
        var depth = 0
        func isBlank(_ character: Character?) -> Bool { character?.isWhitespace ?? true }
        var rest = text[...]
        while let next = rest.first {
            let isFree = !isQuoted && depth == 0 && isBlank(current.last)
            if isFree, rest.hasPrefix(word), isBlank(rest.dropFirst(word.count).first) {
                parts[parts.count - 1] = trimmed(current)
                parts.append("")
                current = ""
                rest = rest.dropFirst(word.count)
                continue
            }
            if next == "'" { isQuoted.toggle() }
            if !isQuoted, next == "{" { depth += 1 }
            if !isQuoted, next == "}" { depth -= 1 }
            current.append(next)
            rest.removeFirst()
        }
        guard parts.count > 1 else { return [text] }
        parts[parts.count - 1] = trimmed(current)
        return parts
    }

    private static func trimmed(_ text: String) -> String {
        var text = text[...].drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    private func single(_ text: String) throws(Problem) -> Strategy.Condition {
        guard let (left, sign, right) = Self.split(text) else { return try presence(text) }
        if right.count >= 2, right.first == "'", right.last == "'" {
            guard sign == .equal || sign == .notEqual else {
                throw Problem("\(text): texts are compared with == and !=")
            }
            guard captures.contains(left) else {
                throw Problem("\(text): a capture is wanted on the left, found \(left); \(known)")
            }
            return .text(
                capture: left, equals: String(right.dropFirst().dropLast()), isNegated: sign == .notEqual)
        }
        return .compare(try number(left, in: text), sign, try number(right, in: text))
    }

    /// The first sign outside of quotes and what stands on its sides, without blanks.
    private static func split(_ text: String) -> (left: String, sign: Comparison, right: String)? {
        var rest = text[...]
        while let next = rest.first, next != "'" {
            if let sign = Comparison(startOf: rest) {
                let right = rest.dropFirst(sign.rawValue.count)
                return (bare(text[..<rest.startIndex]), sign, bare(right))
            }
            rest.removeFirst()
        }
        return nil
    }

    /// Without the blanks and the pair of braces around it.
    private static func bare(_ text: Substring) -> String {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        if text.first == "{", text.last == "}" { text = text.dropFirst().dropLast() }
        return String(text)
    }

    private func presence(_ text: String) throws(Problem) -> Strategy.Condition {
        var words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        let isNegated = words.first == "not"
        if isNegated { words.removeFirst() }
        guard words.count == 1, let name = words.first, captures.contains(name) else {
            throw Problem(
                "if: \(text.isEmpty ? "nothing" : text): a comparison such as left <= 0, or the name of a capture, is wanted; \(known)"
            )
        }
        return isNegated ? .notTaken(name) : .taken(name)
    }

    private func number(_ side: String, in text: String) throws(Problem) -> Template.Expression {
        guard !side.isEmpty else { throw Problem("if: \(text): something is missing beside the sign") }
        let expression = try expression(side)
        guard !expression.terms.contains(where: { $0.value.isText }) else {
            throw Problem("if: \(text): \(side) is text; numbers are compared, and texts in single quotes")
        }
        return expression
    }

    private var known: String {
        captures.isEmpty ? "no step before has an as:" : "captures so far: \(captures.joined(separator: ", "))"
    }
}
