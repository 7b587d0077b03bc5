/// A run as its stock sees it, and the way back from there to the attempts.
struct StockAccount {
    var history: StockHistory
    private let facts: RunFacts
    private let resolution: Resolution
    /// Whether some that may belong to an epoch or not were told positions.
    var leavesOpen = false

    /// Beyond this no sale can bring a counter, and sums of such numbers could overflow.
    private static let largest = 1 << 53

    init(_ facts: RunFacts, _ resolution: Resolution) {
        self.facts = facts
        self.resolution = resolution
        history = StockHistory(units: facts.epoch.units)
        history.hasGaps = resolution.historyHasGaps
        history.shelves = facts.rules.shelves ?? 1
        // A counter below 0 is for the accounts to judge: the stock of a sale never is.
        if case .units(let final) = facts.epoch.stock, (0...Self.largest).contains(final) { history.final = final }
        // A server that lost its stock has nothing left to sell.
        history.soldOuts = facts.doubts.serverLoss == nil ? strictest(facts.recorded.survey.soldOuts) : []
        var pools: [UInt32: Int] = [:]
        history.claims.reserveCapacity(resolution.operations.count)
        for (index, operation) in resolution.operations.enumerated() where operation.state != .disproven {
            add(operation, at: UInt32(index), to: &pools)
        }
        history.machines = Self.machineOrder(facts, resolution, soldOuts: facts.doubts.serverLoss == nil)
    }

    /// Nothing of it yet.
    init(empty facts: RunFacts, _ resolution: Resolution, units: Int) {
        self.facts = facts
        self.resolution = resolution
        history = StockHistory(units: units)
        history.hasGaps = resolution.historyHasGaps
        history.shelves = facts.rules.shelves ?? 1
    }

    /// What the operation takes if it takes effect, with the fewest units.
    func taking(_ operation: Operation, _ index: UInt32) -> StockHistory.Taking {
        // A call that nobody recorded may have come first, and this one only repeats it.
        let call = resolution.historyHasGaps && facts.rules.idempotency != .none ? 0 : operation.earliestEffect
        // Damaged records may end before they start. What has no end is only bounded by the end of all time.
        return .init(
            call: call, end: max(call, operation.latestEffect ?? .max),
            quantity: UInt32(clamping: operation.leastQuantity), operation: index)
    }

    /// The last position of a win that left so many.
    func position(leaving remaining: Int) -> Int { history.units - min(max(remaining, -Self.largest), Self.largest) }

    private mutating func add(_ operation: Operation, at index: UInt32, to pools: inout [UInt32: Int]) {
        let taking = taking(operation, index)
        let last = operation.remaining.map(position)
        let alternatives = operation.isSingle ? [] : operation.quantities.dropFirst().map { UInt32(clamping: $0) }
        // Where connections may have been alive at the last read, an unknown may have taken effect after it.
        let isCertain =
            operation.state == .won
            || (operation.state == .proven && !(facts.hasStragglers && operation.latestEffect == nil))
        if isCertain, alternatives.isEmpty, let last {
            history.claims.append(
                .init(
                    call: taking.call, end: taking.end, last: last, quantity: taking.quantity, operation: index))
            return
        }
        var doubt = StockHistory.Doubt(last: last, alternatives: alternatives)
        if isCertain {
            history.certain.append(taking)
        } else {
            history.optional.append(taking)
            let pool = resolution.book.pools[Int(operation.pool)]
            if operation.state == .open, pool.isPartial, !facts.hasStragglers {
                if pools[operation.pool] == nil {
                    pools[operation.pool] = history.pools.count
                    history.pools.append(.init(least: pool.least, most: pool.most))
                }
                doubt.pool = pools[operation.pool]
            }
        }
        if doubt != StockHistory.Doubt() { history.doubts[index] = doubt }
    }

    /// Of each quantity the one that returned first, without those that another says all the more.
    func strictest(_ soldOuts: [Int: History.Position]) -> [StockHistory.SoldOut] {
        var told: [StockHistory.SoldOut] = []
        // The smaller the quantity, the more must be gone.
        for (quantity, position) in soldOuts.sorted(by: { $0.key < $1.key }) {
            let returned = facts.recorded.history.record(at: position).returnedNanoseconds ?? .max
            // The one before it returned first of all.
            if let strictest = told.last, strictest.returned <= returned { continue }
            told.append(.init(quantity: quantity, returned: returned, attempt: position))
        }
        return told
    }

