package import FlashSale
internal import _StringProcessing

extension AnswerTest {
    /// Reads a test.
    ///
    /// - Parameter option: for messages.
    /// - Throws: 64 with what is wanted.
    package init(_ text: String, option: String = "--won") throws(RunError) {
        var parser = AnswerTestParser(text, option)
        source = text
        conditions = try parser.conditions()
    }
}

extension AnswerValue {
    /// Reads where a number is.
    package init(_ text: String, option: String = "--remaining") throws(RunError) {
        var parser = AnswerTestParser(text, option)
        source = text
        place = try parser.place()
    }
}

/// Reads tests of answers.
private struct AnswerTestParser {
    private let text: String
    private let option: String
    private var rest: Substring

    init(_ text: String, _ option: String) {
        self.text = text
        self.option = option
        rest = text[...]
    }

    private func problem(_ what: String) -> RunError {
        RunError(.usage, "\(option): \(what); found \(text.isEmpty ? "nothing" : text)")
    }

    mutating func conditions() throws(RunError) -> [AnswerTest.Condition] {
        var conditions = [try condition()]
        while !rest.isEmpty {
            guard word() == "and" else { throw problem("several tests have \"and\" between them") }
            conditions.append(try condition())
        }
        return conditions
    }

    private mutating func condition() throws(RunError) -> AnswerTest.Condition {
        switch word() {
        case "exit":
            guard let code = Int(word()), 0...255 ~= code else {
                throw problem("exit wants a code from 0 to 255, as in exit 0")
            }
            return .exit(code)
        case "status": return .status(try status(word()))
        case "json":
            let path = try path()
            let sign = word()
            guard let comparison = AnswerTest.Comparison(rawValue: String(sign)) else {
                throw problem("json wants a path, a comparison (== != < <= > >=) and a value, as in json .ok == true")
            }
            return .json(path, comparison, try value())
        case "stdout", "body", "line": return .text(try pattern())
        default:
            throw problem(
                "a test is one of exit 0, status 200, json .ok == true and stdout /bought/, several with \"and\" between them"
            )
        }
    }

    mutating func place() throws(RunError) -> AnswerValue.Place {
        let place: AnswerValue.Place
        switch word() {
        case "json": place = .json(try path())
        case "stdout", "body", "line": place = .text(try pattern())
        default: throw problem("a number is told by json .left or stdout /(\\d+) left/")
        }
        guard rest.isEmpty else { throw problem("something stands behind it: \(rest)") }
        return place
    }

    private mutating func word() -> Substring {
        rest = rest.drop(while: \.isWhitespace)
        let word = rest.prefix { !$0.isWhitespace }
        rest = rest[word.endIndex...].drop(while: \.isWhitespace)
        return word
    }

    private func status(_ word: Substring) throws(RunError) -> ClosedRange<Int> {
        if word.count == 3, word.hasSuffix("xx"), let hundreds = word.first?.wholeNumberValue, 1...5 ~= hundreds {
            return hundreds * 100...hundreds * 100 + 99
        }
        guard let code = Int(word), 100...599 ~= code else {
            throw problem("status wants a number such as 200, or 2xx for any that begins so")
        }
        return code...code
    }

    private mutating func path() throws(RunError) -> JSONPath {
        let word = word()
        guard let path = JSONPath(word) else {
            throw problem("a path into JSON begins with a dot, as .ok or .items[0].id")
        }
        return path
    }

    /// A value of JSON, or a word that stands for itself.
    private mutating func value() throws(RunError) -> JSONTree {
        if rest.first == "\"" {
            var isEscaped = false
            for index in rest.indices.dropFirst() {
                if isEscaped {
                    isEscaped = false
                } else if rest[index] == "\\" {
                    isEscaped = true
                } else if rest[index] == "\"" {
                    let end = rest.index(after: index)
                    defer { rest = rest[end...].drop(while: \.isWhitespace) }
                    if let tree = JSONTree(String(rest[..<end])) { return tree }
                    break
                }
            }
            throw problem("a text in quotation marks has no end")
        }
        let word = word()
        guard !word.isEmpty else { throw problem("a value is missing behind the comparison") }
        return JSONTree(String(word)) ?? .text(String(word))
    }

    /// What stands between slashes.
    private mutating func pattern() throws(RunError) -> String {
        guard rest.first == "/" else {
            throw problem("a regular expression stands between slashes, as in stdout /bought/")
        }
        var pattern = ""
        var isEscaped = false
        for index in rest.indices.dropFirst() {
            let character = rest[index]
            if character == "/", !isEscaped {
                rest = rest[rest.index(after: index)...].drop(while: \.isWhitespace)
                do {
                    _ = try Regex(pattern)
                } catch {
                    throw problem("/\(pattern)/ is no regular expression: \(error)")
                }
                return pattern
            }
            // Only the slash is ours to escape.
            if isEscaped, character == "/" { pattern.removeLast() }
            pattern.append(character)
            isEscaped = character == "\\" && !isEscaped
        }
        throw problem("a regular expression has no slash at its end")
    }
}
