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
    /// See ``RunFacts/historyHasGaps``.
    let historyHasGaps: Bool
    /// The epochs; nil where the stock was never reset.
    let epochs: SaleEpochs?

    /// How many buyers were told that they won.
    package let winCount: Int
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
    /// The fewest units that buyers were told are theirs.
    let wonUnits: Int

    package init(_ facts: RunFacts) {
        historyHasGaps = facts.recorded.hasGaps
        var operations = Operation.all(facts, hasGaps: historyHasGaps)
        let ranges = EpochRanges(facts, operations, hasGaps: historyHasGaps)
        book = OrderBook(facts, operations: &operations, hasGaps: historyHasGaps, ranges: ranges)
        for pool in book.pools where pool.unknownCount > 0 {
            for unknown in book.unknown(pool) {
                operations[Int(unknown)].state =
                    pool.least == pool.unknownCount ? .proven : pool.most == 0 ? .disproven : .open
            }
        }
        self.operations = operations
        let settledOperations = operations
        epochs = ranges.map { SaleEpochs(facts, settledOperations, $0) }
        let unknowns = operations.filter { $0.state != .won }
        provenUnknowns = unknowns.filter { $0.state == .proven }
        openUnknowns = unknowns.filter { $0.state == .open }
        disprovenUnknowns = unknowns.filter { $0.state == .disproven }
        winCount = operations.count - unknowns.count
        var wonLeast = 0
        var wonMost = 0
        for operation in operations where operation.state == .won {
            wonLeast += operation.leastQuantity
            wonMost += operation.mostQuantity
        }
        wonUnits = wonLeast
        let partial = openUnknowns.isEmpty ? [] : book.pools.filter(\.isPartial)
        let (settled, orders) = (operations, book)
        let leasts = partial.reduce(0) { $0 + Self.leastUnits($1, among: settled, book: orders) }
        certainUnits = wonLeast + provenUnknowns.reduce(0) { $0 + $1.leastQuantity } + leasts
        openUnits = wonMost + Self.mostUnits(provenUnknowns + openUnknowns, book) - certainUnits
    }

    /// Operations whose buyers were told that they won.
    package var wins: LazyFilterSequence<[Operation]> { operations.lazy.filter { $0.state == .won } }

    /// Operations that certainly took effect, those of which it is not known which they are left out.
    var certain: LazyFilterSequence<[Operation]> {
        operations.lazy.filter { $0.state == .won || $0.state == .proven }
    }

    /// Operations that certainly took effect, those of which it is not known which they are included.
    package var certainCount: Int { winCount + provenUnknowns.count + partialPools.reduce(0) { $0 + $1.least } }

    /// The pools of open unknowns of which the ledger says more than that they may have taken effect.
    var partialPools: [OrderPool] { openUnknowns.isEmpty ? [] : book.pools.filter(\.isPartial) }

    /// The open unknowns of a pool.
    func unknowns(of pool: OrderPool) -> [Operation] { book.unknown(pool).map { operations[Int($0)] } }

    /// Those of a pool that won.
    func wins(of pool: OrderPool) -> [Operation] { book.won(pool).map { operations[Int($0)] } }

    /// The fewest units that the open unknowns of a pool can have taken.
    func leastUnits(_ pool: OrderPool) -> Int { Self.leastUnits(pool, among: operations, book: book) }

    /// The most units that some operations can have taken together, those that the ledger disproves left out.
    func mostUnits(_ some: [Operation]) -> Int { Self.mostUnits(some, book) }

    private static func leastUnits(_ pool: OrderPool, among operations: [Operation], book: OrderBook) -> Int {
        book.unknown(pool).map { operations[Int($0)].leastQuantity }.sorted().prefix(pool.least).reduce(0, +)
    }

    private static func mostUnits(_ some: [Operation], _ book: OrderBook) -> Int {
        var sum = 0
        var open: [UInt32: [Int]] = [:]
        for operation in some {
            switch operation.state {
            case .won, .proven: sum += operation.mostQuantity
            case .open: open[operation.pool, default: []].append(operation.mostQuantity)
            case .disproven: break
            }
        }
        for (pool, quantities) in open {
            sum += quantities.sorted(by: >).prefix(book.pools[Int(pool)].most).reduce(0, +)
        }
        return sum
    }
}
