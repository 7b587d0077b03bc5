import FlashSale
import Testing

@Suite struct ScenarioQuantityTests {
    @Test(
        "what a quantity may be",
        arguments: [
            ("1", 1, 1), ("3", 3, 3), ("1..3", 1, 3), ("2..2", 2, 2), ("1000000", 1_000_000, 1_000_000),
            ("1..1000000", 1, 1_000_000),
        ])
    func reads(text: String, min: Int, max: Int) throws {
        #expect(try Scenario.quantity(text) == .init(min: min, max: max))
    }

    @Test(
        "and what it may not",
        arguments: [
            ("", "nothing"), ("0", "0"), ("-1", "-1"), ("3..1", "3..1"), ("0..2", "0..2"), ("1..", "1.."),
            ("..2", "..2"),
            ("1..1000001", "1..1000001"), ("x", "x"), ("1...3", "1...3"), ("1-3", "1-3"), ("1.5", "1.5"), (" 1", " 1"),
            ("1 .. 3", "1 .. 3"), ("99999999999999999999", "99999999999999999999"),
        ])
    func refuses(text: String, found: String) throws {
        let problem = try #require(throws: Scenario.QuantityProblem.self) { try Scenario.quantity(text) }
        #expect(
            problem.message == "a number from 1 to 1000000, or a range such as 1..3, is wanted; found \(found)")
    }

    @Test("a purchase wants the same every time, and something in the range", arguments: [1, 2, 0xFFFF_FFFF_FFFF_FFFF])
    func quantities(seed: UInt64) {
        let range = Scenario.Range(min: 2, max: 6)
        var seen: [Int: Int] = [:]
        for purchase in 1...5000 {
            let quantity = Scenario.quantity(ofPurchase: purchase, in: range, seed: seed)
            #expect(quantity == Scenario.quantity(ofPurchase: purchase, in: range, seed: seed))
            #expect((2...6).contains(quantity))
            seen[quantity, default: 0] += 1
        }
        #expect(Set(seen.keys) == [2, 3, 4, 5, 6])
        // Each about as often as the others: 1000 on average, with a deviation of 28.
        for count in seen.values { #expect((800...1200).contains(count)) }
    }

    @Test("the seed decides")
    func seeds() {
        let range = Scenario.Range(min: 1, max: 1_000_000)
        let first = (1...100).map { Scenario.quantity(ofPurchase: $0, in: range, seed: 1) }
        let second = (1...100).map { Scenario.quantity(ofPurchase: $0, in: range, seed: 2) }
        #expect(first != second)
        #expect(Set(first).count > 90)
        #expect(Scenario.quantity(ofPurchase: 7, in: .init(min: 4, max: 4), seed: 3) == 4)
    }

    @Test("a scenario's own range and seed")
    func own() {
        var scenario = Scenario(
            strategy: .init(name: "x", yaml: ""), units: 1, buyers: 1, quantity: .init(min: 1, max: 9), procs: 1,
            threads: 1, seed: 5)
        #expect(
            scenario.quantity(ofPurchase: 3) == Scenario.quantity(ofPurchase: 3, in: .init(min: 1, max: 9), seed: 5))
        scenario.quantity = .init(min: 2, max: 2)
        #expect(scenario.quantity(ofPurchase: 3) == 2)
    }
}
