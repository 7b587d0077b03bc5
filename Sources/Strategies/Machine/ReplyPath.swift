/// A place in a reply: the reply itself, an element of its arrays, or a field of the JSON text that is there. A service's
/// answer is the array `[status, [name, value, …], body]`.
package struct ReplyPath: Sendable, Equatable {
    /// Elements of arrays, from the outermost.
    package var elements: [Int]
    /// The value that stands after this name in the array there: a header's, in small letters, or `cookie:NAME`.
    package var named: String?
    /// The way into the JSON text; nil where the reply is taken as it is.
    package var json: [JSONStep]?

    package init(elements: [Int] = [], json: [JSONStep]? = nil) {
        self.elements = elements
        self.json = json
    }

    /// The place of one element of the array that is there, from 0.
    package func element(_ index: Int) -> ReplyPath {
        var path = self
        if path.json == nil { path.elements.append(index) } else { path.json?.append(.element(index)) }
        return path
    }

    /// Where an answer has its parts.
    static let status = ReplyPath(elements: [0])
    static let headers = ReplyPath(elements: [1])
    static let body = ReplyPath(elements: [2])

    /// Reads `status`, `header.location`, `cookie.session`, `body`, `json.left` or `json`; nil if it is none of these.
    init?(http text: some StringProtocol) {
        switch text {
        case "status": self = .status
        case "body": self = .body
        default:
            if text.hasPrefix("header."), text.count > 7 {
                self = .headers
                named = text.dropFirst(7).lowercased()
            } else if text.hasPrefix("cookie."), text.count > 7 {
                self = .headers
                named = "cookie:" + text.dropFirst(7)
            } else {
                guard text.hasPrefix("json"), let path = ReplyPath(text) else { return nil }
                self = path
                elements = ReplyPath.body.elements
            }
        }
    }

    /// Reads `reply`, `reply[1]`, `reply[1][0]`, `json.left` or `json.items[0].left`; nil if it is none of these.
    init?(_ text: some StringProtocol) {
        if text.hasPrefix("json") {
            guard let steps = JSONStep.path(text.dropFirst(4)), !steps.isEmpty else { return nil }
            self.init(json: steps)
        } else if text.hasPrefix("reply") {
            guard let steps = JSONStep.path(text.dropFirst(5)) else { return nil }
            var elements: [Int] = []
            for step in steps {
                guard case .element(let element) = step else { return nil }
                elements.append(element)
            }
            self.init(elements: elements)
        } else {
            return nil
        }
    }
}

/// One step into a JSON value.
package enum JSONStep: Sendable, Equatable {
    case field(String)
    /// Counted from 0.
    case element(Int)

    /// Reads `.data.left`, `[0]` or `.items[0].left`; nil if it is anything else.
    static func path(_ text: some StringProtocol) -> [JSONStep]? {
        var steps: [JSONStep] = []
        var rest = text[...]
        while let sign = rest.popFirst() {
            switch sign {
            case ".":
                let name = rest.prefix { $0 != "." && $0 != "[" }
                guard !name.isEmpty, !name.contains(where: \.isWhitespace) else { return nil }
                steps.append(.field(String(name)))
                rest = rest.dropFirst(name.count)
            case "[":
                let digits = rest.prefix { $0 != "]" }
                guard digits.allSatisfy(\.isASCII), !digits.hasPrefix("+"), let element = Int(digits), element >= 0,
                    digits.endIndex < rest.endIndex
                else { return nil }
                steps.append(.element(element))
                rest = rest[rest.index(after: digits.endIndex)...]
            default: return nil
            }
        }
        return steps
    }
}
