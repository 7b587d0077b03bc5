import FlashSale
import Testing

@Suite struct EscapedTextTests {
    @Test(arguments: [
        ("plain {stress:x}:stock", "plain {stress:x}:stock"), ("\u{1b}[2J", "\\x1b[2J"), ("a\nb", "a\\x0ab"),
        ("é", "\\xc3\\xa9"), ("\\x41", "\\\\x41"), ("\u{7f}", "\\x7f"), ("", ""),
    ])
    func isPrintable(text: String, escaped: String) { #expect(EscapedText.text(text.utf8) == escaped) }
}
