internal import FlashSale

/// Words as one types them into a shell.
enum ShellText {
    /// The words on one line, each quoted where a shell would take it for something else. What cannot be seen is written as
    /// `$'\x1b'`, which bash and zsh read.
    static func line(_ words: [String]) -> String { words.map(word).joined(separator: " ") }

    static func word(_ text: String) -> String {
        if !text.isEmpty, text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:@%+,=".contains($0)) }) {
            return text
        }
        guard text.unicodeScalars.contains(where: ForeignText.isHidden) else {
            return "'" + text.replacing("'", with: "'\\''") + "'"
        }
        return "$'" + text.unicodeScalars.map(escaped).joined() + "'"
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        if scalar == "'" || scalar == "\\" { return "\\\(scalar)" }
        guard ForeignText.isHidden(scalar) else { return String(scalar) }
        return Array(String(scalar).utf8).map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
