/// A mistake in a list of thresholds, and where it is.
package struct ThresholdProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was wanted and what was found.
    package var message: String
    /// The whole list.
    package var text: String
    /// Characters before the mistake.
    package var offset: Int

    /// Characters of the list that are shown before and after the mistake.
    private static let shown = 50

    /// The message, and below it the list with a mark under the mistake.
    package var description: String { "\(message)\n\(place)" }

    /// Two lines: the list, and the mark. A long list is cut around the mistake.
    package var place: String {
        let characters = Array(text)
        let start = max(0, offset - Self.shown)
        let end = min(characters.count, offset + Self.shown)
        let before = (start > 0 ? "…" : "") + Self.plain(characters[start..<min(offset, end)])
        let after = Self.plain(characters[min(offset, end)..<end]) + (end < characters.count ? "…" : "")
        return "    \(before)\(after)\n    \(String(repeating: " ", count: before.count))^"
    }

    /// Of one line.
    private static func plain(_ characters: ArraySlice<Character>) -> String {
        ForeignText.shown(String(characters), limit: .max)
    }
}
