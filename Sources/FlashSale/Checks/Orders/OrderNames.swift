/// What the ledger's orders name, found in the history.
struct OrderNames: Sendable {
    /// Of each order the attempt that it names; ``PurchaseTable/none`` where it names none that is known.
    private(set) var attempts: [History.Position]
    /// Of the purchases that orders name, the attempt that was invoked first.
    private var firstOfPurchases: [Int: History.Position] = [:]
    /// Of those among them that attempts of several buyers are of, all of these: the history contradicts itself then, and no
    /// order does that is of one of them.
    private var buyersOfShared: [Int: Set<Int>] = [:]
    /// Of the buyers that orders name alone, those who made an attempt.
    private var knownBuyers: Set<Int> = []

    private struct Key {
        var id: Int
        var index: UInt32
    }

    init(_ facts: RunFacts) {
        let orders = facts.epoch.ledger?.orders ?? []
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
        var found: [Int: History.Position] = [:]
        for (position, record) in facts.recorded.history.records {
            if others[record.id] != nil {
                Self.keepFirst(position, record: record, of: record.id, in: &found, history: facts.recorded.history)
            }
            if purchases.contains(record.purchase) { add(position, record: record, of: facts.recorded.history) }
            if buyers.contains(record.buyer) { knownBuyers.insert(record.buyer) }
        }
        for (id, waiting) in others {
            guard let position = found[id] else { continue }
            for index in waiting { attempts[Int(index)] = position }
        }
    }

    /// Takes an attempt of a purchase that orders name.
    private mutating func add(_ position: History.Position, record: RecordView, of history: History) {
        if let known = firstOfPurchases[record.purchase] {
            let buyer = history.record(at: known).buyer
            if buyer != record.buyer { buyersOfShared[record.purchase, default: [buyer]].insert(record.buyer) }
        }
        Self.keepFirst(position, record: record, of: record.purchase, in: &firstOfPurchases, history: history)
    }

    /// Of several attempts the one that was invoked first, wherever they lie.
    private static func keepFirst(
        _ position: History.Position, record: RecordView, of id: Int, in positions: inout [Int: History.Position],
        history: History
    ) {
        if let known = positions[id], !RecordView.precedes(record, history.record(at: known)) { return }
        positions[id] = position
    }

    /// Whose the purchase is that an order names: the buyer whom the order tells, or else the first who made an attempt of
    /// it; nil if nobody did.
    ///
    /// - Parameter told: nil where the order does not tell.
    func buyer(ofPurchase purchase: Int, told: Int?, _ history: History) -> Int? {
        if let told, buyersOfShared[purchase]?.contains(told) == true { return told }
        return firstOfPurchases[purchase].map { history.record(at: $0).buyer }
    }

    /// How many attempts that share an id are compared with an order. A sound history has one.
    private static var repeatLimit: Int { 16 }

    /// Finds the attempts among those that won or are unknown, which almost all orders are of. Of several with one id, the
    /// first is taken that is what the order says, or else the first of all.
    ///
    /// - Returns: the orders of other attempts, by the id that they name.
    private mutating func lookUp(_ named: inout [Key], _ facts: RunFacts) -> [Int: [UInt32]] {
        guard !named.isEmpty else { return [:] }
        let history = facts.recorded.history
        var effective = facts.recorded.survey.effective.map { Key(id: history.record(at: $0).id, index: $0) }
        effective.sort {
            $0.id != $1.id
                ? $0.id < $1.id : RecordView.precedes(history.record(at: $0.index), history.record(at: $1.index))
        }
        named.sort { $0.id != $1.id ? $0.id < $1.id : $0.index < $1.index }
        var others: [Int: [UInt32]] = [:]
        var next = 0
        for key in named {
            while next < effective.count, effective[next].id < key.id { next += 1 }
            if next < effective.count, effective[next].id == key.id {
                let order = facts.epoch.ledger?.orders[Int(key.index)]
                let same = effective[next...].prefix(Self.repeatLimit).prefix { $0.id == key.id }
                let fitting = same.count == 1 ? nil : same.first { Self.fits(order, history.record(at: $0.index)) }
                attempts[Int(key.index)] = (fitting ?? effective[next]).index
            } else {
                others[key.id, default: []].append(key.index)
            }
        }
        return others
    }

    /// Whether the order's attempt may be this one.
    private static func fits(_ order: Ledger.Order?, _ record: RecordView) -> Bool {
        order?.buyer ?? record.buyer == record.buyer && order?.purchase ?? record.purchase == record.purchase
            && order?.quantity ?? record.quantity == record.quantity
    }

    /// The key of the order's pool; nil if nobody made what it names.
    func key(of order: Ledger.Order, at index: Int, in scope: Scope, history: History) -> Int? {
        switch Scope(order) {
        case .attempt:
            return attempts[index] == PurchaseTable.none ? nil : scope.key(of: history.record(at: attempts[index]))
        case .purchase:
            guard let purchase = order.purchase,
                let buyer = buyer(ofPurchase: purchase, told: order.buyer, history)
            else { return nil }
            return scope == .sale ? 0 : scope == .buyer ? buyer : purchase
        case .buyer:
            guard let buyer = order.buyer, knownBuyers.contains(buyer) else { return nil }
            return scope == .sale ? 0 : buyer
        case .sale: return 0
        }
    }
}
