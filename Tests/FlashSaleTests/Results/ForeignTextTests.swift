import FlashSale
import Testing

@Suite("text that is not ours") struct ForeignTextTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var shown: String
        var testDescription: String { shown }

        init(_ text: String, _ shown: String) {
            self.text = text
            self.shown = shown
        }
    }

    static let hostile: [Case] = [
        Case("\u{1B}[2J", "\\x1b[2J"), Case("a\u{0}b", "a\\x00b"), Case("a\nb\r\tc", "a\\nb\\r\\tc"),
        Case("\r\n", "\\r\\n"), Case("\u{7F}", "\\x7f"), Case("\u{9B}31m", "\\u{9B}31m"), Case("\u{85}", "\\u{85}"),
        Case("\u{200E}\u{200F}", "\\u{200E}\\u{200F}"), Case("a\u{202E}b", "a\\u{202E}b"),
        Case("\u{2066}\u{2069}", "\\u{2066}\\u{2069}"), Case("\u{61C}", "\\u{61C}"),
        Case("a\u{200B}b\u{200C}c\u{200D}d", "a\\u{200B}b\\u{200C}c\\u{200D}d"),
        Case("\u{2028}\u{2029}", "\\u{2028}\\u{2029}"), Case("\u{FEFF}x", "\\u{FEFF}x"), Case("\u{AD}", "\\u{AD}"),
        Case("\u{E0041}\u{E007F}", "\\u{E0041}\\u{E007F}"), Case("\u{E0100}", "\\u{E0100}"),
        Case("\u{3164}\u{115F}", "\\u{3164}\\u{115F}"), Case("\u{FFFE}", "\\u{FFFE}"), Case("\u{FE0F}", "\\u{FE0F}"),
        Case("é\u{FE0F}\u{FE0F}", "é\u{FE0F}\\u{FE0F}"), Case("\u{200D}👩", "\\u{200D}👩"),
        Case("👩\u{200D}x", "👩\\u{200D}x"),
    ]

    @Test(arguments: hostile) func hostileTextIsEscaped(_ text: Case) {
        #expect(ForeignText.shown(text.text) == text.shown)
        #expect(ForeignText.shown(Array(text.text.utf8)) == text.shown)
        #expect(ForeignText.sentence(text.text) == text.shown)
    }

    @Test(arguments: [
        "", "plain {stress:x}:stock", "\\x41 \\", "中文 秒殺", "é e\u{301}", "Ω¡\u{A0}€", "👩\u{200D}👩\u{200D}👧",
        "❤\u{FE0F}", "1\u{FE0F}\u{20E3}",
        "👍🏽 🇩🇪", "שלום", "مرحبا", "한국어", "ไทย", "\u{FFFD}", "\u{E000}", "=cmd|' /C calc'!A0",
    ])
    func harmlessTextStaysAsItIs(_ text: String) {
        #expect(ForeignText.shown(text) == text && ForeignText.shown(Array(text.utf8)) == text)
        #expect(ForeignText.sentence(text) == text && ForeignText.printable(text) == text)
    }

    @Test(
        arguments: [
            ([0xFF, 0x41], "\\xffA"), ([0xC3], "\\xc3"), ([0xE4, 0xB8, 0x41], "\\xe4\\xb8A"),
            ([0xED, 0xA0, 0x80], "\\xed\\xa0\\x80"),
            ([0xC0, 0x80], "\\xc0\\x80"), ([0x9B, 0x31], "\\x9b1"), ([0xE4, 0xB8, 0xAD, 0x80], "中\\x80"),
        ] as [([UInt8], String)])
    func whatIsNoUTF8IsShown(_ bytes: [UInt8], _ shown: String) { #expect(ForeignText.shown(bytes) == shown) }

    // MARK: Lengths

    @Test func whatIsLongIsShortened() {
        let letters = String(repeating: "x", count: 1_234_567)
        #expect(ForeignText.shown(letters, limit: 5) == "xxxxx… (1.2 MB)")
        #expect(ForeignText.shown("xxxxx", limit: 5) == "xxxxx")
        #expect(ForeignText.shown("xxxxxx", limit: 5) == "xxxxx… (6 bytes)")
        #expect(ForeignText.shown("中文中文中文", limit: 5) == "中文中文中… (18 bytes)")
        // An escape is whole or not there.
        #expect(ForeignText.shown("xxx\u{1B}x", limit: 5) == "xxx… (5 bytes)")
        #expect(ForeignText.shown([0xFF, 0xFF, 0xFF], limit: 9) == "\\xff\\xff… (3 bytes)")
        #expect(ForeignText.shown(letters).utf8.count < 500)
    }

    /// What to do stands at its end.
    @Test func aSentenceLosesItsMiddle() {
        let sentence = ForeignText.sentence("there is no file \(String(repeating: "中", count: 100_000)); give another")
        #expect(sentence.hasPrefix("there is no file 中") && sentence.hasSuffix("中; give another"))
        #expect(sentence.contains("… (300.0 kB in all) …") && sentence.count < 4000)
    }

    /// A character with as many marks as one likes is one character to Swift.
    @Test(arguments: ["\u{301}", "\u{200D}", "\u{1B}", "\u{FE0F}", "\n", "\r\n", "🇩🇪", "👩\u{200D}"])
    func repeatedForever(_ piece: String) {
        let text = "x" + String(repeating: piece, count: 20_000)
        for shown in [ForeignText.shown(text), ForeignText.shown(Array(text.utf8)), ForeignText.shown(text, limit: 60)]
        {
            #expect(shown.unicodeScalars.count < 500 && shown.contains(" kB)") || shown.contains(" MB)"))
        }
        #expect(ForeignText.sentence(text).unicodeScalars.count < 4000)
        #expect(ForeignText.sentence(text, blanks: true).unicodeScalars.count < 4000)
        _ = ForeignText.printable(text)
    }

    // MARK: Lines

    @Test func noTextBeginsALineOfItsOwn() {
        #expect(ForeignText.sentence("a\nstress: upheld") == "a\\nstress: upheld")
        #expect(ForeignText.sentence("The end of its log:\n  one\n  two") == "The end of its log:\n  one\n  two")
        #expect(ForeignText.sentence("a\nb\tc\u{1B}", blanks: true) == "a b c\\x1b")
    }

    @Test func onlyCodesOfOurOwnSteerTheTerminal() {
        let codes = ["\u{1B}[1m", "\u{1B}[0m"]
        let text = "\u{1B}[1mHead\u{1B}[0m\n\ta\u{1B}[2Jb\u{1B}]0;t\u{7}中\r\n\u{1B}"
        #expect(
            ForeignText.printable(text, codes: codes)
                == "\u{1B}[1mHead\u{1B}[0m\n\ta\\x1b[2Jb\\x1b]0;t\\x07中\\r\n\\x1b")
        #expect(ForeignText.printable(text).contains("\\x1b[1mHead\\x1b[0m\n"))
    }
}
