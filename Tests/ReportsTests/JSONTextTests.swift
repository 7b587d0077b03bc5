import FlashSale
import Reports
import Testing

@Suite struct JSONTextTests {
    /// A field that nobody thought of.
    private struct Figures: Codable, Equatable {
        var rate: Double
        var maxUs: Double?
        var byName: [String: Double]
    }

    private struct Impossible: Encodable {
        struct Reason: Error {}
        func encode(to encoder: any Encoder) throws { throw Reason() }
    }

    private static func text(_ value: some Encodable) -> String {
        var sink = MemorySink()
        JSONText.append(value, to: &sink)
        return sink.text
    }

    /// The value is the true one, and a terminal that shows the text is safe.
    @Test func hiddenCharactersAreEscapes() throws {
        let texts = ["\u{1B}[2J\0", "\u{7F}\u{9B}\u{85}", "a\u{202E}\u{FEFF}\u{E0041}中", "\u{2028}é👩\u{200D}👧\\"]
        let text = Self.text(texts)
        #expect(try JSONText.value([String].self, from: Array(text.utf8)) == texts)
        #expect(!text.unicodeScalars.contains { $0 != "\n" && ForeignText.isHidden($0) }, "\(text)")
        #expect(text.contains("a\\u202e\\ufeff\\udb40\\udc41中") && text.contains("é👩"), "\(text)")
    }

    @Test func whatJSONLacksIsAText() throws {
        let figures = Figures(rate: -.infinity, maxUs: .infinity, byName: ["a": .nan, "b": 0.5])
        let text = Self.text(figures)
        #expect(text.contains("\"max_us\" : \"infinity\"") && text.contains("\"a\" : \"nan\""), "\(text)")
        let read = try JSONText.value(Figures.self, from: Array(text.utf8))
        #expect(read.rate == figures.rate && read.maxUs == figures.maxUs && read.byName["b"] == 0.5)
        #expect(read.byName["a"]?.isNaN == true)
    }

    @Test func aValueThatCannotBeWrittenIsNoTrap() throws {
        let text = Self.text(Impossible())
        let read = try JSONText.value([String: String].self, from: Array(text.utf8))
        #expect(read["problem"]?.contains("cannot be written as JSON") == true)
    }
}
