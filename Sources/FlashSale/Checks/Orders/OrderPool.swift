/// Operations that the ledger cannot tell apart, and the orders that are theirs: those of one attempt, of one purchase or of
/// one buyer, or of the whole sale where orders name nobody.
///
/// A win has its order, so only the orders beyond the wins speak for unknowns. They say how many took effect, and where it
/// is neither none nor all, not which.
struct OrderPool: Sendable {
    /// The id in the book's ``OrderBook/scope``.
    let key: Int
    /// Where its operations start in ``OrderBook/operationsByPool``: first those that won, then the others.
    fileprivate(set) var operationStart: UInt32 = 0
    fileprivate(set) var wonCount: UInt32 = 0
    fileprivate(set) var unknownCount: UInt32 = 0
    /// Where its orders start in ``OrderBook/ordersByPool``.
    fileprivate(set) var orderStart: UInt32 = 0
    fileprivate(set) var ordersTold: UInt32 = 0
    private var leastUnknowns: UInt32 = 0
    private var mostUnknowns: UInt32 = 0
    /// Whether one order may stand for several operations: the server keeps one for each id, and more than one operation
    /// shares it.
    var mayMerge = false

    init(key: Int) { self.key = key }

    /// How many of the unknowns took effect, at least and at most.
    var least: Int { Int(leastUnknowns) }
    var most: Int { Int(mostUnknowns) }

    /// Whether the ledger says that some of the unknowns took effect, or that not all did, but not which.
    var isPartial: Bool { most > 0 && least < unknownCount && (least > 0 || most < unknownCount) }

    /// Bounds how many of the unknowns took effect.
    ///
    /// Orders beyond the wins prove as many. An order that two operations share is counted once, so that the bound holds
    /// all the more where orders merge. At most as many took effect as there are orders
    /// left for them: none where the ledger has no order of these operations, any number where orders merge.
    ///
    /// - Parameters:
    ///   - orderCount: its orders, also where they are only counted.
    ///   - presenceProves: whether every order can be laid to an operation that is known.
    ///   - absenceProves: whether an operation without an order took nothing.
    mutating func settle(orderCount: Int, presenceProves: Bool, absenceProves: Bool) {
        let (won, unknown) = (Int(wonCount), Int(unknownCount))
        let beyond = min(unknown, max(0, orderCount - won))
        leastUnknowns = UInt32(presenceProves ? beyond : 0)
        if !absenceProves || (mayMerge && orderCount > 0) {
            mostUnknowns = unknownCount
        } else {
            // With fewer orders than wins something is wrong already; any of the orders may then be an unknown's.
            mostUnknowns = UInt32(orderCount >= won ? beyond : min(unknown, orderCount))
        }
    }
}

extension OrderBook {
    /// Pools in the order of their keys, each with its operations and its orders.
    ///
    /// - Parameters:
    ///   - operationKeys: of each operation.
    ///   - orderKeys: of each order; nil where it is in no pool.
    static func pools(
        _ operations: [Operation], operationKeys: [Int], orderKeys: [Int?]
    ) -> (pools: [OrderPool], operations: [UInt32], orders: [UInt32]) {
        struct Entry {
            var key: Int
            var index: UInt32
            /// Winners first.
            var rank: UInt32
        }
        var calls: [Entry] = []
        calls.reserveCapacity(operations.count)
        for index in operations.indices {
            calls.append(
                Entry(key: operationKeys[index], index: UInt32(index), rank: operations[index].state == .won ? 0 : 1))
        }
        calls.sort {
            $0.key != $1.key ? $0.key < $1.key : $0.rank != $1.rank ? $0.rank < $1.rank : $0.index < $1.index
        }
        var orders: [Entry] = []
        for (index, key) in orderKeys.enumerated() {
            if let key { orders.append(Entry(key: key, index: UInt32(index), rank: 0)) }
        }
        orders.sort { $0.key != $1.key ? $0.key < $1.key : $0.index < $1.index }
        var pools: [OrderPool] = []
        var (call, order) = (0, 0)
        while call < calls.count || order < orders.count {
            let key = min(call < calls.count ? calls[call].key : .max, order < orders.count ? orders[order].key : .max)
            var pool = OrderPool(key: key)
            pool.operationStart = UInt32(call)
            pool.orderStart = UInt32(order)
            while call < calls.count, calls[call].key == key {
                if calls[call].rank == 0 { pool.wonCount += 1 } else { pool.unknownCount += 1 }
                call += 1
            }
            while order < orders.count, orders[order].key == key {
                pool.ordersTold += 1
                order += 1
            }
            pools.append(pool)
        }
        return (pools, calls.map(\.index), orders.map(\.index))
    }
}
