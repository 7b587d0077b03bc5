/// The units that a buyer can have had as time went on, and the purchases: every win and every unknown counts from the earliest instant at
/// which it can have taken effect, and of those that the ledger counts no more than it counts.
struct Possession {
    /// From this instant on, so many units at most.
    private var steps: [(instant: UInt64, units: Int)] = []
    /// The earliest instant at which as many of the buyer's calls can have taken effect as one may make purchases; nil where there
    /// is none. Who is asked twice for one purchase may count two.
    private var purchaseLimitReached: UInt64?
    /// Some of the attempts that took them, for evidence.
    let shown: [Attempt]

    /// - Parameters:
    ///   - operations: the buyer's operations.
    ///   - enough: beyond so many units it does not matter how many there are.
    ///   - purchaseLimit: how many purchases a buyer may make; nil for any number.
    ///   - shown: how many attempts are shown.
    init(of operations: [Operation], upTo enough: Int, purchaseLimit: Int?, showing shown: Int, resolution: Resolution)
    {
        self.shown = Array(operations.prefix(shown).flatMap { $0.evidence.prefix(shown) }.prefix(shown))
        let timed = operations.map { (operation: $0, instant: $0.earliestEffect) }.sorted { $0.instant < $1.instant }
        // Of each pool the largest quantities, ascending, as many as can have taken effect.
        var counted: [UInt32: [Int]] = [:]
        var units = 0
        var calls = 0
        for (operation, instant) in timed where operation.state != .disproven {
            guard units < enough || calls < purchaseLimit ?? 0 else { break }
            let quantity = operation.mostQuantity
            units += quantity
            calls += 1
            let pool = resolution.book.pools[Int(operation.pool)]
            if operation.state == .open, pool.most < pool.unknownCount {
                var largest = counted.removeValue(forKey: operation.pool) ?? []
                largest.insert(quantity, at: largest.firstIndex { $0 >= quantity } ?? largest.endIndex)
                if largest.count > pool.most {
                    units -= largest.removeFirst()
                    calls -= 1
                }
                counted[operation.pool] = largest
            }
            steps.append((instant, units))
            if let purchaseLimit, calls >= purchaseLimit, purchaseLimitReached == nil {
                purchaseLimitReached = instant
            }
        }
    }

    /// Whether the buyer can have made as many purchases as one may make by that instant, the instant included.
    func mayHaveReachedPurchaseLimit(by instant: UInt64) -> Bool {
        purchaseLimitReached.map { $0 <= instant } ?? false
    }

    /// The units by that instant, the instant included.
    func units(by instant: UInt64) -> Int {
        let later = steps.partitioningIndex { $0.instant > instant }
        return later == 0 ? 0 : steps[later - 1].units
    }
}
