/// What a service's answer must be: `status == 200`, `status in 400..499`, `header.retry-after >= 1`, `json.code == 0`,
/// `body == "sold out"`, `body /sold ?out/`, or `any`.
extension MatcherParser {
    func httpMatcher(_ text: String) throws(Problem) -> Matcher {
        if text == "any" { return .any }
        let word = text.prefix { !$0.isWhitespace && !"=!<>/".contains($0) }
        guard let path = ReplyPath(http: word) else {
            throw Problem(
                "\(text): what an answer must be starts with status, header.NAME, cookie.NAME, json.FIELD or body, as in "
                    + "status == 200; any takes every answer")
        }
        let rest = String(text.dropFirst(word.count).drop(while: \.isWhitespace))
        if path.json != nil { return .element(2, try matcher(text)) }
        if let named = path.named { return .element(1, .named(named, rest.isEmpty ? .any : try value(rest, in: text))) }
        guard path == .body else {
            return .element(0, try number(rest, in: text, of: "a status", example: "status == 200"))
        }
        return .element(2, rest == "empty" ? .empty : try value(rest, in: text))
    }

    /// `== 200`, `in 400..499` or `400..499`.
    func number(_ rest: String, in text: String, of what: String, example: String) throws(Problem) -> Matcher {
        let operand = rest.hasPrefix("in ") ? String(rest.dropFirst(3).drop(while: \.isWhitespace)) : rest
        switch operand.isEmpty ? nil : try? matcher(operand) {
        case .integers(let range)?: return .integers(range)
        case .notEqual(let number)?: return .notEqual(number)
        default:
            let name = example.prefix { $0 != " " }
            let range = name == "status" ? "400..499" : "1..255"
            throw Problem("\(text): \(what) is compared as in \(example) or \(name) in \(range)")
        }
    }

    /// A comparison with a number or a text, or a regular expression.
    func value(_ rest: String, in text: String) throws(Problem) -> Matcher {
        if rest.hasPrefix("/") { return try matcher(rest) }
        guard let sign = Comparison(startOf: rest) else {
            throw Problem("\(text): one of == != < <= > >= or a regular expression is wanted, found \(rest)")
        }
        let operand = String(rest.dropFirst(sign.rawValue.count).drop(while: \.isWhitespace))
        guard sign == .equal, !operand.isEmpty, Int(operand) == nil, !operand.hasPrefix("{") else {
            return try matcher(rest)
        }
        let isQuoted = operand.count >= 2 && "'\"".contains(operand.prefix(1)) && operand.first == operand.last
        return .text(isQuoted ? String(operand.dropFirst().dropLast()) : operand)
    }
}
