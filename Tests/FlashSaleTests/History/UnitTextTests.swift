import FlashSale
import Testing

/// Names of units as bytes that somebody else wrote.
struct UnitTextTests {
    private static let texts: [[UInt8]] = [
        Array("seat 4".utf8), Array("Café".utf8), [0x43, 0x61, 0x66, 0xE9], [0x43, 0x61, 0x66, 0xE8], [0xE9], [0xE8],
        [0xFF, 0xFE], [0xFE, 0xFF], [0xE2, 0x82], [0xE2, 0x83], [0xC3], Array("\u{FFFD}".utf8), [0x80, 0x41], [],
    ]

    /// Units are told apart by what they say.
    @Test func differentBytesSayDifferentThings() {
        #expect(Set(Self.texts.map { UnitText.decoded($0) }).count == Self.texts.count)
    }

    @Test func whatIsTextStaysAsItIs() {
        #expect(UnitText.decoded(Array("Café ☂".utf8)) == "Café ☂")
        #expect(UnitText.decoded([0x43, 0xE9, 0x21]) == "C\u{FFFD}E9!")
    }
}