    /// In words, how much was explained.
    var upheld: String {
        let claims = history.claims.count
        let silent = history.certain.count
        var parts = ["\(claims.counted("win")) \(claims == 1 ? "fits" : "fit") into one order"]
        if claims == 0 {
            parts = ["\(silent.counted("win")) that \(silent == 1 ? "does" : "do") not say what was left can be so"]
        }
        if claims > 0, silent > 0 { parts.append("\(silent.grouped) more fill the holes") }
        if !history.optional.isEmpty {
            parts.append("\(history.optional.count.counted("unknown attempt")) may have taken effect or not")
        }
        if !history.soldOuts.isEmpty { parts.append("nobody was told sold-out too early") }
        if facts.rules.shelves != nil { parts.append("what was left is told of a shelf, and not used") }
        return parts.joined(separator: "; ")
    }

    // MARK: Evidence

    func evidence(_ contradiction: Contradiction) -> CheckResult.Evidence {
        switch contradiction {
        case .shared(let position, let one, let other):
            return .init("both were sold unit \(position.grouped)", attempts: attempts(one, other))
        case .outside(let operation):
            return .init(
                "this win took a unit that does not exist: there were \(history.units.grouped)",
                attempts: attempts(operation))
        case .beyondFinal(let operation):
            return .init(
                "this win left fewer than the \(history.final?.grouped ?? "?") that are left at the end",
                attempts: attempts(operation))
        case .outOfSequence(let earlier, let later):
            return .init(
                "the first took an earlier unit than the second, but was called only after the second had returned",
                attempts: attempts(earlier, later))
        case .soldOutTooEarly(let soldOut, let later):
            return .init(
                "the first was told sold-out\(wanting(soldOut)), but \(unit(of: later)) was still to go: the second bought it after "
                    + "the first had returned", attempts: [facts.recorded.history[soldOut.attempt]] + attempts(later))
        case .soldOutWithStock(let soldOut):
            return .init(
                "this one was told sold-out\(wanting(soldOut)), but \(history.final?.counted("unit") ?? "?") are left at the end",
                attempts: [facts.recorded.history[soldOut.attempt]])
        case .hole(let hole): return evidence(hole)
        case .unplaced(let operation):
            return .init(
                "this win does not say what it left, and no unit is left that it can have taken",
                attempts: attempts(operation))
        case .moreThanEver(let final):
            return .init("\(final.counted("unit")) are left at the end, of \(history.units.grouped)")
        case .total(let taken, let possible):
            return .init(
                "\(taken.counted("unit")) were taken by wins that do not say what they left, where \(possible.grouped) can have been"
            )
        }
    }

    private func evidence(_ hole: Contradiction.Hole) -> CheckResult.Evidence {
        let units =
            hole.units == 1
            ? "unit \(hole.first.grouped) was"
            : "units \(hole.first.grouped) to \((hole.first + hole.units - 1).grouped) were"
        let why =
            hole.soldOut != nil
            ? "told sold-out, but \(units) still to go: "
            : "\(units) taken, as "
                + (hole.after == nil ? "the stock at the end says" : "the next win says") + ", but "
        let who =
            hole.candidates.isEmpty
            ? "no attempt can have taken \(hole.units == 1 ? "it" : "them")"
            : "the attempts that can have taken \(hole.units == 1 ? "it" : "them") are too few"
        var shown: [Attempt] = []
        if let soldOut = hole.soldOut { shown.append(facts.recorded.history[soldOut.attempt]) }
        for neighbour in [hole.before, hole.after].compactMap({ $0 }) { shown += attempts(neighbour) }
        for candidate in hole.candidates { shown += attempts(candidate) }
        return .init((hole.soldOut != nil ? "somebody was " : "") + why + who, attempts: shown)
    }

    private func wanting(_ soldOut: StockHistory.SoldOut) -> String {
        soldOut.quantity == 1 ? "" : " for \(soldOut.quantity.grouped)"
    }

    private func unit(of operation: UInt32) -> String {
        guard let remaining = resolution.operations[Int(operation)].remaining else { return "a unit" }
        return "unit \((history.units - remaining).grouped)"
    }

    private func attempts(_ operations: UInt32...) -> [Attempt] {
        operations.flatMap { resolution.operations[Int($0)].evidence }
    }
}
