import FlashSale
import Testing

@testable import Reports

@Suite struct FiguresTests {
    @Test(
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (-1000, "-1,000"), (-100, "-100"), (1_234_567, "1,234,567"),
            (.min, "-9,223,372,036,854,775,808"),
        ] as [(Int, String)])
    func grouped(_ number: Int, _ text: String) { #expect(number.grouped == text) }

    @Test(
        arguments: [
            (0, 3, "0.000"), (1.0005, 3, "1.001"), (-0.0001, 3, "0.000"), (-1.5, 1, "-1.5"), (12_345.678, 0, "12346"),
            (0.05, 2, "0.05"), (.nan, 1, nil), (.infinity, 1, nil), (1e300, 1, nil),
        ] as [(Double, Int, String?)])
    func fixed(_ number: Double, _ places: Int, _ text: String?) {
        #expect(number.fixed(places: places) == text)
    }

    @Test(arguments: [
        (0, 0, "-"), (0, 10, "0.0%"), (1, 8, "12.5%"), (1, 100_000, "<0.1%"), (99_999, 100_000, ">99.9%"),
        (10, 10, "100.0%"),
    ])
    func share(_ part: Int, _ whole: Int, _ text: String) { #expect(NumberText.share(part, of: whole) == text) }

    @Test(
        arguments: [
            (0, "0 ms"), (0.0042, "4.2 ms"), (0.85, "850 ms"), (0.9996, "1.00 s"), (1.5, "1.50 s"), (9.996, "10.0 s"),
            (12.34, "12.3 s"), (59.96, "1 min 0 s"), (125, "2 min 5 s"), (3599.6, "1 h 0 min"), (3780, "1 h 3 min"),
            (.nan, "-"), (.infinity, "-"), (-1, "-"), (1e300, "-"),
        ] as [(Double, String)])
    func duration(_ seconds: Double, _ text: String) { #expect(NumberText.duration(seconds: seconds) == text) }

    @Test(arguments: [
        (0, "0.0"), (0.02, "0.020"), (0.1, "0.1"), (5.09, "5.1"), (99.4, "99.4"), (99.6, "100"), (12_345.6, "12,346"),
        (.nan, "-"),
    ])
    func rate(_ number: Double, _ text: String) { #expect(NumberText.rate(number) == text) }

    @Test(arguments: [
        ("a\u{1B}[31mb", "a\\x1b[31mb"), ("a\tb\nc", "a b c"), ("\u{0}\u{7F}\u{9B}", "\\x00\\x7f\\u{9B}"), ("秒殺", "秒殺"),
    ])
    func plain(_ text: String, _ expected: String) { #expect(TextLines.plain(text) == expected) }

    @Test func hangingKeepsLongWordsAndWidth() {
        let path = "/" + String(repeating: "x", count: 120)
        let words = Array(repeating: "word", count: 40).joined(separator: " ")
        let lines = TextLines.hanging("\(words) \(path) end", after: "  - ", width: 70)
        #expect(lines[0].hasPrefix("  - word word"))
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("    ") })
        #expect(lines.contains("    " + path))
        #expect(lines.filter { !$0.contains("/") }.allSatisfy { $0.count <= 70 })
    }
}
