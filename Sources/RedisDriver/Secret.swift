internal import FlashSale
package import Strategies

/// Keeps a connection's password out of texts that quote its server: the server, or a proxy before it, may echo what it
/// was sent, whole, in part or written in another way.
///
/// A text that may hold it is cut off from where it may begin, never masked: a gap would show what stood there.
package struct Secret: Sendable {
    /// What servers are known to say, whatever the password is.
    private static let knownWords = [
        "OK", "PONG", "QUEUED", "WRONGPASS invalid username-password pair or user is disabled.",
        "WRONGPASS invalid username-password pair", "ERR invalid password",
        "ERR Client sent AUTH, but no password is set",
        "ERR AUTH <password> called without any password configured for the default user. "
            + "Are you sure your configuration is correct?",
        "ERR max number of clients reached", "ERR unknown command", "ERR Unknown command", "ERR syntax error",
        "ERR wrong number of arguments for 'auth' command", "NOAUTH Authentication required.",
        "NOPERM this user has no permissions to run the 'auth' command", "DENIED Redis is running in protected mode",
        "LOADING Redis is loading the dataset in memory", "LOADING Valkey is loading the dataset in memory",
        "BUSY Redis is busy running a script.", "MASTERDOWN Link with MASTER is down",
    ]
    /// The first words of errors, which say what kind it is.
    private static let codes: Set<Substring> = [
        "ASK", "BUSY", "CLUSTERDOWN", "CROSSSLOT", "DENIED", "ERR", "EXECABORT", "LOADING", "MASTERDOWN", "MISCONF",
        "MOVED", "NOAUTH", "NOPERM", "NOREPLICAS", "NOSCRIPT", "OOM", "READONLY", "TRYAGAIN", "UNKILLABLE", "WRONGPASS",
        "WRONGTYPE",
    ]
    /// What stands before an error in a reply's description.
    private static let errorMark = "(error) "
    private static let leftOut = "(left out: it may hold the password)"
    private static let restLeftOut = "(the rest is left out: it may hold the password)"
    /// This many letters and digits in a row of a longer password are as good as the whole.
    private static let tellingCount = 8
    /// As many letters, each written as an escape.
    private static let cutMargin = 8 * tellingCount
    /// A password with fewer letters is only looked for as a whole word: it may be a part of any other.
    private static let shortCount = 4

    /// Nil where there is nothing to hide.
    private let password: String?

    package init(of endpoint: RedisEndpoint) { self.init(endpoint.password) }

    /// - Parameter password: nil and an empty one hide nothing.
    package init(_ password: String?) { self.password = password.flatMap { $0.isEmpty ? nil : $0 } }

    // MARK: Texts

    /// A reply as ``FlashSale/Reply/description`` has it, unless that may hold the password.
    package func shown(_ reply: Reply) -> String {
        guard password != nil else { return reply.description }
        return shown(reply.description)
    }

    /// A server's words, unless they may hold the password. Of an error its first word stays.
    package func shown(_ text: String) -> String {
        guard password != nil, !Self.knownWords.contains(text) else { return text }
        if let (beginning, mark) = ShortText.beginning(of: text) {
            // The password may begin where the text was cut, with too few letters to be known.
            return shownWhole(String(beginning.unicodeScalars.dropLast(Self.cutMargin))) + mark
        }
        return shownWhole(text)
    }

    private func shownWhole(_ text: String) -> String {
        if text.hasPrefix(Self.errorMark) {
            return Self.errorMark + shownWhole(String(text.dropFirst(Self.errorMark.count)))
        }
        let code = text.prefix { $0 != " " }
        guard Self.codes.contains(code) else { return mayHold(text) ? Self.leftOut : text }
        return mayHold(String(text.dropFirst(code.count))) ? "\(code) \(Self.restLeftOut)" : text
    }

    /// The error without what the server sent: hiredis may quote a byte of it as its reason.
    package func shown(_ error: ConnectionError) -> ConnectionError {
        guard password != nil, case .protocolViolation(let text) = error, text.hasPrefix("Protocol error, got") else {
            return error
        }
        return .protocolViolation("Protocol error \(Self.restLeftOut)")
    }

    /// The answer to AUTH, reduced to what servers are known to say: it is the most likely to hold the password,
    /// perhaps in a form that nobody has thought of.
    func shownOfAuthentication(_ reply: Reply) -> String {
        guard password != nil else { return reply.kind == .error ? reply.string() : reply.description }
        switch reply.kind {
        case .error, .status: return known(reply.string()) ?? Self.leftOut
        case .integer: return "a number \(Self.leftOut)"
        case .string: return "a string \(Self.leftOut)"
        case .array: return "an array \(Self.leftOut)"
        case .null: return reply.description
        }
    }

    /// As much of an answer as servers are known to say; nil if that is nothing.
    private func known(_ text: String) -> String? {
        if Self.knownWords.contains(text) { return text }
        let beginnings = Self.knownWords.filter { text.hasPrefix($0) && $0.contains(" ") }
        if let longest = beginnings.max(by: { $0.count < $1.count }) { return "\(longest) \(Self.restLeftOut)" }
        let code = text.prefix { $0 != " " }
        return Self.codes.contains(code) ? "\(code) \(Self.restLeftOut)" : nil
    }

    // MARK: Recognizing it

    /// Whether the password, or enough of it, can be read in `text`: as it is, in capitals, in quotes, in pieces, with
    /// escapes or as a URL has it, with other blanks, or cut short.
    private func mayHold(_ text: String) -> Bool {
        guard let password else { return false }
        let readings = [text, Self.unescaped(text), Self.percentDecoded(text)]
        let letters = Self.letters(of: password)
        if letters.count >= Self.shortCount {
            let count = min(letters.count, Self.tellingCount)
            let telling = Self.runs(of: letters, count)
            return readings.contains { !Self.runs(of: Self.letters(of: $0), count).isDisjoint(with: telling) }
        }
        let isWord = password.utf8.allSatisfy(Self.isLetter)
        return readings.contains { reading in
            isWord
                ? reading.lowercased().utf8.split { !Self.isLetter($0) }.contains {
                    $0.elementsEqual(password.lowercased().utf8)
                }
                : reading.contains(password)
        }
    }

    /// A byte of a letter or a digit; of other scripts, every byte.
    private static func isLetter(_ byte: UInt8) -> Bool {
        byte >= 128 || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
            || (byte | 32 >= UInt8(ascii: "a") && byte | 32 <= UInt8(ascii: "z"))
    }

    private static func letters(of text: String) -> [UInt8] { text.lowercased().utf8.filter(isLetter) }

    /// Every run of `length` letters.
    private static func runs(of letters: [UInt8], _ length: Int) -> Set<[UInt8]> {
        guard length > 0, letters.count >= length else { return [] }
        return Set((0...letters.count - length).map { Array(letters[$0..<$0 + length]) })
    }

    /// What a text with escapes stands for, as redis-cli and JSON write them.
    private static func unescaped(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let mark = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            if mark == UInt8(ascii: "u"), rest.first == UInt8(ascii: "{"),
                let end = rest.firstIndex(of: UInt8(ascii: "}"))
            {
                // As ``FlashSale/ForeignText`` writes them.
                let value = UInt32(String(decoding: rest.prefix(upTo: end).dropFirst(), as: UTF8.self), radix: 16)
                bytes += value.flatMap(Unicode.Scalar.init).map { Array("\($0)".utf8) } ?? []
                rest = rest.suffix(from: end + 1)
                continue
            }
            let digits = mark == UInt8(ascii: "x") ? 2 : mark == UInt8(ascii: "u") ? 4 : 0
            if digits > 0, let value = UInt32(String(decoding: rest.prefix(digits), as: UTF8.self), radix: 16) {
                rest = rest.dropFirst(digits)
                if digits == 2 {
                    bytes.append(UInt8(value))
                } else {
                    bytes += Unicode.Scalar(value).map { Array("\($0)".utf8) } ?? []
                }
            } else if !"nrtabfv0".utf8.contains(mark) {
                bytes.append(mark)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func percentDecoded(_ text: String) -> String {
        guard text.contains("%") else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                rest = rest.dropFirst(2)
                bytes.append(value)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
