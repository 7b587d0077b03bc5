/// How wide a text is at the most, in any sans-serif font that a browser may take: as wide as in DejaVu Sans, which is the
/// widest of the common ones. Whoever draws cannot ask the browser.
package enum TextWidth {
    /// In user units.
    ///
    /// - Parameter size: of the font, in user units.
    package static func of(_ text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + ems($1) } * size
    }

    /// The text, shortened so that it is no wider than that.
    package static func shortened(_ text: String, to width: Double, size: Double) -> String {
        guard of(text, size: size) > width else { return text }
        let room = width - of("…", size: size)
        var used = 0.0
        var short = ""
        for character in text {
            used += of(String(character), size: size)
            guard used <= room else { break }
            short.append(character)
        }
        return short + "…"
    }

    /// The width of a letter in ems.
    private static func ems(_ scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "'", ".", ",", ":", ";", "|", " ", "!": 0.34
        case "f", "t", "r", "I", "(", ")", "[", "]", "/", "\\", "-": 0.42
        case "m", "w", "M", "W", "@", "%", "…": 1.02
        case "0"..."9": 0.64
        case "a"..."z": 0.64
        case "A"..."Z": 0.79
        case "\u{20}"..."\u{7E}": 0.84
        case "\u{80}"..."\u{24F}", "\u{370}"..."\u{52F}", "\u{2000}"..."\u{206F}": 0.86
        default: 1.3
        }
    }
}
