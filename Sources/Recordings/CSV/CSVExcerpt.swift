/// Text from a file that anybody may have written, fit for one line of a terminal.
enum CSVExcerpt {
    /// Characters of the file that are shown.
    static let limit = 40

    /// The bytes in quotes, without what could move the cursor or hide text, and shortened.
    static func quoted(_ bytes: some Collection<UInt8>) -> String {
        // A character has four bytes at most. One more tells whether there are more.
        let scalars = String(decoding: bytes.prefix(4 * (limit + 1)), as: UTF8.self).unicodeScalars
        var text = "\""
        for scalar in scalars.prefix(limit) { text += escaped(scalar) }
        return text + (scalars.count > limit ? "…\"" : "\"")
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        case "\"": return "\\\""
        case "\\": return "\\\\"
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
            return "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        default: return String(scalar)
        }
    }
}
