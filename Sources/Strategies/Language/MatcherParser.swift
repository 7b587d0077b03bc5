internal import FlashSale
internal import _StringProcessing

/// Reads matchers as a strategy file writes them.
struct MatcherParser {
    /// Why text is no matcher.
    struct Problem: Error, Equatable {
        var message: String
        init(_ message: String) { self.message = message }
    }

    /// The most elements inside each other.
    private static let depthLimit = 32

    /// Reads what a number is compared with.
    var templates: TemplateParser
    private var depth = 0

    init(templates: TemplateParser = TemplateParser()) { self.templates = templates }

    func matcher(_ text: String) throws(Problem) -> Matcher {
        switch text {
        case "nil", "false": .null
        case "ok": .ok
        case "true": .integers(1...1)
        case "empty": .empty
        case "array": .array
        case "any": .any
        case "error": .error(prefix: "")
        case "null", "~", "none": throw Problem("\(text): write nil for no value, or '\"\(text)\"' for that text")
        case "": throw Problem("an empty matcher matches nothing; write empty for an empty string or array")
        default: try compound(text)
        }
    }

    private func compound(_ text: String) throws(Problem) -> Matcher {
        if let range = try range(text) { return .integers(range) }
        if text.hasPrefix("error ") {
            return .error(prefix: String(text.dropFirst(6).drop(while: \.isWhitespace)))
        }
        if text.hasPrefix("[") { return try element(text) }
        if let rest = Self.ofReply(text) { return try matcher(rest) }
        if text.hasPrefix("/") { return .pattern(try pattern(text)) }
        if text.hasPrefix("json.") || text.hasPrefix("json[") { return try json(text) }
        if let sign = Comparison(startOf: text) {
            return switch try operand(text, after: sign) {
            case .integers(let range): .integers(range)
            case .notEqual(let number): .notEqual(number)
            case .expression(let expression): .compare(sign, expression)
            }
        }
        if text.count >= 2, text.first == "\"", text.last == "\"" { return .text(String(text.dropFirst().dropLast())) }
        if text.contains("{") {
            throw Problem(
                "\(text): a template stands after a sign only, as in \"< {quantity}\"; text that has a brace in it goes "
                    + "in double quotes inside the others")
        }
        let looksLikeARange = text.contains("..") && text.allSatisfy { $0.isNumber || ".-+".contains($0) }
        guard !looksLikeARange else {
            throw Problem("\(text): a range is written 1..5, and one without an end >= 1")
        }
        return .text(text)
    }

    /// What follows `reply`, as other places of a file name it: `reply[0] == 1`, `reply >= 1`.
    private static func ofReply(_ text: String) -> String? {
        guard text.hasPrefix("reply") else { return nil }
        let rest = text.dropFirst(5)
        if rest.hasPrefix("[") { return String(rest) }
        let compared = String(rest.drop(while: \.isWhitespace))
        return Comparison(startOf: compared) != nil ? compared : nil
    }

    private func element(_ text: String) throws(Problem) -> Matcher {
        guard let end = text.firstIndex(of: "]"), let index = Int(text[text.index(after: text.startIndex)..<end]),
            index >= 0
        else { throw Problem("\(text): an element is written [0], [1] and so on") }
        let rest = text[text.index(after: end)...].drop(while: \.isWhitespace)
        guard !rest.isEmpty else {
            throw Problem("\(text): what element \(index) must be is missing, as in [\(index)] >= 1")
        }
        var inner = self
        inner.depth += 1
        guard inner.depth <= Self.depthLimit else {
            throw Problem("more than \(Self.depthLimit) elements stand inside each other here")
        }
        return .element(index, try inner.matcher(String(rest)))
    }

    private func pattern(_ text: String) throws(Problem) -> String {
        guard text.count > 2, text.last == "/" else {
            throw Problem("\(text): a regular expression stands between two slashes, as in /^sold ?out$/")
        }
        let pattern = String(text.dropFirst().dropLast())
        do {
            _ = try Regex(pattern)
        } catch {
            throw Problem("\(text) is no regular expression: \(error)")
        }
        return pattern
    }

    // MARK: Numbers

