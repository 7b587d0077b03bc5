internal import _StringProcessing

/// A regular expression of a matcher. Each machine has its own, so that threads share none.
struct ReplyPattern {
    private let regex: Regex<AnyRegexOutput>?

    /// - Parameter text: one that the parser has let pass.
    init(_ text: String) { regex = try? Regex(text) }

    func hasMatch(in text: String) -> Bool {
        guard let regex else { return false }
        return text.contains(regex)
    }
}
