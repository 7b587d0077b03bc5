/// Purchases of one buyer that took effect, at least and at most. Several attempts of one purchase are one, whatever they took.
///
/// Where repeated calls of a buyer are one operation, that is one purchase.
struct PurchaseCounts {
    private(set) var least = 0
    private(set) var most = 0

    /// - Parameter operations: the buyer's own, those that the ledger disproves left out or not.
    init(_ operations: some Sequence<Operation>, _ resolution: Resolution) {
        var certain: Set<Int> = []
        // Of each pool, how many open operations each purchase has.
        var open: [UInt32: [Int: Int]] = [:]
        for operation in operations {
            switch operation.state {
            case .won, .proven: certain.insert(operation.purchase)
            case .open: open[operation.pool, default: [:]][operation.purchase, default: 0] += 1
            case .disproven: break
            }
        }
        least = certain.count
        var possible: Set<Int> = []
        var room = 0
        for (index, purchases) in open {
            let pool = resolution.book.pools[Int(index)]
            let others = purchases.filter { !certain.contains($0.key) }
            possible.formUnion(others.keys)
            room += min(pool.most, others.count)
            guard resolution.book.scope < .sale else { continue }
            // As many as took effect, in as few purchases as can hold them: first in those that are counted already.
            var left = pool.least - purchases.reduce(0) { $0 + (certain.contains($1.key) ? $1.value : 0) }
            for count in others.values.sorted(by: >) where left > 0 {
                left -= count
                least += 1
            }
        }
        most = certain.count + min(room, possible.count)
    }
}