    /// A number or a range such as `1..50`; nil for anything else.
    private func range(_ text: String) throws(Problem) -> ClosedRange<Int>? {
        if let number = Int(text) { return number...number }
        guard let range = Scenario.bounds(text) else { return nil }
        guard range.lower <= range.upper else {
            throw Problem(
                "the range \(text) is the wrong way round; write \(range.upper)..\(range.lower)")
        }
        return range.lower...range.upper
    }

    private enum Operand {
        case integers(ClosedRange<Int>)
        case notEqual(Int)
        case expression(Template.Expression)
    }

    /// What stands after a sign: a whole number, or one value in braces.
    private func operand(_ text: String, after sign: Comparison) throws(Problem) -> Operand {
        let operand = text.dropFirst(sign.rawValue.count).drop(while: \.isWhitespace)
        if operand.hasPrefix("{") { return .expression(try expression(String(operand))) }
        guard let number = Int(operand) else {
            throw Problem(
                "\(text): a whole number or a value such as {quantity} is wanted after \(sign.rawValue), found "
                    + (operand.isEmpty ? "nothing" : String(operand)))
        }
        switch sign {
        case .lessOrEqual: return .integers(Int.min...number)
        case .greaterOrEqual: return .integers(number...Int.max)
        case .equal: return .integers(number...number)
        case .notEqual: return .notEqual(number)
        case .less:
            guard number > Int.min else { throw Problem("\(text) matches no number") }
            return .integers(Int.min...(number - 1))
        case .greater:
            guard number < Int.max else { throw Problem("\(text) matches no number") }
            return .integers((number + 1)...Int.max)
        }
    }

    private func expression(_ text: String) throws(Problem) -> Template.Expression {
        let template: Template
        do throws(TemplateParser.Problem) {
            template = try templates.template(text)
        } catch {
            throw Problem(error.message)
        }
        guard template.pieces.count == 1, case .expression(let expression) = template.pieces[0],
            !expression.terms.contains(where: { $0.value.isText || $0.value.isRandomRange })
        else {
            throw Problem("\(text): one number in braces that the attempt knows is wanted, as in \"< {quantity}\"")
        }
        return expression
    }

    // MARK: JSON

    /// `json.code == 0`, `json.msg != "sold out"`, `json.left < {quantity}`, `json.code 1..4`, or a bare `json.order`.
    private func json(_ text: String) throws(Problem) -> Matcher {
        let place = text.dropFirst(4).prefix { !$0.isWhitespace && !"=!<>".contains($0) }
        guard let path = JSONStep.path(place), !path.isEmpty else {
            throw Problem("\(text): a JSON field is written json.code, json.data.left or json.items[0]")
        }
        let rest = String(text.dropFirst(4 + place.count).drop(while: \.isWhitespace))
        if rest.isEmpty { return .json(path, .exists) }
        if let range = try range(rest) { return .json(path, .integers(range)) }
        guard let sign = Comparison(startOf: rest) else {
            throw Problem("\(text): one of == != < <= > >= is wanted after the field, found \(rest)")
        }
        let operand = String(rest.dropFirst(sign.rawValue.count).drop(while: \.isWhitespace))
        if sign == .equal || sign == .notEqual, !operand.isEmpty, Int(operand) == nil, !operand.hasPrefix("{") {
            return .json(path, try jsonText(operand, isNegated: sign == .notEqual, in: text))
        }
        let test: Matcher.JSONTest =
            switch try self.operand(rest, after: sign) {
            case .integers(let range): .integers(range)
            case .notEqual(let number): .notEqual(number)
            case .expression(let expression): .compare(sign, expression)
            }
        return .json(path, test)
    }

    private func jsonText(_ operand: String, isNegated: Bool, in text: String) throws(Problem) -> Matcher.JSONTest {
        switch operand {
        case "true", "false": return .boolean((operand == "true") != isNegated)
        case "null", "nil":
            guard !isNegated else { throw Problem("\(text): to ask for a field that is there, name it alone") }
            return .null
        default:
            // Single ones too: the matcher stands within double ones as a rule, and if: has them.
            let isQuoted = operand.count >= 2 && "'\"".contains(operand.prefix(1)) && operand.first == operand.last
            guard isQuoted || Double(operand) == nil else {
                throw Problem("\(text): whole numbers are compared; a text that is a number goes in quotes")
            }
            return .text(isQuoted ? String(operand.dropFirst().dropLast()) : operand, isNegated: isNegated)
        }
    }
}
