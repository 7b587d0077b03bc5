/// When carts can have been refused in a ``JointOrder``: an order that explains everything has a place for a refusal only after so many
/// units of one of its items were taken that too few were left.
///
/// By the end of a refusal, units can have been taken by claims that no operation must come before which was called later, and by whoever
/// was called by then and told no position. Stocks never rise, so that a refusal can come at its end whatever happened before. It does not
/// matter to one refusal where the others are: each is one edge from a claim to those that were called after its end, and of a cycle
/// through several of these edges the one whose end is the earliest is in a cycle by itself. So each is judged alone.
struct JointRefusals {
    private let history: JointHistory
    /// Of each item, where its claims start, and the end of the last; the same of those that are silent.
    private let claimStarts: [Int]
    private let silentStarts: [Int]
    /// Of each claim (``JointOrder/latestCalls()``).
    private let latest: [UInt64]
    /// Units of those that are silent, up to each of them, from the first of its item on.
    private let silentSums: [Int]
    /// The first instants that are known.
    private var known: [Key: UInt64] = [:]

    private struct Key: Hashable {
        var item: Int
        var quantity: Int
    }

    /// - Parameter order: without a cycle.
    init(_ history: JointHistory, _ order: JointOrder) {
        self.history = history
        latest = order.latestCalls()
        claimStarts = Self.starts(history.claims.lazy.map(\.item), items: history.stocks.count)
        silentStarts = Self.starts(history.silent.lazy.map(\.item), items: history.stocks.count)
        var sums: [Int] = []
        sums.reserveCapacity(history.silent.count)
        for (index, silent) in history.silent.enumerated() {
            let isFirst = index == 0 || history.silent[index - 1].item != silent.item
            sums.append((isFirst ? 0 : sums[index - 1]) + Int(silent.quantity))
        }
        silentSums = sums
    }

    private static func starts(_ items: some Sequence<UInt32>, items count: Int) -> [Int] {
        var starts = [Int](repeating: 0, count: count + 1)
        for item in items { starts[Int(item) + 1] += 1 }
        for item in 0..<count { starts[item + 1] += starts[item] }
        return starts
    }

    /// The most units of an item that can have been taken at an instant, in any order that there is.
    func mostTaken(_ item: Int, by instant: UInt64) -> Int {
        let claims = latest[claimStarts[item]..<claimStarts[item + 1]]
        let after = claims.partitioningIndex { $0 > instant }
        let taken = after == claims.startIndex ? 0 : Int(history.claims[after - 1].last)
        let calls = history.silent[silentStarts[item]..<silentStarts[item + 1]]
        let silent = calls.partitioningIndex { $0.call > instant }
        let others = silent == calls.startIndex ? 0 : silentSums[silent - 1]
        let stock = history.stocks[item]
        let room = after == claims.endIndex ? stock.units : Int(history.claims[after].first) - 1
        return min(taken + others, room, stock.final.map { stock.units - $0 } ?? .max)
    }

    /// The first instant at which fewer than so many units can have been left; nil where that can never be.
    private func first(lacking quantity: Int, of item: Int) -> UInt64? {
        let least = history.stocks[item].units - quantity + 1
        guard least > 0 else { return 0 }
        let claims = latest[claimStarts[item]..<claimStarts[item + 1]]
        let claim = claims.partitioningIndex { mostTaken(item, by: $0) >= least }
        let calls = history.silent[silentStarts[item]..<silentStarts[item + 1]]
        let call = calls.partitioningIndex { mostTaken(item, by: $0.call) >= least }
        let instants = [
            claim < claims.endIndex ? claims[claim] : nil, call < calls.endIndex ? calls[call].call : nil,
        ].compactMap { $0 }
        return instants.min()
    }

    /// Whether a cart can have been refused that had its answer by an instant.
    mutating func canBe(_ wishes: some Sequence<JointHistory.Wish>, by end: UInt64) -> Bool {
        for wish in wishes {
            let key = Key(item: wish.item, quantity: wish.quantity)
            let instant: UInt64
            if let first = known[key] {
                instant = first
            } else {
                // None is later than any end.
                instant = first(lacking: wish.quantity, of: wish.item) ?? .max
                known[key] = instant
            }
            if instant <= end, instant < .max { return true }
        }
        return false
    }
}
