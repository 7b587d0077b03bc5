/// Whether a text is one statement of SQL: two tables in a row could not be told from one, and a client's own commands do more
/// than ask a database.
struct SQLStatement {
    enum Dialect {
        case postgres, mysql, sqlite
    }

    private let bytes: [UInt8]
    private let dialect: Dialect
    private var index = 0

    /// What is wrong with it; nil where nothing is.
    static func problem(of text: String, in dialect: Dialect) -> String? {
        var reader = SQLStatement(bytes: Array(text.utf8), dialect: dialect)
        return reader.problem()
    }

    private init(bytes: [UInt8], dialect: Dialect) {
        self.bytes = bytes
        self.dialect = dialect
    }

    private mutating func problem() -> String? {
        var hasWords = false
        var hasEnded = false
        while index < bytes.count {
            let start = index
            if passComment() { continue }
            let byte = bytes[index]
            if [32, 9, 10, 12, 13].contains(byte) {
                index += 1
                continue
            }
            if byte == UInt8(ascii: ";") {
                hasEnded = hasWords
                index += 1
                continue
            }
            if hasEnded {
                return "wanted one statement, found another one behind its semicolon; give each its own sql:"
            }
            if byte == 0 { return "found a NUL in the statement" }
            if dialect == .postgres, byte == UInt8(ascii: "\\") {
                return "found a \\ outside of quotes, which is a command of psql; wanted a statement of SQL"
            }
            if dialect == .sqlite, !hasWords, byte == UInt8(ascii: ".") {
                return "found a command of sqlite3; wanted a statement of SQL"
            }
            hasWords = true
            guard passQuoted() else {
                return
                    "found a quotation mark that is not closed: \(String(decoding: bytes[start...].prefix(40), as: UTF8.self))"
            }
        }
        return hasWords ? nil : "wanted a statement, found nothing"
    }

    // MARK: Parts in which a semicolon means nothing

    private func isHere(_ text: StaticString, at place: Int) -> Bool {
        text.withUTF8Buffer { bytes[min(place, bytes.count)...].starts(with: $0) }
    }

    private mutating func passComment() -> Bool {
        if isHere("--", at: index) || (dialect == .mysql && isHere("#", at: index)) {
            while index < bytes.count, bytes[index] != 10 { index += 1 }
            return true
        }
        guard isHere("/*", at: index) else { return false }
        // Those of PostgreSQL contain one another.
        var depth = 0
        repeat {
            if isHere("*/", at: index) {
                depth -= 1
                index += 2
            } else if isHere("/*", at: index), depth == 0 || dialect == .postgres {
                depth += 1
                index += 2
            } else {
                index += 1
            }
        } while depth > 0 && index < bytes.count
        return true
    }

    /// Passes a quoted text, or one byte of another kind; false where the text has no end.
    private mutating func passQuoted() -> Bool {
        let byte = bytes[index]
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
            let escapes = dialect == .mysql || (dialect == .postgres && byte == UInt8(ascii: "'") && isEscapeString)
            index += 1
            while index < bytes.count, bytes[index] != byte {
                index += escapes && bytes[index] == UInt8(ascii: "\\") ? 2 : 1
            }
            index += 1
            // A doubled mark closes the text and opens it again.
            return index <= bytes.count
        case UInt8(ascii: "$") where dialect == .postgres: return passDollarQuoted()
        default:
            index += 1
            return true
        }
    }

    /// Whether an E stands before the quotation mark, and is a word of its own.
    private var isEscapeString: Bool {
        guard index > 0, bytes[index - 1] | 32 == UInt8(ascii: "e") else { return false }
        return index == 1 || !Self.isWord(bytes[index - 2])
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte | 32 >= UInt8(ascii: "a") && byte | 32 <= UInt8(ascii: "z") || byte >= 128 || byte == UInt8(ascii: "_")
            || (48...57).contains(byte)
    }

    /// `$tag$ … $tag$`, where a word before it would make the dollar a part of that.
    private mutating func passDollarQuoted() -> Bool {
        var end = index + 1
        while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
        let isTag = end == index + 1 || !(48...57).contains(bytes[index + 1])
        guard end < bytes.count, bytes[end] == UInt8(ascii: "$"), isTag, index == 0 || !Self.isWord(bytes[index - 1])
        else {
            index += 1
            return true
        }
        let tag = bytes[index...end]
        index = end + 1
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "$"), bytes[index...].starts(with: tag) {
                index += tag.count
                return true
            }
            index += 1
        }
        return false
    }
}
