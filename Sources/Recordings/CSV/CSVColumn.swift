internal import FlashSale

/// A column that a reader knows.
struct CSVColumn: Sendable {
    enum Content: Sendable {
        /// From 0 or 1 up.
        case natural(ClosedRange<Int64>)
        /// With a magnitude up to the number.
        case signed(Int64)
        /// One of these, of 16 bytes at most each.
        case word([String])
    }

    /// The largest id: up to it, every program that knows only doubles reads the same number.
    static let largestId: Int64 = 1 << 53

    var name: String
    var content: Content
    var mayBeEmpty: Bool
    /// What somebody can do whose cell is refused.
    var advice: String

    /// What a cell of it has to be.
    var wanted: String {
        let content =
            switch content {
            case .natural(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .signed(let magnitude): "a whole number from -\(magnitude) to \(magnitude)"
            case .word(let words): "one of \(words.joined(separator: ", "))"
            }
        return mayBeEmpty ? "\(content), or nothing" : content
    }

    /// Why a cell of it is refused.
    ///
    /// - Parameter text: what the cell says.
    func refusal(of text: String) -> String {
        let found = text.isEmpty ? "an empty cell" : CSVExcerpt.quoted(text.utf8)
        var advice = advice
        // A long text is nobody's slip, and comparing takes time.
        if case .word(let words) = content, text.utf8.count <= CSVExcerpt.limit,
            let near = NearestNames.of(text, among: words).first
        {
            advice = "did you mean \(near)?"
        }
        return "wanted \(wanted), found \(found); \(advice)"
    }
}
