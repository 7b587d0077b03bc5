internal import Yams

/// Requests to a service.
extension StrategyFileParser {
    /// As browsers, servers and libraries know them.
    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    private static let bodyKinds = ["json", "form", "text"]

    /// `http: POST /items/7/buy`, with what stands beside it.
    func httpRequest(
        _ node: Node, _ entries: [String: Node], variables: [Template.Variable] = Template.Variable.ofAttempts
    ) throws(StrategyFileError) -> Strategy.HTTPRequest {
        let text = try reader.text(node, "http")
        let words = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2, Self.methods.contains(words[0]), words[1].hasPrefix("/") else {
            throw reader.error(
                "http: a method and a path are wanted, such as POST /items/7/buy (the service itself stands under "
                    + "service:); found \(text.isEmpty ? "nothing" : text)", node)
        }
        let target = try located(node) { () throws(TemplateParser.Problem) in
            try templates(variables: variables).template(words[1])
        }
        guard !target.pieces.contains(where: Self.breaksPath) else {
            throw reader.error(
                "http: a path has no blank, # or control character; write %20 for a blank; found \(words[1])", node)
        }
        var request = Strategy.HTTPRequest(method: words[0], target: target, line: reader.line(of: node))
        if let headers = entries["headers"] { request.headers = try fields(headers, of: "headers", variables) }
        try checkHeaders(request.headers, entries["headers"])
        if let body = entries["body"] { request.body = try self.body(body, variables) }
        return request
    }

    /// Blanks inside of braces separate the parts of a sum, and are no text.
    private static func breaksPath(_ piece: Template.Piece) -> Bool {
        guard case .text(let text) = piece else { return false }
        return text.unicodeScalars.contains {
            $0.value <= 32 || $0.value == 127 || $0 == "#" || $0.properties.isWhitespace
        }
    }

    private func fields(
        _ node: Node, of what: String, _ variables: [Template.Variable]
    ) throws(StrategyFileError) -> [Strategy.HTTPRequest.Field] {
        guard case .mapping(let mapping) = node else {
            throw reader.error("\(what): a map of names and values is wanted; found \(reader.describe(node))", node)
        }
        var fields: [Strategy.HTTPRequest.Field] = []
        for (name, value) in mapping {
            let text = try reader.text(value, "\(what): \(name.string ?? "")")
            let template = try located(value) { () throws(TemplateParser.Problem) in
                try templates(variables: variables).template(text)
            }
            fields.append(.init(name: try reader.text(name, "a name of \(what)"), value: template))
        }
        return fields
    }

    private func checkHeaders(_ headers: [Strategy.HTTPRequest.Field], _ node: Node?) throws(StrategyFileError) {
        for header in headers {
            let isToken =
                !header.name.isEmpty
                && header.name.allSatisfy {
                    $0.isASCII && ($0.isLetter || $0.isNumber || "!#$%&'*+-.^_`|~".contains($0))
                }
            guard isToken else {
                throw reader.error(
                    "headers: \(header.name.isEmpty ? "nothing" : header.name) is no name of a header", node)
            }
            guard !["host", "content-length", "transfer-encoding", "connection"].contains(header.name.lowercased())
            else {
                throw reader.error(
                    "headers: \(header.name) is set by the client itself, since the connection depends on it", node)
            }
            for case .text(let text) in header.value.pieces where text.unicodeScalars.contains(where: { $0.value < 32 })
            {
                throw reader.error("headers: \(header.name) has a line end or another control character in it", node)
            }
        }
    }

    private func body(
        _ node: Node, _ variables: [Template.Variable]
    ) throws(StrategyFileError) -> Strategy.HTTPRequest.Body {
        let entries = try reader.map(node, of: "body", known: Self.bodyKinds)
        guard entries.count == 1, let (kind, value) = entries.first else {
            throw reader.error("body: one of json:, form: and text: is wanted; found \(entries.count)", node)
        }
        switch kind {
        case "form": return .form(try fields(value, of: "form", variables))
        case "text":
            let text = try reader.text(value, "text")
            return .text(
                try located(value) { () throws(TemplateParser.Problem) in
                    try templates(variables: variables).template(text)
                })
        default: return .json(try json(value, variables))
        }
    }

    /// A YAML value as JSON. Text in quotes is text, except for one number in braces, which is sent as a number; that as text
    /// stands in double quotes inside of single ones.
    private func json(
        _ node: Node, _ variables: [Template.Variable]
    ) throws(StrategyFileError) -> Strategy.HTTPRequest.JSON {
        switch node {
        case .mapping(let mapping):
            var members: [Strategy.HTTPRequest.JSON.Member] = []
            for (name, value) in mapping {
                members.append(.init(name: try reader.text(name, "a name in json"), value: try json(value, variables)))
            }
            return .object(members)
        case .sequence(let sequence):
            var items: [Strategy.HTTPRequest.JSON] = []
            for item in sequence { items.append(try json(item, variables)) }
            return .array(items)
        case .scalar(let scalar):
            if scalar.style == .plain, Self.isJSONLiteral(scalar.string) { return .literal(scalar.string) }
            return try jsonText(scalar.string, node, variables)
        case .alias: throw reader.error("json: an alias cannot be used", node)
        }
    }

    private func jsonText(
        _ text: String, _ node: Node, _ variables: [Template.Variable]
    ) throws(StrategyFileError) -> Strategy.HTTPRequest.JSON {
        let parser = templates(variables: variables)
        let isQuoted = text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
        let template = try located(node) { () throws(TemplateParser.Problem) in
            try parser.template(isQuoted ? String(text.dropFirst().dropLast()) : text)
        }
        guard !isQuoted, template.pieces.count == 1, case .expression(let expression) = template.pieces[0],
            expression.terms.map(\.value) == [.variable(.cart)] || !expression.terms.contains(where: \.value.isText)
        else { return .text(template) }
        // What a reply said may be a text; a sum never is.
        if case .capture = expression.terms[0].value, expression.terms.count == 1, expression.terms[0].modulus == nil {
            return .text(template)
        }
        return .number(expression)
    }

    /// 007, 0x10 and 1. are no numbers of JSON.
    private static func isJSONLiteral(_ text: String) -> Bool {
        if ["true", "false", "null"].contains(text) { return true }
        return text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil
            && Double(text)?.isFinite == true
    }
}
