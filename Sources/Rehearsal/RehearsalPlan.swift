internal import FlashSale
internal import Strategies

/// How many come to the sales of a rehearsal, and what they want: enough to sell out, and to ask for more than one may have.
struct RehearsalPlan: Equatable {
    /// A sale that takes no more purchases than this is played with the units of the file's `load:`.
    private static var mostPurchases: Int { 32 }
    /// The most purchases of the first buyer.
    private static var mostOfOneBuyer: Int { 12 }
    /// The most attempts of one purchase.
    static var attempts: Int { 3 }

    /// What each purchase of the first sale wants.
    var quantity = 1
    var units = 3
    var purchasesOfFirstBuyer = 2
    /// What the buyers of the second sale want, one after the other; empty where nobody may ask for more than one.
    var wishes: [Int] = []
    /// Units of the second sale.
    var unitsForWishes = 3

    /// The most buyers of the first sale, if nobody is ever told that nothing is left.
    var buyers: Int { units / quantity + 5 }

    /// - Parameter purchasesPerBuyer: of the run that is to follow; nil where there is none. What buyers of that run never do is no
    ///   reason to call the scheme broken.
    init(_ strategy: Strategy, purchasesPerBuyer: Int? = nil) {
        if purchasesPerBuyer == 1, strategy.idempotency != .buyer { purchasesOfFirstBuyer = 1 }
        let load = strategy.load
        let wanted = strategy.usesQuantity ? load.quantity : nil
        quantity = wanted?.min ?? strategy.fixedQuantity ?? 1
        if let limit = strategy.limit, limit / quantity < Self.mostOfOneBuyer {
            // One more than the limit lets through.
            purchasesOfFirstBuyer = max(2, limit / quantity + 1)
        }
        if let limit = strategy.purchaseLimit, limit < Self.mostOfOneBuyer {
            purchasesOfFirstBuyer = max(purchasesOfFirstBuyer, limit + 1)
        }
        purchasesOfFirstBuyer = max(purchasesOfFirstBuyer, min(load.purchasesPerBuyer ?? 1, 4))
        units = quantity * max(3, purchasesOfFirstBuyer + (strategy.limit == nil ? 0 : 1))
        if let own = load.units, own / quantity <= Self.mostPurchases { units = own }
        guard strategy.usesQuantity, (strategy.limit ?? 2) >= 2 else { return }
        guard let wanted else {
            wishes = [2, 2, 1, 1]
            return
        }
        unitsForWishes = units
        if wanted.max > wanted.min {
            let pairs = units / (wanted.min + wanted.max) + 2
            wishes = (0..<pairs).flatMap { _ in [wanted.max, wanted.min] }
        }
    }
}
