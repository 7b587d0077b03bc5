/// Sales that buyers were told of and that a reset undid, as far as the stock and the orders tell.
struct ForgottenSales {
    /// Wins from before a reset without an order at the end.
    private(set) var withoutOrder = 0
    /// Whether each of these is known by name.
    private(set) var isExact = true
    /// Which wins these may be, as indices of operations.
    private(set) var operations: [Int] = []
    /// Units that were sold and that the stock has again, at least.
    private(set) var unitsForSaleAgain = 0
    /// Units sold before the stock was gone with all that it told, where no order tells more.
    private(set) var goneWithStock = 0
    /// Wins that can have been undone, in all.
    private(set) var acknowledged = 0
    /// Why nothing can be told; nil where something can.
    private(set) var unknown: String?

    init(_ facts: RunFacts, _ resolution: Resolution, _ epochs: SaleEpochs) {
        let ranges = epochs.ranges
        for (index, operation) in resolution.operations.enumerated()
        where operation.state == .won && ranges.isBeforeReset(index) {
            acknowledged += 1
        }
        if facts.epoch.ledger != nil { lookForOrders(resolution, ranges) }
        guard epochs.problem == nil else {
            if facts.epoch.ledger == nil { unknown = epochs.problem }
            return
        }
        let sums = EpochSums(facts, resolution, epochs)
        // Where every order is there, the server forgot nothing: what its stock lacks was oversold by the scheme.
        let mayHaveForgotten = facts.epoch.ledger == nil || withoutOrder > 0
        unitsForSaleAgain =
            (mayHaveForgotten ? Self.undone(sums, epochs) : 0) + Self.setAnew(sums, epochs)
        guard facts.epoch.ledger == nil else { return }
        for part in 1..<epochs.parts.count where epochs.boundaries[part - 1] == .broken {
            let reset = epochs.parts[part].reset
            // What was gone before says nothing of what was forgotten then.
            if epochs.parts[part - 1].reset?.after == .absent, !epochs.parts[part - 1].cameBack { continue }
            if reset?.mayForget == true, reset?.after == .absent, facts.epoch.ledgerProblem == nil {
                goneWithStock = max(goneWithStock, sums.certain(0, part - 1))
            } else if reset?.mayForget == true {
                unknown = facts.epoch.ledgerProblem ?? "the stock could not be read after \(reset?.kind.rawValue ?? "")"
            }
        }
    }

    /// Whether anything was undone.
    var areAny: Bool { withoutOrder > 0 || unitsForSaleAgain > 0 || goneWithStock > 0 }

    /// A sentence without its end; nil where nothing was undone.
    var inWords: String? {
        if withoutOrder > 0 { return "the server forgot \(withoutOrder.grouped) of the sales" }
        let units = max(unitsForSaleAgain, goneWithStock)
        return units > 0 ? "the server forgot sales of at least \(units.counted("unit"))" : nil
    }

    private mutating func lookForOrders(_ resolution: Resolution, _ ranges: EpochRanges) {
        let book = resolution.book
        for pool in book.pools where pool.wonCount > 0 {
            let orders = book.orderCount(pool)
            guard orders < pool.wonCount else { continue }
            let kept = max(orders, book.wanted(pool, resolution.operations) { !ranges.isEarly(Int($0)) })
            let gone = book.wanted(pool, resolution.operations) - kept
            guard gone > 0 else { continue }
            withoutOrder += gone
            if pool.wonCount > 1 { isExact = false }
            guard book.scope != .sale else { continue }
            for index in book.won(pool) where ranges.isEarly(Int(index)) {
                operations.append(Int(index))
            }
        }
    }

    /// The most that neighbouring epochs lack, no epoch counted twice. Where both ends of an epoch were read, what it lacks was
    /// sold without being taken, which is the scheme's.
    private static func undone(_ sums: EpochSums, _ epochs: SaleEpochs) -> Int {
        var most = [0]
        for last in 0..<sums.count {
            var best = most[last]
            for first in 0...last {
                // What the scheme itself set anew, the server did not forget.
                let resets = epochs.parts[(first + 1)..<min(last + 2, epochs.parts.count)]
                guard resets.allSatisfy({ $0.reset?.mayForget == true }), let left = sums.left(first, last),
                    !left.isRead, let deficit = sums.deficit(first, last)
                else {
                    continue
                }
                best = max(best, most[first] + deficit)
            }
            most.append(best)
        }
        return most[sums.count]
    }

    /// Where nobody was cut off, the stock rose by what was set anew.
    private static func setAnew(_ sums: EpochSums, _ epochs: SaleEpochs) -> Int {
        var units = 0
        for part in 1..<epochs.parts.count where epochs.boundaries[part - 1] == .read {
            // One that is gone was not set anew, whatever it had fallen to.
            guard epochs.parts[part].reset?.after != .absent, let before = epochs.parts[part - 1].end,
                let after = epochs.parts[part].start
            else { continue }
            units += max(
                0, min(after - max(0, before), sums.certain(0, part - 1)) - sums.maybeRestocked(part - 1, part))
        }
        return units
    }
}
