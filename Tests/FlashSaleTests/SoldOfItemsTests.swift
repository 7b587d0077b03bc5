import FlashSale
import Testing

/// What was sold of single items over time.
struct SoldOfItemsTests {
    private static func scenario(cart: Scenario.Range? = nil) -> Scenario {
        var scenario = Scenario(
            strategy: .init(name: "model", yaml: ""), units: 100, buyers: 200, attempts: 1, procs: 1, threads: 2,
            seed: 7)
        scenario.items = ItemsForSale(items: ItemsForSale.numbered(4, units: 25), choice: .uniform, cart: cart)
        return scenario
    }

    private static func facts(_ scenario: Scenario, _ idempotency: Idempotency = .none) -> RunFacts {
        // Each purchase is told twice, a step apart; every third of them wins.
        let attempts = (1...200).flatMap { purchase in
            (0...1).map { again in
                let end = UInt64(purchase) * 10 + UInt64(again) * 1000
                return Attempt(
                    id: purchase * 2 + again, purchase: purchase, buyer: purchase, invokedNanoseconds: end - 5,
                    returnedNanoseconds: end, outcome: purchase.isMultiple(of: 3) ? .won : .soldOut,
                    quantity: purchase % 2 + 1)
            }
        }
        let history = History(attempts)
        return RunFacts(
            RecordedAttempts(history, of: scenario, workers: [.init(index: 0, reported: Tally(history))]),
            rules: SaleRules(idempotency: idempotency), epoch: Epoch(units: 100, stock: .units(0)))
    }

    private static func units(of item: Int, _ scenario: Scenario, until last: Int) -> Int {
        let picker = ItemPicker(scenario.items!, seed: scenario.seed)
        let carts = CartPicker(scenario)
        return stride(from: 3, through: last, by: 3).reduce(0) { sum, purchase in
            if let carts {
                return sum
                    + carts.lines(ofPurchase: purchase).filter { $0.item == item }.reduce(0) { $0 + $1.quantity }
            }
            return sum + (picker.item(ofPurchase: purchase) == item ? purchase % 2 + 1 : 0)
        }
    }

    @Test("the wins of an item are counted up to each step", arguments: [nil, Scenario.Range(min: 1, max: 3)])
    func counts(_ cart: Scenario.Range?) throws {
        let scenario = Self.scenario(cart: cart)
        // Of the second and the fourth item, the other way round.
        let sold = try #require(SoldOfItems(["4", "2"], scenario))
        let once = sold.bySteps(Self.facts(scenario, .purchase), start: 0, width: 500, count: 7)
        for (line, item) in [(0, 3), (1, 1)] {
            #expect(once[line].count == 7)
            #expect(once[line][0] == Self.units(of: item, scenario, until: 49))
            #expect(once[line][6] == Self.units(of: item, scenario, until: 200))
            #expect(once[line] == once[line].sorted() && once[line][6] > 0)
        }
        // Where a repeated call is a sale of its own, it counts.
        let twice = sold.bySteps(Self.facts(scenario), start: 0, width: 500, count: 7)
        #expect(twice.map { $0[6] } == once.map { $0[6] * 2 })
    }

    @Test("one item has no others beside it")
    func none() {
        var scenario = Self.scenario()
        scenario.items = nil
        #expect(SoldOfItems(["1"], scenario) == nil)
    }
}
