/// Text that is not ours - a server's, a file's, an argument's - made fit for a terminal and for a sentence: what could move the
/// cursor, hide text or turn it round is shown as an escape, and it is shortened. Ordinary text of any script stays as it is.
///
/// `\x1b` is a byte or an ASCII control character, `\u{202E}` any other character that cannot be seen. A backslash stays one: the
/// result is for eyes, and is never read back. What programs read (JSON, CSV) keeps the true text.
package enum ForeignText {
    /// Characters that are shown of a reply, an error or an argument.
    package static var limit: Int { 400 }
    /// Characters that are shown of a name.
    package static var nameLimit: Int { 60 }
    /// Characters of a whole sentence that holds such texts.
    package static var sentenceLimit: Int { 4000 }

    // MARK: A text in a sentence

    /// The text on one line, shortened to `limit` characters, with the size of the whole where something is left out.
    package static func shown(_ text: String, limit: Int = limit) -> String {
        if isPlain(text.utf8), text.utf8.count <= limit { return text }
        var short = ShortText(limit: limit)
        short.append(text)
        return short.ended(text.utf8.count)
    }

    /// The same of bytes, where those that are no UTF-8 are shown as `\xff`.
    package static func shown(_ bytes: some Collection<UInt8>, limit: Int = limit) -> String {
        var short = ShortText(limit: limit)
        short.append(bytes: bytes)
        return short.ended(bytes.count)
    }

    // MARK: A whole sentence

    /// A sentence that may hold text that is not ours. Of one that is too long the middle is left out, since what to do stands at its
    /// end. A line break stays only before two blanks, as in the end of a log that is quoted: no text begins a line of its own.
    ///
    /// - Parameter blanks: whether line breaks and tabs are shown as blanks, and not as escapes.
    package static func sentence(_ text: String, blanks: Bool = false) -> String {
        if isPlain(text.utf8), text.utf8.count <= sentenceLimit { return text }
        return withoutMiddle(
            escaped(text) { scalar, rest in
                if blanks, isBlank(scalar) { return " " }
                return scalar == "\n" && rest.starts(with: "  ".unicodeScalars) ? scalar : nil
            })
    }

    /// The last net before a terminal: nothing but line breaks, tabs and `codes` steers it. Lines that are too long for anybody to
    /// read lose their middle.
    ///
    /// - Parameter codes: escape sequences of our own that may stay.
    package static func printable(_ text: String, codes: [String] = []) -> String {
        if isPlain(text.utf8), text.utf8.count <= sentenceLimit { return text }
        let escapeCode: Unicode.Scalar = "\u{1B}"
        return text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                let pieces = line.split(separator: escapeCode, omittingEmptySubsequences: false)
                return pieces.enumerated().map { index, piece in
                    guard index > 0 else { return part(String(piece)) }
                    guard let code = codes.first(where: { piece.starts(with: $0.unicodeScalars.dropFirst()) }) else {
                        return escape(escapeCode) + part(String(piece))
                    }
                    return code + part(String(piece.dropFirst(code.unicodeScalars.count - 1)))
                }
                .joined()
            }
            .joined(separator: "\n")
    }

    /// A part of a line, between codes of our own.
    private static func part(_ text: String) -> String {
        withoutMiddle(escaped(text) { scalar, _ in scalar == "\t" ? scalar : nil })
    }

    // MARK: Characters

    /// Whether a character cannot be seen, or changes how others are seen: controls, marks of direction and of width, line breaks,
    /// tags, fillers, and what is no character at all. Variation selectors and joiners are judged by what stands beside them.
    package static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value < 0x20 }
        if scalar.value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(scalar.value) { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        default: return scalar.properties.isDefaultIgnorableCodePoint && !isVariationSelector(scalar)
        }
    }

    /// How a hidden character is shown.
    package static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default:
            scalar.value < 0x80
                ? escape(UInt8(scalar.value)) : "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        }
    }

    /// How a byte is shown that is no UTF-8.
    static func escape(_ byte: UInt8) -> String {
        "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    /// Whether `scalar` is shown as it is between its neighbours: a joiner within an emoji, a selector behind what it selects.
    static func isShown(
        _ scalar: Unicode.Scalar, after previous: Unicode.Scalar?, before next: Unicode.Scalar?
    ) -> Bool {
        if scalar.value == 0x200D {
            return previous.map { isEmoji($0) || isVariationSelector($0) } ?? false && next.map(isEmoji) ?? false
        }
        if isVariationSelector(scalar) {
            return previous.map { !isHidden($0) && !isVariationSelector($0) } ?? false
        }
        return !isHidden(scalar)
    }

    private static func isEmoji(_ scalar: Unicode.Scalar) -> Bool { scalar.value > 0x7F && scalar.properties.isEmoji }

    private static func isVariationSelector(_ scalar: Unicode.Scalar) -> Bool {
        (0xFE00...0xFE0F).contains(scalar.value)
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { ["\n", "\r", "\t"].contains(scalar) }

    /// Printable ASCII only, as almost all text is.
    private static func isPlain(_ bytes: String.UTF8View) -> Bool { bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }

    /// - Parameter own: what stands for a hidden character, which has these after it, instead of its escape; nil for its escape.
    private static func escaped(
        _ text: String, own: (Unicode.Scalar, Substring.UnicodeScalarView) -> Unicode.Scalar?
    ) -> String {
        if isPlain(text.utf8) { return text }
        let scalars = text.unicodeScalars
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        var index = scalars.startIndex
        while index < scalars.endIndex {
            let scalar = scalars[index]
            index = scalars.index(after: index)
            if isShown(scalar, after: previous, before: index < scalars.endIndex ? scalars[index] : nil) {
                result.append(scalar)
            } else if let own = own(scalar, scalars[index...]) {
                result.append(own)
            } else {
                result.append(contentsOf: escape(scalar).unicodeScalars)
            }
            previous = scalar
        }
        return String(result)
    }

    /// Lengths in scalars: a character may have any number of marks.
    private static func withoutMiddle(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard text.utf8.count > sentenceLimit, scalars.count > sentenceLimit else { return text }
        let (first, last) = (sentenceLimit * 3 / 5, sentenceLimit / 4)
        return String(scalars.prefix(first)) + "… (\(size(text.utf8.count)) in all) …" + String(scalars.suffix(last))
    }

    // MARK: Sizes

    /// `812 bytes`, `12.3 MB`.
    package static func size(_ bytes: Int) -> String {
        guard bytes >= 1000 else { return bytes.counted("byte") }
        let scales: [(size: Double, name: String)] = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
        let scale = scales.first { Double(bytes) >= $0.size } ?? (1e3, "kB")
        return "\((Double(bytes) / scale.size).grouped(places: 1) ?? bytes.grouped) \(scale.name)"
    }
}
