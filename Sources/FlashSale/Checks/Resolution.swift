/// The history seen through the ledger: which operations took effect, which did not, and which stay open.
///
/// A win took effect, and explains the unknown attempts that are the same operation. Of the others, an order proves that
/// its operation took effect. A missing order proves the opposite only where orders are written in the same transaction
/// or script as the unit is taken, all of them could be read, and no client of ours can still have a command under way.
/// Where orders name only purchases or buyers, or nothing, they are counted: see ``OrderPool``.
package struct Resolution: Sendable {
    /// Those that won or may have taken effect, in the order of their first call.
    let operations: [Operation]
    let book: OrderBook
    /// Every purchase, planned or made.
    package let purchases: [Purchase]
    /// See ``RunFacts/historyHasGaps``.
    let historyHasGaps: Bool

    /// Operations whose buyers were told that they won.
    package let wins: [Operation]
    /// Unknown operations that took effect, as their orders show.
    package let provenUnknowns: [Operation]
    /// Unknown operations that may or may not have taken effect. Of some the ledger may show how many did, but not which.
    package let openUnknowns: [Operation]
    /// Unknown operations that took nothing, as an atomic ledger shows.
    package let disprovenUnknowns: [Operation]
    /// The fewest units that the operations can have taken.
    package let certainUnits: Int
    /// The units that they can have taken beyond these.
    package let openUnits: Int

    package init(_ facts: RunFacts) {
        purchases = Purchase.all(of: facts.scenario, history: facts.history)
        historyHasGaps = facts.historyHasGaps
        var operations = Operation.all(of: facts.history, facts.idempotency)
        book = OrderBook(facts, &operations, hasGaps: historyHasGaps)
        for pool in book.pools {
            for unknown in pool.unknown {
                operations[unknown].state =
                    pool.least == pool.unknown.count ? .proven : pool.most == 0 ? .disproven : .open
            }
        }
        self.operations = operations
        wins = operations.filter { $0.state == .won }
        provenUnknowns = operations.filter { $0.state == .proven }
        openUnknowns = operations.filter { $0.state == .open }
        disprovenUnknowns = operations.filter { $0.state == .disproven }
        let partial = book.pools.filter(\.isPartial)
        certainUnits =
            (wins + provenUnknowns).reduce(0) { $0 + $1.leastQuantity }
            + partial.reduce(0) { $0 + Self.leastUnits($1, operations) }
        openUnits = Self.mostUnits(wins + provenUnknowns + openUnknowns, book) - certainUnits
    }

    /// Operations that certainly took effect, those of which it is not known which they are included.
    package var certainCount: Int { wins.count + provenUnknowns.count + partialPools.reduce(0) { $0 + $1.least } }

    /// The pools of open unknowns of which the ledger says more than that they may have taken effect.
    var partialPools: [OrderPool] { openUnknowns.isEmpty ? [] : book.pools.filter(\.isPartial) }

    /// The open unknowns of a pool.
    func unknowns(of pool: OrderPool) -> [Operation] { pool.unknown.map { operations[$0] } }

    /// The fewest units that the open unknowns of a pool can have taken.
    func leastUnits(_ pool: OrderPool) -> Int { Self.leastUnits(pool, operations) }

    /// The most units that some operations can have taken together, those that the ledger disproves left out.
    func mostUnits(_ some: [Operation]) -> Int { Self.mostUnits(some, book) }

    private static func leastUnits(_ pool: OrderPool, _ operations: [Operation]) -> Int {
        pool.unknown.map { operations[$0].leastQuantity }.sorted().prefix(pool.least).reduce(0, +)
    }

    private static func mostUnits(_ some: [Operation], _ book: OrderBook) -> Int {
        var sum = 0
        var open: [Int: [Int]] = [:]
        for operation in some {
            switch operation.state {
            case .won, .proven: sum += operation.mostQuantity
            case .open: open[operation.pool, default: []].append(operation.mostQuantity)
            case .disproven: break
            }
        }
        for (pool, quantities) in open {
            sum += quantities.sorted(by: >).prefix(book.pools[pool].most).reduce(0, +)
        }
        return sum
    }
}
