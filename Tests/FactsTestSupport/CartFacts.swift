package import FlashSale

/// A sale of carts that tests make up: what each attempt was told, what is left of the items, and their orders.
package struct CartFacts: Sendable {
    package var scenario: Scenario
    /// One for each; what wins left is in their `unit`, as ``LinesLeft`` has it.
    package var attempts: [Attempt] = []
    /// Of each item; nil where nobody looked.
    package var left: [Int?]
    /// Of each item; nil where the sale keeps none.
    package var orders: [[Ledger.Order]]?
    package var isAtomic = true
    package var mergesRepeats = false
    package var rules = SaleRules()
    package var clientsWereGone = true

    /// - Parameters:
    ///   - items: units of each, by their names.
    ///   - lines: of a cart.
    package init(
        items: [(String, Int)], lines: ClosedRange<Int>, quantity: ClosedRange<Int> = 1...1, buyers: Int,
        purchasesPerBuyer: Int = 1, attempts: Int = 1, seed: UInt64 = 1
    ) {
        scenario = Scenario(
            strategy: .init(name: "carts", yaml: ""), units: items.reduce(0) { $0 + $1.1 }, buyers: buyers,
            purchasesPerBuyer: purchasesPerBuyer,
            quantity: .init(min: quantity.lowerBound, max: quantity.upperBound), attempts: attempts, procs: 1,
            threads: 4,
            seed: seed)
        scenario.items = ItemsForSale(
            items: items.map { .init(item: $0.0, units: $0.1) }, choice: .uniform,
            cart: .init(min: lines.lowerBound, max: lines.upperBound))
        left = items.map(\.1)
    }

    package var picker: CartPicker { CartPicker(scenario)! }

    /// Each item with its units in the cart of a purchase.
    package func parts(_ purchase: Int) -> [CartReader.Part] { CartReader(picker).parts(ofPurchase: purchase) }

    package var facts: RunFacts {
        let history = History(attempts)
        let epochs = (scenario.items?.items ?? []).enumerated().map { index, item in
            ItemEpoch(
                item: item.item,
                epoch: Epoch(
                    units: item.units, stock: left[index].map { .units($0) } ?? .unread,
                    ledger: orders.map {
                        Ledger(orders: $0[index], isAtomic: isAtomic, mergesRepeats: mergesRepeats)
                    }))
        }
        var facts = RunFacts(
            RecordedAttempts(history, of: scenario, workers: [.init(index: 0, reported: Tally(history))]), rules: rules,
            epoch: .ofAll(epochs, span: nil))
        facts.items = epochs
        facts.doubts.clientsWereGone = clientsWereGone
        return facts
    }

    /// The attempts of each item, in memory.
    package func histories() -> [History] { CartParts(History(attempts), picker).histories() }

    /// - Parameter checks: those of what was sold that are made.
    package func verdict(_ checks: [Check] = Checks.ofSale) -> Verdict {
        Checks.judge(facts, items: histories(), ofSale: checks)
    }
}
