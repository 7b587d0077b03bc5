/// The ledger's orders, each laid to the operations that it can be of.
struct OrderBook: Sendable {
    /// What the ledger can tell apart: what its orders name, or what one operation covers if that is more.
    let scope: Scope
    let history: History
    let orders: [Ledger.Order]
    private(set) var pools: [OrderPool]
    /// Indices of operations, pool by pool.
    let operationsByPool: [UInt32]
    /// Indices of orders, pool by pool.
    let ordersByPool: [UInt32]
    /// Orders of attempts, purchases or buyers that are not in the history.
    private(set) var strays: [Ledger.Order] = []
    /// Indices of these, and of the orders of attempts whose buyers were told something else than won.
    private(set) var outsidePools: [Int] = []
    /// The orders, where the ledger tells nothing but their number.
    private let countOnly: Int?
    private let names: OrderNames

    /// - Parameters:
    ///   - operations: receive the index of their pool.
    ///   - ranges: where the stock was reset. What was lost then may be what is missing.
    init(_ facts: RunFacts, operations: inout [Operation], hasGaps: Bool, ranges: EpochRanges?) {
        let ledgerScope = Scope(facts.epoch.ledger)
        scope = max(ledgerScope, Scope(facts.rules.idempotency))
        history = facts.recorded.history
        orders = facts.epoch.ledger?.orders ?? []
        countOnly = facts.epoch.ledger?.countOnly.map { max(0, $0) }
        let names = OrderNames(facts)
        self.names = names
        var orderKeys: [Int?] = []
        orderKeys.reserveCapacity(orders.count)
        for (index, order) in orders.enumerated() {
            var key = names.key(of: order, at: index, in: scope, history: facts.recorded.history)
            if key == nil {
                strays.append(order)
                outsidePools.append(index)
            } else if names.attempts[index] != PurchaseTable.none {
                let outcome = facts.recorded.history.record(at: names.attempts[index]).outcome
                if outcome != .won, outcome != .unknown {
                    outsidePools.append(index)
                    key = nil
                }
            }
            orderKeys.append(key)
        }
        let scope = scope
        (pools, operationsByPool, ordersByPool) = Self.pools(
            operations, operationKeys: operations.map { scope.key(of: $0.first) }, orderKeys: orderKeys)
        if pools.isEmpty, countOnly != nil { pools.append(OrderPool(key: 0)) }
        settle(facts, ledgerScope: ledgerScope, hasGaps: hasGaps, ranges, operations: &operations)
    }

    private mutating func settle(
        _ facts: RunFacts, ledgerScope: Scope, hasGaps: Bool, _ ranges: EpochRanges?,
        operations: inout [Operation]
    ) {
        // An attempt that nobody recorded may have an order among its buyer's. One with its own id cannot be mistaken, but may
        // be the one of its operation that took effect.
        let namesAttempts = ledgerScope == .attempt
        let presenceProves = !hasGaps || namesAttempts
        let absenceProves =
            (!hasGaps || namesAttempts && facts.rules.idempotency == .none) && facts.epoch.ledger?.isAtomic == true
            && facts.epoch.ledger?.unreadable.isEmpty == true && !facts.hasStragglers
        let shared = facts.epoch.ledger != nil && ledgerScope == .sale && Self.someBuyerHasSeveral(operations)
        // Two records with the id of one attempt share its order whatever the server does.
        let keepsOne = facts.epoch.ledger.map { $0.mergesRepeats || namesAttempts } ?? false
        for index in pools.indices {
            let several = pools[index].wonCount + pools[index].unknownCount > 1
            pools[index].mayMerge = keepsOne && (ledgerScope == .sale ? shared : several)
            pools[index].settle(
                orderCount: orderCount(pools[index]), presenceProves: presenceProves,
                absenceProves: absenceProves && ranges.map { !hasEarly(pools[index], $0) } ?? true)
            for operation in won(pools[index]) { operations[Int(operation)].pool = UInt32(index) }
            for operation in unknown(pools[index]) { operations[Int(operation)].pool = UInt32(index) }
        }
    }

    /// Indices of the pool's operations whose buyers were told that they won.
    func won(_ pool: OrderPool) -> ArraySlice<UInt32> {
        operationsByPool[Int(pool.operationStart)..<Int(pool.operationStart + pool.wonCount)]
    }

    /// Indices of the pool's other operations.
    func unknown(_ pool: OrderPool) -> ArraySlice<UInt32> {
        let start = Int(pool.operationStart + pool.wonCount)
        return operationsByPool[start..<start + Int(pool.unknownCount)]
    }

    /// Indices of the pool's orders.
    func orderIndices(_ pool: OrderPool) -> ArraySlice<UInt32> {
        ordersByPool[Int(pool.orderStart)..<Int(pool.orderStart + pool.ordersTold)]
    }

    /// Its orders, also where they are only counted.
    func orderCount(_ pool: OrderPool) -> Int { countOnly ?? Int(pool.ordersTold) }

    /// The attempt that the order names; nil if it names none that is known.
    func attempt(ofOrder index: Int) -> Attempt? {
        names.attempts[index] == PurchaseTable.none ? nil : history[names.attempts[index]]
    }

    /// The quantity of the attempt that the order names.
    func quantity(ofAttemptOfOrder index: Int) -> Int? {
        names.attempts[index] == PurchaseTable.none ? nil : history.record(at: names.attempts[index]).quantity
    }

    /// Whose the purchase is that the order names; nil if nobody made it.
    func buyer(ofPurchase purchase: Int, _ order: Ledger.Order) -> Int? {
        names.buyer(ofPurchase: purchase, told: order.buyer, history)
    }

    /// The orders that the wins of a pool must have left. Where the server merges by an id that is not told, it may have
    /// merged by the buyer's, which is the coarsest.
    ///
    /// - Parameter counts: which wins are asked for; nil for all.
    func wanted(_ pool: OrderPool, _ operations: [Operation], where counts: ((UInt32) -> Bool)? = nil) -> Int {
        guard let counts else {
            guard pool.mayMerge else { return Int(pool.wonCount) }
            return scope == .sale ? Set(won(pool).map { operations[Int($0)].buyer }).count : min(1, Int(pool.wonCount))
        }
        let own = won(pool).filter(counts)
        guard pool.mayMerge else { return own.count }
        return scope == .sale ? Set(own.map { operations[Int($0)].buyer }).count : min(1, own.count)
    }

    /// Whether an operation of the pool can have taken effect before the last reset.
    func hasEarly(_ pool: OrderPool, _ ranges: EpochRanges) -> Bool {
        won(pool).contains { ranges.isEarly(Int($0)) } || unknown(pool).contains { ranges.isEarly(Int($0)) }
    }

    private static func someBuyerHasSeveral(_ operations: [Operation]) -> Bool {
        var seen: Set<Int> = []
        return operations.contains { !seen.insert($0.buyer).inserted }
    }
}
