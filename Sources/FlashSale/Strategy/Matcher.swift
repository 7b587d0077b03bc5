/// What a reply must be for an outcome to hold.
package indirect enum Matcher: Sendable, Equatable {
    /// An integer reply, or text that is a decimal number, between the two, both included.
    case integers(ClosedRange<Int>)
    case notEqual(Int)
    case null
    /// The status OK.
    case ok
    /// An empty string or an empty array.
    case empty
    case text(String)
    case array
    case any
    /// An error whose text starts with the prefix, up to the end of a word; any error where it is empty.
    case error(prefix: String)
    /// The element of an array, counted from 0.
    case element(Int, Matcher)

    /// Why text is no matcher.
    struct Problem: Error, Equatable {
        var message: String
        init(_ message: String) { self.message = message }
    }

    /// Reads a matcher as a strategy file writes it.
    init(_ text: String) throws(Problem) {
        switch text {
        case "nil", "false": self = .null
        case "ok": self = .ok
        case "true": self = .integers(1...1)
        case "empty": self = .empty
        case "array": self = .array
        case "any": self = .any
        case "error": self = .error(prefix: "")
        case "": throw Problem("an empty matcher matches nothing; write empty for an empty string or array")
        default: self = try Self.compound(text)
        }
    }

    private static func compound(_ text: String) throws(Problem) -> Matcher {
        if let number = Int(text) { return .integers(number...number) }
        if let range = range(text) {
            guard range.lowerBound <= range.upperBound else {
                throw Problem(
                    "the range \(text) is the wrong way round; write \(range.upperBound)..\(range.lowerBound)")
            }
            return .integers(range.lowerBound...range.upperBound)
        }
        if text.hasPrefix("error ") {
            return .error(prefix: String(text.dropFirst(6).drop(while: \.isWhitespace)))
        }
        if text.hasPrefix("[") { return try element(text) }
        if let comparison = try comparison(text) { return comparison }
        if text.hasPrefix("/") || text.hasPrefix("json.") || text.contains("{") {
            throw Problem("\(text): regular expressions, JSON fields and templates are not supported as matchers yet")
        }
        return .text(text)
    }

    private static func element(_ text: String) throws(Problem) -> Matcher {
        guard let end = text.firstIndex(of: "]"), let index = Int(text[text.index(after: text.startIndex)..<end]),
            index >= 0
        else { throw Problem("\(text): an element is written [0], [1] and so on") }
        let rest = text[text.index(after: end)...].drop(while: \.isWhitespace)
        guard !rest.isEmpty else {
            throw Problem("\(text): what element \(index) must be is missing, as in [\(index)] >= 1")
        }
        return .element(index, try Matcher(String(rest)))
    }

    private static func comparison(_ text: String) throws(Problem) -> Matcher? {
        for sign in ["<=", ">=", "==", "!=", "<", ">"] where text.hasPrefix(sign) {
            let operand = text.dropFirst(sign.count).drop(while: \.isWhitespace)
            guard let number = Int(operand) else {
                throw Problem(
                    "\(text): a whole number is wanted after \(sign), found \(operand.isEmpty ? "nothing" : operand)")
            }
            switch sign {
            case "<=": return .integers(Int.min...number)
            case ">=": return .integers(number...Int.max)
            case "==": return .integers(number...number)
            case "!=": return .notEqual(number)
            case "<":
                guard number > Int.min else { throw Problem("\(text) matches no number") }
                return .integers(Int.min...(number - 1))
            default:
                guard number < Int.max else { throw Problem("\(text) matches no number") }
                return .integers((number + 1)...Int.max)
            }
        }
        return nil
    }

    /// Reads `1..50`; the bounds may be the wrong way round.
    static func range(_ text: String) -> (lowerBound: Int, upperBound: Int)? {
        let bounds = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false)
        guard bounds.count == 2, let lower = Int(bounds[0]), let upper = Int(bounds[1]) else { return nil }
        return (lower, upper)
    }

    /// Whether it speaks of errors, and so may judge a reply that has one inside.
    var namesErrors: Bool {
        switch self {
        case .error: true
        case .element(_, let inner): inner.namesErrors
        default: false
        }
    }
}
