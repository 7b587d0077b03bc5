import FlashSale
import Strategies
import Testing

/// What buyers do by default, so that what a file claims is put to the test.
@Suite struct ProvingLoadTests {
    private static func load(_ head: String, quantity: Bool = false) throws -> ProvingLoad {
        let yaml = """
            strategy: mine
            \(head)
            keys: { stock: "{sale}:s" }
            open: [ "SET {stock} {units}" ]
            buy:
              - send: DECRBY {stock} \(quantity ? "{quantity}" : "1")
                outcomes: [ { when: any, then: won } ]
            stock: GET {stock}
            close: [ "DEL {stock}" ]
            """
        return ProvingLoad(of: try StrategyFile.parse(yaml, file: "mine.yaml"))
    }

    @Test(
        "purchases go beyond the limit",
        arguments: [
            ("summary: none", 1, 1), ("limit: 1", 1, 2), ("limit: 3", 1, 4), ("limit: 3", 2, 2), ("limit: 3", 4, 1),
            ("limit: { purchases: 1 }", 1, 2), ("limit: { purchases: 2, units: 1 }", 1, 3),
            ("limit: { purchases: 1, units: 5 }", 2, 3),
            // More than a buyer can make: fewer would show nothing.
            ("limit: 1000000", 1, 1),
        ])
    func purchases(head: String, least: Int, expected: Int) throws {
        let quantity = Scenario.Range(min: least, max: max(3, least))
        #expect(try Self.load(head).purchasesPerBuyer(of: quantity, buyers: nil) == expected)
    }

    @Test("but not beyond what a run can record")
    func room() throws {
        let one = Scenario.Range(min: 1, max: 1)
        #expect(try Self.load("limit: 1").purchasesPerBuyer(of: one, buyers: 10_000_000) == 2)
        #expect(try Self.load("limit: 1").purchasesPerBuyer(of: one, buyers: 10_000_001) == 1)
    }

    @Test("a great many purchases are made by fewer buyers")
    func buyers() {
        #expect(ProvingLoad.buyers(4000, purchasesPerBuyer: 1) == 4000)
        #expect(ProvingLoad.buyers(4000, purchasesPerBuyer: 10) == 4000)
        #expect(ProvingLoad.buyers(4000, purchasesPerBuyer: 101) == 396)
        #expect(ProvingLoad.buyers(10, purchasesPerBuyer: 10_000) == 1)
    }

    @Test(
        "quantities are mixed where the file knows them, as far as the limit allows",
        arguments: [
            ("summary: none", false, 1), ("summary: none", true, 3), ("limit: 1", true, 1), ("limit: 2", true, 2),
            ("limit: 9", true, 3), ("limit: { purchases: 1 }", true, 3), ("limit: 9", false, 1),
        ])
    func quantities(head: String, quantity: Bool, most: Int) throws {
        #expect(try Self.load(head, quantity: quantity).quantity == Scenario.Range(min: 1, max: most))
    }

    @Test(
        "no quantity goes into the stock",
        arguments: [(1, 1, 1000), (1, 3, 1001), (2, 2, 1001), (1, 2, 1001), (7, 7, 1000), (5, 6, 1001), (1, 50, 1009)])
    func stock(least: Int, most: Int, units: Int) {
        #expect(ProvingLoad.units(1000, for: Scenario.Range(min: least, max: most)) == units)
    }

    @Test(
        "some twenty of those who won ask again",
        arguments: [
            ("idempotent: purchase", 1000, 1, 10), ("idempotent: buyer", 1001, 3, 10),
            ("idempotent: purchase", 100, 1, 5),
            ("idempotent: purchase", 20, 1, 1), ("idempotent: purchase", 3, 1, 1), ("summary: none", 1000, 1, nil),
        ] as [(String, Int, Int, Int?)])
    func repeats(head: String, units: Int, most: Int, expected: Int?) throws {
        let load = try Self.load(head)
        let quantity = Scenario.Range(min: 1, max: most)
        #expect(load.repeatEvery(units: units, quantity: quantity, attempts: 3, purchases: 4000) == expected)
        #expect(load.repeatEvery(units: units, quantity: quantity, attempts: 1, purchases: 4000) == nil)
        #expect(
            load.repeatEvery(units: units, quantity: quantity, attempts: 2, purchases: 1) == (expected == nil ? nil : 1)
        )
    }

    @Test(
        "limits in units, in purchases, and in both",
        arguments: [
            ("limit: 3", 3, nil), ("limit: { units: 3 }", 3, nil), ("limit: { purchases: 2 }", nil, 2),
            ("limit: { purchases: 1, units: 3 }", 3, 1), ("summary: none", nil, nil),
        ] as [(String, Int?, Int?)])
    func limits(head: String, units: Int?, purchases: Int?) throws {
        let yaml = """
            strategy: mine
            \(head)
            keys: { stock: "{sale}:s" }
            open: [ "SET {stock} {units}" ]
            buy:
              - send: DECR {stock}
                outcomes: [ { when: 0, then: \(head == "summary: none" ? "conflict" : "duplicate") }, { when: any, then: won } ]
            stock: GET {stock}
            close: [ "DEL {stock}" ]
            """
        let strategy = try StrategyFile.parse(yaml, file: "mine.yaml")
        #expect(strategy.limit == units && strategy.purchaseLimit == purchases)
        #expect(strategy.rules == SaleRules(limit: units, purchaseLimit: purchases))
    }
}
