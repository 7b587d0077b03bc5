/// Operations that the ledger cannot tell apart, and the orders that are theirs: those of one attempt, of one purchase or of
/// one buyer, or of the whole sale where orders name nobody.
///
/// A win has its order, so only the orders beyond the wins speak for unknowns. They say how many took effect, and where it
/// is neither none nor all, not which.
struct OrderPool: Sendable {
    /// The id in the book's ``OrderBook/scope``.
    let key: Int
    /// Indices into ``Resolution/operations``.
    var won: [Int] = []
    var unknown: [Int] = []
    var orders: [Ledger.Order] = []
    var orderCount = 0
    /// Whether one order may stand for several operations: the server keeps one for each id, and more than one operation
    /// shares it.
    var mayMerge = false
    /// How many of the unknowns took effect, at least and at most.
    private(set) var least = 0
    private(set) var most = 0

    init(key: Int) { self.key = key }

    /// Whether the ledger says that some of the unknowns took effect, or that not all did, but not which.
    var isPartial: Bool { most > 0 && least < unknown.count && (least > 0 || most < unknown.count) }

    /// Reckons how many of the unknowns took effect.
    ///
    /// Orders beyond the wins prove as many. An order that two operations share is counted once, so that the bound holds
    /// all the more where orders merge. Upwards, a ledger without a word of these operations shows that none took effect;
    /// otherwise each needs an order of its own, which says nothing where orders merge.
    ///
    /// - Parameters:
    ///   - presenceProves: whether every order can be laid to an operation that is known.
    ///   - absenceProves: whether an operation without an order took nothing.
    mutating func settle(presenceProves: Bool, absenceProves: Bool) {
        let beyond = min(unknown.count, max(0, orderCount - won.count))
        least = presenceProves ? beyond : 0
        if !absenceProves || (mayMerge && orderCount > 0) {
            most = unknown.count
        } else {
            // With fewer orders than wins something is wrong already; any of the orders may then be an unknown's.
            most = orderCount >= won.count ? beyond : min(unknown.count, orderCount)
        }
    }
}
