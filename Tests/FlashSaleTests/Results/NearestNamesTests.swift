import FlashSale
import Testing

/// Suggestions for a mistyped name.
struct NearestNamesTests {
    static let known = ["limit", "ledger", "stock", "strategy", "units"]

    @Test(arguments: [
        ("limti", ["limit"]), ("Stock", ["stock"]), ("strat", ["strategy"]), ("leger", ["ledger"]), ("x", []),
        ("unlimited", []),
        ("", []),
    ])
    func near(_ name: String, _ expected: [String]) { #expect(NearestNames.of(name, among: Self.known) == expected) }

    @Test("a name of a quarter of a million letters is near none, and that is soon known")
    func long() {
        let taken = ContinuousClock().measure {
            let names = Array(repeating: Self.known, count: 20).flatMap { $0 }
            #expect(NearestNames.of(String(repeating: "a", count: 250_000), among: names) == [])
        }
        // Letter by letter it takes a minute.
        #expect(taken < .seconds(10))
    }
}
