/// What the ledger's orders name, found in the history.
struct OrderNames {
    /// Of each order the attempt that it names; ``PurchaseTable/none`` where it names none that is known.
    private(set) var attempts: [History.Position]
    /// The buyers of the purchases that orders name.
    private(set) var buyersOfPurchases: [Int: Int] = [:]
    /// Of the buyers that orders name alone, those who made an attempt.
    private var knownBuyers: Set<Int> = []

    private struct Key {
        var id: Int
        var index: UInt32
    }

    init(_ facts: RunFacts) {
        let orders = facts.ledger?.orders ?? []
        attempts = Array(repeating: PurchaseTable.none, count: orders.count)
        var named: [Key] = []
        var purchases: Set<Int> = []
        var buyers: Set<Int> = []
        for (index, order) in orders.enumerated() {
            switch Scope(order) {
            case .attempt: named.append(Key(id: order.attempt ?? 0, index: UInt32(index)))
            case .purchase: purchases.insert(order.purchase ?? 0)
            case .buyer: buyers.insert(order.buyer ?? 0)
            case .sale: break
            }
        }
        let others = lookUp(&named, facts)
        guard !(others.isEmpty && purchases.isEmpty && buyers.isEmpty) else { return }
        for (position, record) in facts.history.records {
            if let waiting = others[record.id] {
                for index in waiting where attempts[Int(index)] == PurchaseTable.none {
                    attempts[Int(index)] = position
                }
            }
            if purchases.contains(record.purchase) { buyersOfPurchases[record.purchase] = record.buyer }
            if buyers.contains(record.buyer) { knownBuyers.insert(record.buyer) }
        }
    }

    /// Finds the attempts among those that won or are unknown, which almost all orders are of.
    ///
    /// - Returns: the orders of other attempts, by the id that they name.
    private mutating func lookUp(_ named: inout [Key], _ facts: RunFacts) -> [Int: [UInt32]] {
        guard !named.isEmpty else { return [:] }
        let history = facts.history
        var effective = facts.survey.effective.map { Key(id: history.record(at: $0).id, index: $0) }
        effective.sort { $0.id != $1.id ? $0.id < $1.id : $0.index < $1.index }
        named.sort { $0.id != $1.id ? $0.id < $1.id : $0.index < $1.index }
        var others: [Int: [UInt32]] = [:]
        var next = 0
        for key in named {
            while next < effective.count, effective[next].id < key.id { next += 1 }
            if next < effective.count, effective[next].id == key.id {
                attempts[Int(key.index)] = effective[next].index
            } else {
                others[key.id, default: []].append(key.index)
            }
        }
        return others
    }

    /// The key of the order's pool; nil if nobody made what it names.
    func key(of order: Ledger.Order, _ index: Int, _ scope: Scope, _ history: History) -> Int? {
        switch Scope(order) {
        case .attempt:
            return attempts[index] == PurchaseTable.none ? nil : scope.key(of: history.record(at: attempts[index]))
        case .purchase:
            guard let purchase = order.purchase, let buyer = buyersOfPurchases[purchase] else { return nil }
            return scope == .sale ? 0 : scope == .buyer ? buyer : purchase
        case .buyer:
            guard let buyer = order.buyer, knownBuyers.contains(buyer) else { return nil }
            return scope == .sale ? 0 : buyer
        case .sale: return 0
        }
    }
}
