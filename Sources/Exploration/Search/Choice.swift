/// What the scheduler decides at one moment, among all that may happen next.
///
/// As text, a schedule is a list of them: `0`, `0.1`, `x:lock`, `0!r`, `0!q`, `0!c`, `restart`, `lapse`.
package enum Choice: Sendable, Hashable {
    /// A buyer's command reaches the server and is answered. `ordinal` counts, from 0, the commands that the buyer has sent at once.
    case run(buyer: Int, ordinal: Int)
    /// A key with a time to live is gone.
    case expire(key: [UInt8])
    /// A buyer's command is executed and its reply is lost with the connection.
    case loseReply(buyer: Int, ordinal: Int)
    /// A buyer's command is lost with the connection before the server has it.
    case loseRequest(buyer: Int, ordinal: Int)
    /// A buyer is gone for good, with all that was to come.
    case crash(buyer: Int)
    /// The server is restarted with all its data: connections are gone, with what waited on them, and scripts that it had cached.
    case restart
    /// So much time passes that every hold is over.
    case lapse

    /// Whose command it is; nil where nobody's is.
    package var buyer: Int? {
        switch self {
        case .run(let buyer, _), .loseReply(let buyer, _), .loseRequest(let buyer, _), .crash(let buyer): buyer
        case .expire, .restart, .lapse: nil
        }
    }

    /// Whether a buyer's command simply goes its way.
    package var isRun: Bool {
        if case .run = self { true } else { false }
    }

    /// What breaks; nil where nothing does.
    package var fault: ExplorationBounds.FaultKind? {
        switch self {
        case .loseReply: .lostReplies
        case .loseRequest: .lostRequests
        case .crash: .crashes
        case .restart: .restart
        case .run, .expire, .lapse: nil
        }
    }

    /// Whether the server executes anything.
    package var reachesServer: Bool {
        switch self {
        case .run, .expire, .lapse, .loseReply: true
        case .loseRequest, .crash, .restart: false
        }
    }

    /// Whether time passes.
    package var isExpiry: Bool {
        switch self {
        case .expire, .lapse: true
        case .run, .loseReply, .loseRequest, .crash, .restart: false
        }
    }

    /// Apart from the buyer, so that what is alike of two buyers is alike here.
    var kind: UInt64 {
        switch self {
        case .run(_, let ordinal): UInt64(ordinal) << 3
        case .loseReply(_, let ordinal): UInt64(ordinal) << 3 | 1
        case .loseRequest(_, let ordinal): UInt64(ordinal) << 3 | 2
        case .expire: 3
        case .crash: 4
        case .restart: 5
        case .lapse: 6
        }
    }
}

// MARK: - As text

extension Choice: LosslessStringConvertible {
    package var description: String {
        func command(_ buyer: Int, _ ordinal: Int) -> String { ordinal == 0 ? "\(buyer)" : "\(buyer).\(ordinal)" }
        return switch self {
        case .run(let buyer, let ordinal): command(buyer, ordinal)
        case .loseReply(let buyer, let ordinal): command(buyer, ordinal) + "!r"
        case .loseRequest(let buyer, let ordinal): command(buyer, ordinal) + "!q"
        case .crash(let buyer): "\(buyer)!c"
        case .expire(let key): "x:" + Self.escaped(key)
        case .restart: Self.restartWord
        case .lapse: Self.lapseWord
        }
    }

    private static var restartWord: String { "restart" }
    private static var lapseWord: String { "lapse" }

    package init?(_ description: String) {
        if description == Self.restartWord {
            self = .restart
            return
        }
        if description == Self.lapseWord {
            self = .lapse
            return
        }
        if description.hasPrefix("x:") {
            guard let key = Self.unescaped(description.dropFirst(2)), !key.isEmpty else { return nil }
            self = .expire(key: key)
            return
        }
        let parts = description.split(separator: "!", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(Self.number)
        guard let buyer = numbers[0], numbers.count <= 2, let ordinal = numbers.count == 2 ? numbers[1] : 0 else {
            return nil
        }
        switch parts.count == 1 ? "" : parts[1] {
        case "": self = .run(buyer: buyer, ordinal: ordinal)
        case "r": self = .loseReply(buyer: buyer, ordinal: ordinal)
        case "q": self = .loseRequest(buyer: buyer, ordinal: ordinal)
        case "c" where ordinal == 0: self = .crash(buyer: buyer)
        default: return nil
        }
    }

    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 4, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    /// Bytes that would end it, or that no line should have, as `%` and two hexadecimal digits.
    private static func escaped(_ key: [UInt8]) -> String {
        key.map { byte in
            let isPlain = byte > 32 && byte < 127 && byte != UInt8(ascii: ",") && byte != UInt8(ascii: "%")
            let digits = String(byte, radix: 16)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }

    private static func unescaped(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest.removeFirst(2)
        }
        return bytes
    }
}
