/// The ledger's orders, each laid to the operations that it can be of.
struct OrderBook: Sendable {
    /// What the ledger can tell apart: what its orders name, or what one operation covers if that is more.
    let scope: Scope
    private(set) var pools: [OrderPool] = []
    /// Orders of attempts, purchases or buyers that are not in the history.
    private(set) var strays: [Ledger.Order] = []
    /// Orders of attempts whose buyers were told something else than won.
    private(set) var denied: [Ledger.Order] = []
    /// The attempts that orders name.
    private(set) var attempts: [Int: Attempt] = [:]
    /// The buyers of the purchases that orders name.
    private(set) var buyers: [Int: Int] = [:]

    /// - Parameter operations: receive the index of their pool.
    init(_ facts: RunFacts, _ operations: inout [Operation], hasGaps: Bool) {
        let ledgerScope = Scope(facts.ledger)
        scope = max(ledgerScope, Scope(facts.idempotency))
        var index: [Int: Int] = [:]
        for operation in operations.indices {
            let pool = pool(scope.key(of: operations[operation].attempts[0]), &index)
            operations[operation].pool = pool
            if operations[operation].state == .won {
                pools[pool].won.append(operation)
            } else {
                pools[pool].unknown.append(operation)
            }
        }
        if let ledger = facts.ledger {
            lay(ledger, facts.history, &index)
            let shared = ledgerScope == .sale && Self.someBuyerHasSeveral(operations)
            for pool in pools.indices {
                let several = pools[pool].won.count + pools[pool].unknown.count > 1
                // Two records with the id of one attempt share its order whatever the server does.
                let keepsOne = ledger.mergesRepeats || ledgerScope == .attempt
                pools[pool].mayMerge = keepsOne && (ledgerScope == .sale ? shared : several)
            }
        }
        // An attempt that nobody recorded may have an order among its buyer's; one with its own id cannot be mistaken.
        let isComplete = !hasGaps || ledgerScope == .attempt
        let absenceProves =
            isComplete && facts.ledger?.isAtomic == true && facts.ledger?.unreadable.isEmpty == true
            && !facts.hasStragglers
        for pool in pools.indices {
            pools[pool].settle(presenceProves: isComplete, absenceProves: absenceProves)
        }
    }

    /// The orders that the wins of a pool must have left. Where the server merges by an id that is not told, it may have
    /// merged by the buyer's, which is the coarsest.
    func wanted(_ pool: OrderPool, _ operations: [Operation]) -> Int {
        guard pool.mayMerge else { return pool.won.count }
        return scope == .sale ? Set(pool.won.map { operations[$0].buyer }).count : min(1, pool.won.count)
    }

    private mutating func pool(_ key: Int, _ index: inout [Int: Int]) -> Int {
        if let known = index[key] { return known }
        index[key] = pools.count
        pools.append(OrderPool(key: key))
        return pools.count - 1
    }

    private mutating func lay(_ ledger: Ledger, _ history: [Attempt], _ index: inout [Int: Int]) {
        if let count = ledger.countOnly {
            pools[pool(0, &index)].orderCount = max(0, count)
            return
        }
        let knownBuyers = lookUp(ledger, history)
        for order in ledger.orders {
            guard let key = key(of: order, knownBuyers) else {
                strays.append(order)
                continue
            }
            if let attempt = order.attempt.flatMap({ attempts[$0] }), attempt.outcome != .won,
                attempt.outcome != .unknown
            {
                denied.append(order)
                continue
            }
            let pool = pool(key, &index)
            pools[pool].orders.append(order)
            pools[pool].orderCount += 1
        }
    }

    /// Finds the attempts and purchases that orders name, in one pass.
    ///
    /// - Returns: of the buyers that orders name alone, those who made an attempt.
    private mutating func lookUp(_ ledger: Ledger, _ history: [Attempt]) -> Set<Int> {
        var ids: [Scope: Set<Int>] = [:]
        for order in ledger.orders {
            switch Scope(order) {
            case .attempt: ids[.attempt, default: []].insert(order.attempt ?? 0)
            case .purchase: ids[.purchase, default: []].insert(order.purchase ?? 0)
            case .buyer: ids[.buyer, default: []].insert(order.buyer ?? 0)
            case .sale: break
            }
        }
        var knownBuyers: Set<Int> = []
        for attempt in history {
            if ids[.attempt]?.contains(attempt.id) == true, attempts[attempt.id] == nil {
                attempts[attempt.id] = attempt
            }
            if ids[.purchase]?.contains(attempt.purchase) == true { buyers[attempt.purchase] = attempt.buyer }
            if ids[.buyer]?.contains(attempt.buyer) == true { knownBuyers.insert(attempt.buyer) }
        }
        return knownBuyers
    }

    /// The pool's key; nil if nobody made what the order names.
    private func key(of order: Ledger.Order, _ knownBuyers: Set<Int>) -> Int? {
        switch Scope(order) {
        case .attempt: return order.attempt.flatMap { attempts[$0] }.map(scope.key)
        case .purchase:
            guard let purchase = order.purchase, let buyer = buyers[purchase] else { return nil }
            return scope == .sale ? 0 : scope == .buyer ? buyer : purchase
        case .buyer:
            guard let buyer = order.buyer, knownBuyers.contains(buyer) else { return nil }
            return scope == .sale ? 0 : buyer
        case .sale: return 0
        }
    }

    private static func someBuyerHasSeveral(_ operations: [Operation]) -> Bool {
        var seen: Set<Int> = []
        return operations.contains { !seen.insert($0.buyer).inserted }
    }
}
