internal import FlashSale

/// A text of a page: fit for eyes, and short, with the whole of it beside it where it is long.
///
/// What cannot be seen, or turns text round, is shown as in the text report (``ForeignText``). The template escapes it for HTML.
struct PageText: Sendable, Equatable {
    /// Characters of a sentence that nobody has to unfold.
    static let sentenceLimit = 600
    /// Characters of the whole that are kept in the page.
    static let wholeLimit = 16_000

    /// All of it, or its beginning.
    var beginning: String
    var isLong: Bool
    /// Empty where the beginning is all.
    var whole: String

    init(_ text: String, limit: Int = sentenceLimit) {
        let shown = ForeignText.sentence(text)
        guard shown.unicodeScalars.count > limit else {
            self.init(beginning: shown, isLong: false, whole: "")
            return
        }
        // What a whole character is made of stays together, if that is not without end itself.
        let cut = String(String.UnicodeScalarView(shown.unicodeScalars.prefix(limit)))
        let atBlank = cut.lastIndex(of: " ").map { String(cut[..<$0]) } ?? cut
        self.init(
            beginning: (atBlank.count > cut.count / 2 ? atBlank : cut) + "…", isLong: true,
            whole: ForeignText.shown(text, limit: Self.wholeLimit))
    }

    private init(beginning: String, isLong: Bool, whole: String) {
        self.beginning = beginning
        self.isLong = isLong
        self.whole = whole
    }

    /// A name: what is beyond ``ForeignText/nameLimit`` twice is left out.
    static func name(_ text: String) -> String { ForeignText.shown(text, limit: 2 * ForeignText.nameLimit) }
}
