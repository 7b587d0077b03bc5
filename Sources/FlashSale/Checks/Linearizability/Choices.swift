/// Settles what may have happened in several ways, and tries each: a lost answer that had been told what is left, a
/// quantity that is not known, and answers of which the ledger says how many, but not which, took effect.
struct Choices {
    /// One taking, and the ways to settle it.
    private struct Choice {
        enum Way {
            case dropped
            case optional(UInt32)
            case certain(UInt32)
        }

        var taking: StockHistory.Taking
        var doubt: StockHistory.Doubt
        var ways: [Way]
    }

    /// Ways to settle, times the takings that each has to be tried with, until it is given up.
    private static let wayLimit = 4_000_000

    private let history: StockHistory
    /// The history without the takings that are to be settled.
    private var base: StockHistory
    private var choices: [Choice] = []

    init(_ history: StockHistory) {
        self.history = history
        base = history
        base.doubts = [:]
        base.certain.removeAll { history.doubts[$0.operation] != nil }
        base.optional.removeAll { history.doubts[$0.operation] != nil }
        for taking in history.certain {
            guard let doubt = history.doubts[taking.operation] else { continue }
            let ways = ([taking.quantity] + doubt.alternatives).map { Choice.Way.certain($0) }
            choices.append(Choice(taking: taking, doubt: doubt, ways: ways))
        }
        for taking in history.optional {
            guard let doubt = history.doubts[taking.operation] else { continue }
            let quantities = [taking.quantity] + doubt.alternatives
            // What is neither pinned to a position nor counted may simply be left out by whoever fills the holes.
            let isFree = doubt.last == nil && doubt.pool == nil
            let ways: [Choice.Way] =
                isFree
                ? quantities.map { .optional($0) } : quantities.map { .certain($0) } + [.dropped]
            choices.append(Choice(taking: taking, doubt: doubt, ways: ways))
        }
    }

    func explain() -> Explanation {
        var first: Explanation?
        for ways in likelyWays() {
            guard let settled = settled(ways) else { continue }
            var steps = GapSearch.stepLimit
            let result = Linearizer.solve(settled, steps: &steps)
            if result == .explained { return result }
            first = first ?? result
        }
        let size = history.claims.count + history.certain.count + history.optional.count
        let limit = max(64, Self.wayLimit / max(1, size))
        var count = 1
        for choice in choices {
            count *= choice.ways.count
            guard count <= limit else { return giveUp(limit) }
        }
        var ways = [Int](repeating: 0, count: choices.count)
        var isUndecided = false
        // For all of them together: each may need a search.
        var steps = GapSearch.stepLimit
        repeat {
            if let settled = settled(ways) {
                switch Linearizer.solve(settled, steps: &steps) {
                case .explained: return .explained
                case .undecided: isUndecided = true
                case .contradicted(let reasons, let total): first = first ?? .contradicted(reasons, total: total)
                }
            }
        } while advance(&ways)
        if isUndecided { return .undecided("attempts whose answer was lost can be settled in too many ways") }
        return first ?? .contradicted([.total(taken: history.certain.count, possible: 0)], total: 1)
    }

    /// The next combination, as an odometer counts.
    private func advance(_ ways: inout [Int]) -> Bool {
        for index in ways.indices {
            ways[index] += 1
            if ways[index] < choices[index].ways.count { return true }
            ways[index] = 0
        }
        return false
    }

    /// Too many to try all. A sale that cannot be explained even if nothing binds them is contradicted all the same.
    private func giveUp(_ limit: Int) -> Explanation {
        if choices.allSatisfy({ $0.doubt.alternatives.isEmpty }), history.certain.count == base.certain.count {
            var relaxed = base
            relaxed.optional = history.optional
            var steps = GapSearch.stepLimit
            let result = Linearizer.solve(relaxed, steps: &steps)
            if case .contradicted = result { return result }
        }
        return .undecided(
            "\(choices.count.counted("attempt")) whose answer was lost can be settled in more than \(limit.grouped) ways"
        )
    }

    /// Everything happened as far as it can, of several at one position the one that was called first; nothing did that
    /// need not; and each pool took its least, the earliest first.
    private func likelyWays() -> [[Int]] {
        let claimed = Set(choices.compactMap(\.doubt.last))
        var taken = claimed.isEmpty ? [] : Set(history.claims.lazy.map(\.last).filter(claimed.contains))
        let end = history.final.map { history.units - $0 } ?? lastNeeded
        let fitting = choices.map { choice in
            guard let last = choice.doubt.last else { return choice.ways.count - 1 }
            return last > end || !taken.insert(last).inserted ? choice.ways.count - 1 : 0
        }
        var counts = [Int](repeating: 0, count: history.pools.count)
        var pooled = fitting
        let early = choices.indices.sorted { choices[$0].taking.call < choices[$1].taking.call }
        for index in early {
            guard let pool = choices[index].doubt.pool else { continue }
            let isTaken = counts[pool] < history.pools[pool].least
            if isTaken { counts[pool] += 1 }
            pooled[index] = isTaken ? 0 : choices[index].ways.count - 1
        }
        return [pooled, choices.map { _ in 0 }, choices.map { $0.ways.count - 1 }]
    }

    /// The last position that must be filled in any case.
    private var lastNeeded: Int {
        let soldOut = history.soldOuts.map { history.position(emptying: $0) }.max() ?? 0
        return max(soldOut, history.claims.map(\.last).max() ?? 0)
    }

    /// The history with every choice made; nil where the pools' bounds do not hold.
    private func settled(_ ways: [Int]) -> StockHistory? {
        var settled = base
        var counts = [Int](repeating: 0, count: history.pools.count)
        for (choice, way) in zip(choices, ways) {
            var taking = choice.taking
            switch choice.ways[way] {
            case .dropped: continue
            case .optional(let quantity):
                taking.quantity = quantity
                settled.optional.append(taking)
            case .certain(let quantity):
                if let pool = choice.doubt.pool { counts[pool] += 1 }
                taking.quantity = quantity
                if let last = choice.doubt.last {
                    settled.claims.append(
                        .init(
                            call: taking.call, end: taking.end, last: last, quantity: quantity,
                            operation: taking.operation))
                } else {
                    settled.certain.append(taking)
                }
            }
        }
        for (pool, count) in zip(history.pools, counts) where count < pool.least || count > pool.most { return nil }
        return settled
    }
}
