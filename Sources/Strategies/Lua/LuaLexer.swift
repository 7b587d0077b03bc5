/// Cuts Lua 5.1 text into tokens, in linear time and without ever failing: what it cannot read becomes a symbol. A
/// string without its end is one symbol up to the end of its line, a long bracket without its end one up to the end of
/// the text, so that nothing is read twice. Rules: Lua 5.1 Reference Manual, section 2.1.
package struct LuaLexer {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var tokens: [LuaToken] = []

    private init(_ text: String) { bytes = Array(text.utf8) }

    /// The words of `text` in their order; comments, blanks and a first line `#!lua …` are left out.
    package static func tokens(of text: String) -> [LuaToken] {
        var lexer = LuaLexer(text)
        if lexer.byte(0) == UInt8(ascii: "#"), lexer.byte(1) == UInt8(ascii: "!") { lexer.skipLine() }
        while lexer.position < lexer.bytes.count { lexer.takeToken() }
        return lexer.tokens
    }

    private mutating func takeToken() {
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): takeLineEnd()
        case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0B, 0x0C: position += 1
        case UInt8(ascii: "\""), UInt8(ascii: "'"): takeString(closedBy: byte)
        case UInt8(ascii: "-") where self.byte(1) == byte: takeComment()
        case UInt8(ascii: "["):
            if let level = longBracketLevel() { takeLongString(level) } else { takeSymbol() }
        case _ where Self.isLetter(byte): takeName()
        case _ where Self.isDigit(byte): takeNumber()
        case UInt8(ascii: ".") where self.byte(1).map(Self.isDigit) == true: takeNumber()
        default: takeSymbol()
        }
    }

    private mutating func takeName() {
        let start = position
        while let byte = byte(0), Self.isLetter(byte) || Self.isDigit(byte) { position += 1 }
        let text = text(from: start)
        tokens.append(LuaToken(Self.keywords.contains(text) ? .keyword : .name, text: text, line: line))
    }

    /// Takes as much as Lua takes for a numeral; what is none in the end, such as `3x`, is a symbol.
    private mutating func takeNumber() {
        let start = position
        while let byte = byte(0), Self.isDigit(byte) || byte == UInt8(ascii: ".") { position += 1 }
        if byte(0).map({ $0 | 0x20 }) == UInt8(ascii: "e") {
            position += 1
            if byte(0) == UInt8(ascii: "+") || byte(0) == UInt8(ascii: "-") { position += 1 }
        }
        while let byte = byte(0), Self.isLetter(byte) || Self.isDigit(byte) { position += 1 }
        let text = text(from: start)
        tokens.append(LuaToken(Self.isNumeral(bytes[start..<position]) ? .number : .symbol, text: text, line: line))
    }

    private mutating func takeString(closedBy quote: UInt8) {
        let start = position
        let startLine = line
        var content: [UInt8] = []
        position += 1
        while let byte = byte(0) {
            switch byte {
            case quote:
                position += 1
                tokens.append(LuaToken(.string, text: String(decoding: content, as: UTF8.self), line: startLine))
                return
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                tokens.append(LuaToken(.symbol, text: text(from: start), line: startLine))
                return
            case UInt8(ascii: "\\"):
                position += 1
                takeEscape(into: &content)
            default:
                content.append(byte)
                position += 1
            }
        }
        tokens.append(LuaToken(.symbol, text: text(from: start), line: startLine))
    }

    /// Reads what follows a backslash.
    private mutating func takeEscape(into content: inout [UInt8]) {
        guard let byte = byte(0) else { return }
        if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
            content.append(UInt8(ascii: "\n"))
            return takeLineEnd()
        }
        if Self.isDigit(byte) {
            var code = 0
            for _ in 0..<3 {
                guard let digit = self.byte(0), Self.isDigit(digit) else { break }
                code = code * 10 + Int(digit - UInt8(ascii: "0"))
                position += 1
            }
            return content.append(UInt8(truncatingIfNeeded: code))
        }
        position += 1
        content.append(Self.escapes[byte] ?? byte)
    }

    private mutating func takeComment() {
        let start = position
        let startLine = line
        position += 2
        guard byte(0) == UInt8(ascii: "["), let level = longBracketLevel() else { return skipLine() }
        if takeLongBracket(level) == nil {
            tokens.append(LuaToken(.symbol, text: text(from: start), line: startLine))
        }
    }

    private mutating func takeLongString(_ level: Int) {
        let start = position
        let startLine = line
        if let content = takeLongBracket(level) {
            tokens.append(LuaToken(.string, text: String(decoding: bytes[content], as: UTF8.self), line: startLine))
        } else {
            tokens.append(LuaToken(.symbol, text: text(from: start), line: startLine))
        }
    }

    /// The number of equals signs of the long bracket that opens here, or nil if none does.
    private func longBracketLevel() -> Int? {
        var level = 0
        while byte(1 + level) == UInt8(ascii: "=") { level += 1 }
        return byte(1 + level) == UInt8(ascii: "[") ? level : nil
    }

    /// Goes behind the long bracket that opens here and returns where its content is, or nil if it never closes.
    private mutating func takeLongBracket(_ level: Int) -> Range<Int>? {
        position += level + 2
        if byte(0) == UInt8(ascii: "\n") || byte(0) == UInt8(ascii: "\r") { takeLineEnd() }
        let start = position
        while let byte = byte(0) {
            if byte == UInt8(ascii: "]") {
                let end = position
                position += 1
                while self.byte(0) == UInt8(ascii: "=") { position += 1 }
                // The second bracket stays where it is if this is no end: it may be the first of the next one.
                guard self.byte(0) == UInt8(ascii: "]"), position - end - 1 == level else { continue }
                position += 1
                return start..<end
            } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                takeLineEnd()
            } else {
                position += 1
            }
        }
        return nil
    }

    private mutating func takeSymbol() {
        let start = position
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "~"):
            if self.byte(0) == UInt8(ascii: "=") { position += 1 }
        case UInt8(ascii: "."):
            if self.byte(0) == byte { position += self.byte(1) == byte ? 2 : 1 }
        case 0xC0...:
            // A letter beyond ASCII stays in one piece.
            while let next = self.byte(0), next & 0xC0 == 0x80 { position += 1 }
        default: break
        }
        tokens.append(LuaToken(.symbol, text: text(from: start), line: line))
    }

    /// Counts a carriage return and a line feed, in either order, as one end of a line, as Lua does.
    private mutating func takeLineEnd() {
        let first = bytes[position]
        position += 1
        if let second = byte(0), second != first, second == UInt8(ascii: "\n") || second == UInt8(ascii: "\r") {
            position += 1
        }
        line += 1
    }

    private mutating func skipLine() {
        while let byte = byte(0), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { position += 1 }
    }

    private func byte(_ distance: Int) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    private func text(from start: Int) -> String { String(decoding: bytes[start..<position], as: UTF8.self) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func isNumeral(_ bytes: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        if text.hasPrefix("0x") || text.hasPrefix("0X") {
            return text.utf8.count > 2 && text.utf8.dropFirst(2).allSatisfy { hexadecimalDigits.contains($0) }
        }
        return Double(text) != nil || (text.hasSuffix(".") && Double(text + "0") != nil)
            || (text.hasPrefix(".") && Double("0" + text) != nil)
    }

    private static let hexadecimalDigits = Set("0123456789abcdefABCDEF".utf8)
    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 0x07, UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A,
        UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09, UInt8(ascii: "v"): 0x0B,
    ]
    private static let keywords: Set<String> = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil", "not",
        "or", "repeat", "return", "then", "true", "until", "while",
    ]
}

/// One word of a Lua script, with the line that it stands on.
package struct LuaToken: Sendable, Equatable {
    /// What sort of word it is.
    package enum Kind: Sendable {
        /// A name that a script gives to something.
        case name
        /// A word that the language keeps for itself, such as `end`.
        case keyword
        /// A numeral, decimal or hexadecimal.
        case number
        /// A string; its text is what it stands for, without quotation marks and escapes.
        case string
        /// An operator, a bracket, or anything that could not be read.
        case symbol
    }

    package var kind: Kind
    package var text: String
    /// From 1.
    package var line: Int

    package init(_ kind: Kind, text: String, line: Int) {
        self.kind = kind
        self.text = text
        self.line = line
    }
}
