/// Texts with names in braces.
enum Placeholders {
    /// The text with the values of the names that have one.
    static func fill(_ text: String, _ values: [String: String]) -> String {
        guard text.contains("{") else { return text }
        return values.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
    }
}
