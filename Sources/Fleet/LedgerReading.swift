internal import FlashSale
internal import RedisDriver

/// Turns the reply to a ledger's `read:` into orders.
enum LedgerReading {
    /// - Throws: ``RunError`` if the reply is not of the kind that the strategy file says.
    static func ledger(_ reply: Reply, _ rule: Strategy.LedgerRule) throws(RunError) -> Ledger {
        switch rule.holds {
        case .attemptToBuyer: try attemptToBuyer(reply, isAtomic: rule.isAtomic)
        }
    }

    /// Pairs, as HGETALL gives them.
    private static func attemptToBuyer(_ reply: Reply, isAtomic: Bool) throws(RunError) -> Ledger {
        let isFlat = reply.kind == .array && reply.nodes.count == reply.elementCount() + 1
        guard isFlat, reply.elementCount().isMultiple(of: 2) else {
            throw RunError(
                69,
                "\(reply.kind == .array ? "a list that is no list of pairs" : reply.description) where pairs were wanted"
            )
        }
        var ledger = Ledger(orders: [], isAtomic: isAtomic)
        // Nodes of a flat array stand one after the other: no search for each element.
        for pair in 0..<reply.nodes[Reply.root].integer / 2 {
            let field = Reply.root + 1 + 2 * pair
            if let attempt = reply.integer(at: field), let buyer = reply.integer(at: field + 1) {
                ledger.orders.append(Ledger.Order(attempt: attempt, buyer: buyer))
            } else {
                ledger.unreadable.append("\(reply.string(at: field)) \(reply.string(at: field + 1))")
            }
        }
        ledger.orders.sort { ($0.attempt ?? 0) < ($1.attempt ?? 0) }
        return ledger
    }
}
