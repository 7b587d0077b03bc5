internal import FlashSale

/// Text within Markdown, as GitHub and GitLab read it.
enum MarkdownText {
    /// A zero-width space: unseen, and it ends what would be a link.
    private static let breaker: Unicode.Scalar = "\u{200B}"
    /// Signs that make a link of what follows: a person, an issue, a merge request, a label, a snippet.
    private static let sigils: Set<Unicode.Scalar> = ["@", "#", "!", "$", "~", "&", "%", "^"]
    private static let escaped: Set<Unicode.Scalar> = [
        "\\", "`", "*", "_", "{", "}", "[", "]", "#", "|", "~", "!", "$", "^",
    ]

    /// A text on one line, in which nothing is a tag, a link, a mention, or markup of any kind.
    static func inline(_ text: String) -> String {
        let scalars = Array(TextLines.plain(text).unicodeScalars)
        var result = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            default:
                if escaped.contains(scalar) || index == 0 && isMarker(scalar, before: next) {
                    result.append("\\")
                }
                result.append(scalar)
            }
            if sigils.contains(scalar), next.map(isOfName) ?? false { result.append(breaker) }
            if endsLink(scalars, at: index) { result.append(breaker) }
        }
        return numbered(String(result))
    }

    /// At the start of a line: what begins a list or a heading. A negative number does not.
    private static func isMarker(_ scalar: Unicode.Scalar, before next: Unicode.Scalar?) -> Bool {
        "+-=".unicodeScalars.contains(scalar) && !(next.map { ("0"..."9").contains($0) } ?? false)
    }

    private static func isOfName(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "\"" || scalar == "_"
            || scalar == "-"
    }

    /// Behind `:` of `://`, behind the points of `www.`, and behind `GH-`, which make links by themselves.
    private static func endsLink(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
        func follows(_ text: String) -> Bool {
            let wanted = Array(text.unicodeScalars)
            return scalars[(index + 1)...].starts(with: wanted)
        }
        func ends(_ text: String) -> Bool {
            let wanted = Array(text.unicodeScalars)
            guard index + 1 >= wanted.count else { return false }
            return String(String.UnicodeScalarView(scalars[(index + 1 - wanted.count)...index])).lowercased() == text
        }
        return scalars[index] == ":" && follows("//") || ends("www.") || ends("gh-") || ends("mailto:")
    }

    /// `1.` and `1)` at the start would begin a list.
    private static func numbered(_ text: String) -> String {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, let sign = text.dropFirst(digits.count).first, ".)".contains(sign) else { return text }
        return digits + "\\" + text.dropFirst(digits.count)
    }

    /// Lines as they are, between fences that are longer than any within.
    static func code(_ lines: [String]) -> [String] {
        let lines = lines.map { ForeignText.printable($0) }
        var longest = 2
        for line in lines {
            var run = 0
            for character in line {
                run = character == "`" ? run + 1 : 0
                longest = max(longest, run)
            }
        }
        let fence = String(repeating: "`", count: longest + 1)
        return [fence + "text"] + lines + [fence]
    }
}
