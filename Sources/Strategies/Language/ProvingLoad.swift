package import FlashSale

/// What buyers do where nobody says otherwise, so that what a strategy file claims of itself is put to the test: a claim that
/// nobody tried is not upheld.
package struct ProvingLoad {
    private let strategy: Strategy

    package init(of strategy: Strategy) { self.strategy = strategy }

    /// Above this many purchases in all, the usual ones many times over, there are fewer buyers rather than more purchases.
    private static let mostRounds = 10

    /// Units of stock, where `quantity` takes more than one unit: the usual ones and a few, so that no quantity goes into them,
    /// and somebody wants more than what is left at the end.
    ///
    /// - Parameter usual: where single units are bought.
    package static func units(_ usual: Int, for quantity: Scenario.Range) -> Int {
        guard quantity.max > 1, quantity.max < usual else { return usual }
        let tried = usual...(usual + 20)
        return tried.first { units in
            (max(2, quantity.min)...quantity.max).allSatisfy { !units.isMultiple(of: $0) }
        } ?? usual
    }

    /// Where the file says `{quantity}`, all from 1 to 3, but none that is beyond a buyer's limit.
    package var quantity: Scenario.Range {
        // A program is told how many are wanted, but nobody knows whether it looks at that: then a right one would seem to oversell.
        Scenario.Range(min: 1, max: strategy.usesQuantity && strategy.program == nil ? min(3, strategy.limit ?? 3) : 1)
    }

    /// So many that a buyer asks for more than the limit, even where all purchases are the smallest; 1 where there is none.
    ///
    /// - Parameter buyers: who come in any case; nil where as many come as are needed.
    package func purchasesPerBuyer(of quantity: Scenario.Range, buyers: Int?) -> Int {
        let wanted = max(
            strategy.limit.map { $0 / quantity.min + 1 } ?? 1, strategy.purchaseLimit.map { $0 + 1 } ?? 1)
        let room = Scenario.Bounds.buyers.upperBound / max(1, buyers ?? 1)
        // Fewer than it takes show nothing.
        return wanted <= min(room, Scenario.Bounds.purchasesPerBuyer.upperBound) ? wanted : 1
    }

    /// The usual buyers, or fewer where each of them makes a great many purchases.
    package static func buyers(_ usual: Int, purchasesPerBuyer: Int) -> Int {
        max(1, min(usual, usual * mostRounds / purchasesPerBuyer))
    }

    /// Where repeated calls take nothing, one won purchase in ten is asked for again, and more of a small sale, so that some
    /// twenty are; nil where nothing is promised, or no attempt is left for it.
    package func repeatEvery(units: Int, quantity: Scenario.Range, attempts: Int, purchases: Int) -> Int? {
        guard strategy.idempotency != .none, attempts > 1 else { return nil }
        return max(1, min(10, units / quantity.max / 20, purchases))
    }
}
