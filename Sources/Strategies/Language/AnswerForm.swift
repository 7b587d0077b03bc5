/// What the answers of a step look like, and so what a matcher or a capture may look at.
enum AnswerForm {
    /// Redis's own, and the line of a program that is asked.
    case reply
    /// `[status, headers, body]`.
    case http
    /// `[exit code, last line]`.
    case command

    /// A place in an answer; nil where text names none.
    func place(_ text: String) -> ReplyPath? {
        switch self {
        case .reply: ReplyPath(text)
        case .http: ReplyPath(http: text)
        case .command: ReplyPath(command: text)
        }
    }

    /// The places that there are, for messages.
    var wantedPlaces: String {
        switch self {
        case .reply: "reply, \"reply[1]\" or json.left"
        case .http: "status, header.location, cookie.session, body or json.left"
        case .command: "exit, text or json.left"
        }
    }
}

extension ReplyPath {
    /// Where a command's answer has its parts.
    private static let exit = ReplyPath(elements: [0])
    private static let lastLine = ReplyPath(elements: [1])

    /// Reads `exit`, `text` or `json.left`; nil if it is none of these.
    init?(command text: some StringProtocol) {
        switch text {
        case "exit": self = .exit
        case "text": self = .lastLine
        default:
            guard text.hasPrefix("json"), let path = ReplyPath(text) else { return nil }
            self = path
            elements = ReplyPath.lastLine.elements
        }
    }

    /// Whether it is the number that a command ended with.
    var isExit: Bool { self == .exit }
}
