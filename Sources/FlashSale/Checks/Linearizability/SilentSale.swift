/// A sale in which nobody says what was left, with quantities that differ.
///
/// No reply fixes an order then, so that each taking happens best when it is called: the stock is as low as it can be at any
/// time. What is left to find are the optional takings that happened: enough of them by the return of each sold-out, and
/// as many units in all as are missing at the end. Sums that can be reached are kept, one optional taking after the other
/// (dynamic programming, Bellman 1957).
enum SilentSale {
    /// - Parameter steps: the most sums to look at, over all optional takings; those that are looked at are taken from it.
    static func explain(_ history: StockHistory, steps: inout Int) -> Explanation {
        let certain = history.certain.reduce(0) { $0 + Int($1.quantity) }
        let room = (history.final.map { history.units - $0 } ?? history.units) - certain
        guard room >= 0 else {
            return .contradicted([.total(taken: certain, possible: certain + room)], total: 1)
        }
        let optional = history.optional.sorted { $0.call < $1.call }
        let most = min(room, optional.reduce(0) { $0 + Int($1.quantity) })
        guard most <= steps, (most + 1) * max(1, optional.count) <= steps else {
            return .undecided(
                "\(optional.count.counted("unknown attempt")) of different quantities are too many to try")
        }
        steps -= (most + 1) * max(1, optional.count)
        let calls = history.certain.sorted { $0.call < $1.call }
        var reached = [Bool](repeating: false, count: most + 1)
        reached[0] = true
        // The least sum that is reached.
        var least = 0
        var (nextCertain, nextOptional, taken) = (0, 0, 0)
        for soldOut in history.soldOuts.sorted(by: { $0.returned < $1.returned }) {
            while nextCertain < calls.count, calls[nextCertain].call <= soldOut.returned {
                taken += Int(calls[nextCertain].quantity)
                nextCertain += 1
            }
            while nextOptional < optional.count, optional[nextOptional].call <= soldOut.returned {
                add(Int(optional[nextOptional].quantity), to: &reached)
                nextOptional += 1
            }
            let needed = history.position(emptying: soldOut) - taken
            // Each sum is looked at once in all: nothing that is added is less than the least that is reached.
            while least < reached.count, least < needed || !reached[least] {
                reached[least] = false
                least += 1
            }
            guard least < reached.count else {
                let hole = Contradiction.Hole(
                    first: taken + 1, units: max(1, needed), before: nil,
                    // Who took one of them was called too late.
                    after: nextCertain < calls.count ? calls[nextCertain].operation : nil,
                    candidates: optional[..<nextOptional].prefix(Contradiction.candidateLimit).map(\.operation),
                    soldOut: soldOut)
                return .contradicted([.hole(hole)], total: 1)
            }
        }
        while nextOptional < optional.count {
            add(Int(optional[nextOptional].quantity), to: &reached)
            nextOptional += 1
        }
        guard history.final != nil else { return .explained }
        if room < reached.count, reached[room] { return .explained }
        let hole = Contradiction.Hole(
            first: certain + 1, units: room, before: nil, after: nil,
            candidates: optional.prefix(Contradiction.candidateLimit).map(\.operation), soldOut: nil)
        return .contradicted([.hole(hole)], total: 1)
    }

    private static func add(_ quantity: Int, to reached: inout [Bool]) {
        guard quantity < reached.count else { return }
        for sum in (quantity..<reached.count).reversed() where reached[sum - quantity] { reached[sum] = true }
    }
}
