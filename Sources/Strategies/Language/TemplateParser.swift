internal import FlashSale

/// Reads templates, and commands made of them, against the names that are known where they stand.
struct TemplateParser {
    /// What a template that cannot be read wants.
    struct Problem: Error, Equatable {
        var message: String
        init(_ message: String) { self.message = message }
    }

    /// The most values in one pair of braces. Each is at most ``Reply/largestNumber``, so that a sum of them fits into a number.
    private static let termLimit = 100

    /// Keys that the strategy declares.
    var keys: [String] = []
    /// Captures of the steps before.
    var captures: [String] = []
    /// Numbers that `draw:` names; none outside of an attempt.
    var draws: [String] = []
    /// Whether the reply at hand may be used.
    var allowsReply = false
    /// What the reply at hand is.
    var answers = AnswerForm.reply
    /// The variables that have a value here.
    var variables: [Template.Variable] = Template.Variable.ofAttempts
    /// Whether the stock is on several shelves, each with units of its own.
    var isSharded = false

    /// Read by scalars: a mark that joins a quotation mark or a brace to one character (U+0301) does not hide it.
    private typealias Scalars = Substring.UnicodeScalarView

    /// Reads text that fills one argument.
    func template(_ text: String) throws(Problem) -> Template {
        var builder = Builder()
        var rest = text.unicodeScalars[...]
        while let character = rest.popFirst() {
            try take(character, from: &rest, into: &builder)
        }
        return builder.template
    }

    /// Splits a command as redis-cli does and reads each argument: blanks separate, quotes group, `{…}` is indivisible.
    func command(_ text: String) throws(Problem) -> [Template] {
        var arguments: [Template] = []
        var rest = text.unicodeScalars[...]
        while true {
            while let first = rest.first, first.properties.isWhitespace { rest.removeFirst() }
            guard !rest.isEmpty else { return arguments }
            arguments.append(try argument(&rest))
        }
    }

    private func argument(_ rest: inout Scalars) throws(Problem) -> Template {
        var builder = Builder()
        while let character = rest.first, !character.properties.isWhitespace {
            rest.removeFirst()
            if character == "\"" || character == "'" {
                try quoted(character, from: &rest, into: &builder)
            } else {
                try take(character, from: &rest, into: &builder)
            }
        }
        return builder.template
    }

    /// What stands between quotation marks; they may open in the middle of a word, as redis-cli has it.
    private func quoted(
        _ quote: Unicode.Scalar, from rest: inout Scalars, into builder: inout Builder
    ) throws(Problem) {
        while let character = rest.popFirst() {
            if character == quote {
                if let next = rest.first, !next.properties.isWhitespace {
                    throw Problem("a blank is wanted after the closing quotation mark, found \(next)")
                }
                return
            }
            if character == "\\", let escaped = rest.first, quote == "\"" || escaped == "'" {
                rest.removeFirst()
                builder.append(quote == "\"" ? try unescape(escaped, &rest) : String(escaped))
            } else {
                try take(character, from: &rest, into: &builder)
            }
        }
        throw Problem("a quotation mark (\(quote)) is opened and never closed")
    }

    private func unescape(_ character: Unicode.Scalar, _ rest: inout Scalars) throws(Problem) -> String {
        switch character {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "x":
            let digits = String(rest.prefix(2))
            guard let code = UInt8(digits, radix: 16), rest.count >= 2, code < 0x80 else {
                throw Problem("\\x wants two hexadecimal digits below 80, found \\x\(digits)")
            }
            rest.removeFirst(2)
            return String(UnicodeScalar(code))
        default: return String(character)
        }
    }

    private func take(_ character: Unicode.Scalar, from rest: inout Scalars, into builder: inout Builder)
        throws(Problem)
    {
        guard character == "{" else { return builder.append(String(character)) }
        if rest.first == "{" {
            rest.removeFirst()
            return builder.append("{")
        }
        guard let end = rest.firstIndex(of: "}") else {
            throw Problem("{\(String(rest)) has no closing brace; write {{ for a brace that is meant as text")
        }
        builder.append(try expression(String(rest[..<end])))
        rest = rest[rest.index(after: end)...]
    }

