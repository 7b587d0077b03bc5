/// How a command must end: `exit == 0`, `exit in 1..3`, `text == "sold out"`, `text /sold ?out/`, `json.code == 0` (of its
/// last line), or `any`.
extension MatcherParser {
    func commandMatcher(_ text: String) throws(Problem) -> Matcher {
        if text == "any" { return .any }
        let word = text.prefix { !$0.isWhitespace && !"=!<>/".contains($0) }
        guard let path = ReplyPath(command: word) else {
            throw Problem(
                "\(text): how a command must end starts with exit, text or json.FIELD, as in exit == 0; any takes every end"
            )
        }
        let rest = String(text.dropFirst(word.count).drop(while: \.isWhitespace))
        if path.json != nil { return .element(1, try matcher(text)) }
        if path.isExit { return .element(0, try number(rest, in: text, of: "an exit code", example: "exit == 0")) }
        return .element(1, rest == "empty" ? .empty : try value(rest, in: text))
    }
}
