internal import FlashSale
internal import Strategies

/// The strategy file that the flags of `--http` stand for.
struct ServiceSaleText {
    static let name = "http"

    private let options: ServiceOptions
    private let request: String

    init(_ options: ServiceOptions, request: String) {
        self.options = options
        self.request = request
    }

    /// - Throws: ``RunError`` with 64 where something is missing or cannot be read.
    func yaml() throws(RunError) -> String {
        let (method, base, target) = try parts()
        guard let won = options.won else {
            throw RunError(.usage, "--http: by which answer a buyer has won is wanted: --won 200")
        }
        guard let stock = options.stock else {
            throw RunError(
                .usage,
                "--http: where the units left stand is wanted, so that the sale can be judged: --stock 'redis: GET stock:7', "
                    + "--stock 'sql: SELECT units FROM stock at postgres://127.0.0.1/shop', --stock 'http: GET /stock' or --stock 'run: ./stock.sh'"
            )
        }
        var lines = [
            "strategy: \(Self.name)", "summary: \(Self.quoted(request))", "service: \(Self.quoted(base))", "buy:",
            "  - http: \(Self.quoted("\(method) \(target)"))",
        ]
        var headers = try options.header.map { text throws(RunError) in try header(text) }
        if let body = options.body {
            let (text, type) = Self.body(body)
            lines.append("    body: \(text)")
            if let type, !headers.contains(where: { $0.0.lowercased() == "content-type" }) {
                headers.append(("Content-Type", type))
            }
        }
        if !headers.isEmpty {
            let list = headers.map { "\(Self.quoted($0.0)): \(Self.quoted($0.1))" }.joined(separator: ", ")
            lines.append("    headers: { \(list) }")
        }
        lines.append("    outcomes:")
        var rules: [(String, String)] = try conditions(won, "--won").map { ($0, "won") }
        if let soldOut = options.soldOut { rules += try conditions(soldOut, "--sold-out").map { ($0, "sold-out") } }
        rules += try conditions(options.conflict, "--conflict").map { ($0, "conflict") }
        for (when, then) in rules { lines.append("      - { when: \(Self.quoted(when)), then: \(then) }") }
        lines.append("stock: { \(try question(stock, "--stock")) }")
        if let ledger = options.ledger {
            guard let holds = options.holds else {
                throw RunError(
                    .usage, "--ledger: what its columns are is wanted, from the left: --holds 'attempt buyer quantity'")
            }
            let columns = holds.split(whereSeparator: { $0 == " " || $0 == "," }).map { Self.quoted(String($0)) }
            lines.append(
                "ledger: { \(try question(ledger, "--ledger")), holds: [\(columns.joined(separator: ", "))] }")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func parts() throws(RunError) -> (method: String, base: String, target: String) {
        let words = request.split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2, words[0].allSatisfy({ $0.isASCII && $0.isUppercase }),
            words[1].hasPrefix("http://") || words[1].hasPrefix("https://"),
            let scheme = words[1].firstRange(of: "://")
        else {
            throw RunError(
                .usage,
                "--http: a method and a URL are wanted, such as 'POST http://127.0.0.1:8080/buy'; found \(ForeignText.shown(request))"
            )
        }
        let rest = words[1][scheme.upperBound...]
        let slash = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let target = String(rest[slash...])
        return (words[0], String(words[1][..<slash]), target.hasPrefix("/") ? target : "/" + target)
    }

    private func header(_ text: String) throws(RunError) -> (String, String) {
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
            throw RunError(
                .usage,
                "--header: a name and a value are wanted, such as 'Authorization: Bearer t{buyer}'; found \(ForeignText.shown(text))"
            )
        }
        return (String(text[..<colon]), String(text[text.index(after: colon)...].drop { $0 == " " }))
    }

    /// `200`, `200,201`, `2xx`, or a condition as it stands in a strategy file.
    private func conditions(_ text: String, _ flag: String) throws(RunError) -> [String] {
        guard let first = text.first else {
            throw RunError(.usage, "\(flag): a status such as 200 is wanted; found nothing")
        }
        guard first.isNumber else { return [text] }
        return try text.split(separator: ",").map { part throws(RunError) in
            let word = part.filter { $0 != " " }
            if let status = Int(word), (100...599).contains(status) { return "status == \(status)" }
            if word.count == 3, word.hasSuffix("xx"), let hundreds = word.first?.wholeNumberValue,
                (1...5).contains(hundreds)
            {
                return "status in \(hundreds)00..\(hundreds)99"
            }
            throw RunError(
                .usage,
                "\(flag): a status from 100 to 599 or a group such as 2xx is wanted; found \(ForeignText.shown(word))")
        }
    }

    // MARK: Questions

    /// `redis: GET stock:7 at redis://127.0.0.1:6379` as the entries of a map.
    private func question(_ text: String, _ flag: String) throws(RunError) -> String {
        let kinds = ["redis", "sql", "http", "run"]
        guard let colon = text.firstIndex(of: ":"), kinds.contains(String(text[..<colon])) else {
            throw RunError(
                .usage,
                "\(flag): one of redis:, sql:, http: and run: is wanted first, such as 'redis: GET stock:7'; found \(ForeignText.shown(text))"
            )
        }
        let kind = String(text[..<colon])
        var words = String(text[text.index(after: colon)...].drop { $0 == " " })
        var at: String?
        if kind != "run", let range = words.ranges(of: " at ").last {
            let place = words[range.upperBound...]
            if !place.contains(" "), place.contains("://") || place.hasPrefix("$") {
                at = String(place)
                words = String(words[..<range.lowerBound])
            }
        }
        let asked =
            kind == "run"
            ? "[" + words.split(separator: " ").map { Self.quoted(String($0)) }.joined(separator: ", ") + "]"
            : Self.quoted(words)
        return "\(kind): \(asked)" + (at.map { ", at: \(Self.quoted($0))" } ?? "")
    }

    // MARK: Texts

    /// What `body:` is, and the type that has to be said because nothing else does.
    private static func body(_ text: String) -> (yaml: String, type: String?) {
        let start = text.first { !$0.isWhitespace }
        if start == "{" || start == "[" { return ("{ json: \(json(text)) }", nil) }
        let isForm = text.contains("=") && !text.contains(where: \.isWhitespace)
        return ("{ text: \(quoted(text)) }", isForm ? "application/x-www-form-urlencoded" : "text/plain")
    }

    /// JSON with values in braces as YAML: within quotes a value stays a text, without them it is a number.
    private static func json(_ text: String) -> String {
        var yaml = ""
        var rest = text[...]
        while let sign = rest.first {
            if sign == "\"" {
                let string = jsonString(rest)
                rest = rest.dropFirst(string.count)
                let inner = string.dropFirst().dropLast()
                let isValue = inner.hasPrefix("{") && inner.hasSuffix("}") && !inner.dropFirst().contains("{")
                // In both kinds of quotes, it is sent as a text.
                yaml += isValue ? "'\(string)'" : string
            } else if sign == "{", let value = rest.prefixMatch(of: /\{[a-z][a-z0-9 +%-]*\}/) {
                yaml += "\"\(value.output)\""
                rest = rest[value.range.upperBound...]
            } else {
                yaml.append(sign)
                rest = rest.dropFirst()
            }
        }
        return yaml
    }

    /// The string that a text begins with, quotation marks included; all of it where none ends it.
    private static func jsonString(_ text: Substring) -> Substring {
        var isEscaped = false
        var index = text.index(after: text.startIndex)
        while index < text.endIndex {
            let sign = text[index]
            index = text.index(after: index)
            if isEscaped {
                isEscaped = false
            } else if sign == "\\" {
                isEscaped = true
            } else if sign == "\"" {
                break
            }
        }
        return text[..<index]
    }

    /// A text in double quotes, as YAML and JSON have it.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 32 || (0x7F...0x9F).contains(scalar.value):
                quoted += "\\x" + hex(scalar.value)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func hex(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
    }
}