    /// Reads what stands between braces.
    func expression(_ text: String) throws(Problem) -> Template.Expression {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let first = words.first else {
            throw Problem("{\(text)} is empty; write {{ for a brace that is meant as text")
        }
        if first == "random", words.count == 2 {
            return Template.Expression(terms: [.init(value: try randomRange(words[1]))])
        }
        guard words.count <= 2 * Self.termLimit else {
            throw Problem("more than \(Self.termLimit) values stand in one pair of braces; a sale needs no such sum")
        }
        var index = 1
        var terms = [Template.Expression.Term(value: try value(first, words, &index))]
        while index < words.count {
            guard ["+", "-", "%"].contains(words[index]), index + 1 < words.count else {
                throw Problem(
                    "{\(text)}: + or - and a value are wanted, found \(words[index...].joined(separator: " "))")
            }
            if words[index] == "%" {
                let last = terms.count - 1
                guard terms[last].modulus == nil else { throw Problem("{\(text)}: one % is enough for a value") }
                terms[last].modulus = try modulus(words[index + 1], in: text)
            } else {
                var next = index + 2
                terms.append(
                    .init(isNegative: words[index] == "-", value: try value(words[index + 1], words, &next)))
                index = next
                continue
            }
            index += 2
        }
        if terms.count > 1 || terms[0].modulus != nil {
            for case .key(let name) in terms.map(\.value) {
                throw Problem(
                    "{\(text)}: \(name) is a key, which is text; only numbers are added, subtracted and divided")
            }
            if let text = terms.map(\.value).first(where: \.isText) {
                let name = if case .variable(let variable) = text { variable.rawValue } else { "a line of the cart" }
                throw Problem(
                    "{\(words.joined(separator: " "))}: \(name) is text; only numbers are added, subtracted and divided"
                )
            }
        }
        return Template.Expression(terms: terms)
    }

    /// What stands after `%`: it must never be 0, so only the sale itself may say it.
    private func modulus(_ word: String, in text: String) throws(Problem) -> Template.Value {
        if word == Template.Variable.units.rawValue {
            guard !isSharded else {
                throw Problem("{\(text)}: with shards: each shelf has units of its own; a number is wanted after %")
            }
            return .variable(.units)
        }
        guard let number = Int(word), number >= 1, number.magnitude <= Reply.largestNumber else {
            throw Problem("{\(text)}: a number from 1, or units, is wanted after %; found \(word)")
        }
        return .integer(number)
    }

    private func randomRange(_ text: String) throws(Problem) -> Template.Value {
        guard let range = Scenario.bounds(text), range.lower <= range.upper else {
            throw Problem("{random \(text)}: a range such as 1..50 is wanted")
        }
        return .random(range.lower, range.upper)
    }

    /// A value, which the number of a line of the cart may follow: `item 2`.
    private func value(
        _ name: String, _ words: [String], _ next: inout Int
    ) throws(Problem) -> Template.Value {
        let value = try value(name)
        guard next < words.count, let line = Int(words[next]), Int(name) == nil else { return value }
        switch value {
        case .variable(.item), .variable(.quantity), .key: break
        default:
            throw Problem(
                "{\(words.joined(separator: " "))}: item, quantity or a key is wanted before the number of a line of the cart; found \(name)"
            )
        }
        guard ItemsForSale.cartLines.contains(line) else {
            throw Problem(
                "{\(words.joined(separator: " "))}: a cart has lines from \(ItemsForSale.cartLines.lowerBound) to \(ItemsForSale.cartLines.upperBound); found \(line)"
            )
        }
        next += 1
        return .ofLine(line, value)
    }

    private func value(_ name: String) throws(Problem) -> Template.Value {
        if let number = Int(name) {
            guard number.magnitude <= Reply.largestNumber else {
                throw Problem("{\(name)}: no number of a sale is that large")
            }
            return .integer(number)
        }
        if captures.contains(name) { return .capture(name) }
        if draws.contains(name) { return .draw(name) }
        if keys.contains(name) { return .key(name) }
        if let variable = Template.Variable(rawValue: name) {
            if variable == .shard, !isSharded {
                throw Problem(
                    "{shard} is the tag of one of several shelves; say how many there are with shards: at the top of the file, "
                        + "such as shards: 12")
            }
            guard variables.contains(variable) else {
                throw Problem("{\(name)} has no value here; only \(braced(variables.map(\.rawValue))) can be used")
            }
            return .variable(variable)
        }
        if let path = answers.place(name) {
            guard allowsReply else {
                throw Problem("{\(name)} can be used in remaining: of an outcome only; capture it with as: first")
            }
            return .reply(path)
        }
        if name.hasPrefix("reply") || name.hasPrefix("json.") {
            throw Problem("{\(name)}: reply, reply[0] or json.left are wanted")
        }
        let known = keys + captures + draws + variables.map(\.rawValue)
        if name.contains(where: { "+-%".contains($0) }), name.first != "-" {
            throw Problem("{\(name)} is not known; put blanks around + and -, as in {left - 1}")
        }
        let near = NearestNames.of(name, among: known)
        throw Problem(
            "{\(name)} is not known; "
                + (near.isEmpty ? "known here: \(braced(known))" : "did you mean \(braced(near))?"))
    }

    private func braced(_ names: [String]) -> String { names.map { "{\($0)}" }.joined(separator: " ") }

    /// Joins neighbouring text while a template is read.
    private struct Builder {
        var template = Template(pieces: [])

        mutating func append(_ text: String) {
            if case .text(let before) = template.pieces.last {
                template.pieces[template.pieces.count - 1] = .text(before + text)
            } else {
                template.pieces.append(.text(text))
            }
        }

        mutating func append(_ expression: Template.Expression) {
            template.pieces.append(.expression(expression))
        }
    }
}
