/// Whether carts can have come one after the other for all of their items at once, beside what each item says by itself.
///
/// Where nothing comes back, positions of wins are put into a ``JointOrder``, and refusals are held against it (``JointRefusals``): a cart is
/// rightly refused if at some instant of its time one of its items lacked units. What is claimed:
///
/// - A right sale, which takes all units of a cart at one instant, is never accused, whatever was told of it and whatever was lost.
/// - Together with the checks of each item it is complete where every win tells what it left of each of its items, or none tells
///   anything, and no answer was lost: then a sale that is not accused has an order that explains every win, every refusal and the stocks
///   at the end.
/// - Otherwise these are necessary conditions.
///
/// Where units come back, what was left says nothing of the order, and only refusals are judged (``CartRefusals``).
struct CartOrder {
    private(set) var evidence: [CheckResult.Evidence] = []
    private(set) var contradictions = 0
    /// Whether a cart was refused of which some item was certainly there.
    private(set) var wasRefusedWithStock = false
    /// What was found where nothing is wrong, in words that follow those of the items.
    private var upheld = ""

    private let sale: CartSale
    private let facts: RunFacts
    private let resolution: Resolution
    private var history: JointHistory
    /// Of each operation of ``history``, its index in the resolution.
    private var operations: [UInt32] = []
    private var refused = 0

    init(_ facts: RunFacts, _ resolution: Resolution, _ sale: CartSale) {
        self.sale = sale
        self.facts = facts
        self.resolution = resolution
        history = JointHistory(
            stocks: facts.items.map { item in
                var stock = JointHistory.Stock(units: item.epoch.units)
                // What was taken away from the sale was not sold.
                if case .units(let left) = item.epoch.stock, (0...item.epoch.units).contains(left),
                    facts.doubts.keysLoss == nil
                {
                    stock.final = left
                }
                return stock
            })
        // What a lost server forgot may be sold again, and a position of one shelf is none of the sale.
        guard facts.resets.isEmpty, facts.doubts.serverLoss == nil, facts.rules.shelves == nil,
            facts.rules.idempotency != .buyer
        else {
            upheld = "an order for all items at once was not sought"
            return
        }
        if sale.comesBack { judgeReturning() } else { judge() }
    }

    /// The result of the check of all items, with what this adds.
    func added(to items: CheckResult) -> CheckResult {
        guard contradictions > 0 else {
            var result = items
            if result.result == .upheld, !upheld.isEmpty { result.detail += "; \(upheld)" }
            return result
        }
        let detail =
            "no order of the carts explains what was told of all their items: \(contradictions.counted("contradiction"))"
        var result = CheckResult(
            items.name, .violated, items.result == .violated ? "\(detail); and \(items.detail)" : detail,
            evidence: evidence + (items.result == .violated ? items.evidence : []))
        result.furtherEvidence +=
            contradictions - evidence.count + (items.result == .violated ? items.furtherEvidence : 0)
        return result
    }

    // MARK: Where nothing comes back

    private mutating func judge() {
        guard gather(), history.sort() else {
            // It is violated already.
            upheld = "an order for all items at once was not sought, since one of them has none"
            return
        }
        let order = JointOrder(history)
        if let cycle = order.cycle {
            contradictions += 1
            evidence.append(shown(cycle, order))
            return
        }
        judgeRefusals(order)
        upheld =
            "\(history.operations.count.counted("cart")) \(history.operations.count == 1 ? "fits" : "fit") into one order for all items"
        if refused > 0 {
            upheld += ", and \(refused.counted("cart")) \(refused == 1 ? "was" : "were") refused when that could be"
        }
    }

    /// Reads claims and takings that say nothing.
    ///
    /// - Returns: false where a position is told that does not exist.
    private mutating func gather() -> Bool {
        for (index, operation) in resolution.operations.enumerated() {
            let position = Self.told(operation, facts)
            let record = facts.recorded.history.record(at: position)
            // A call that nobody recorded may have come first, and this one only repeats it.
            let call = resolution.historyHasGaps && facts.rules.idempotency != .none ? 0 : operation.earliestEffect
            var isTold = false
            for part in sale.reader.parts(of: record, at: position) {
                guard operation.state == .won, let remaining = part.remaining else {
                    history.silent.append(
                        .init(item: UInt32(part.item), quantity: UInt32(clamping: part.quantity), call: call))
                    continue
                }
                let units = history.stocks[part.item].units
                guard (0..<units).contains(remaining), part.quantity <= units - remaining else { return false }
                history.claims.append(
                    .init(
                        item: UInt32(part.item), operation: UInt32(history.operations.count),
                        last: UInt32(units - remaining), quantity: UInt32(part.quantity)))
                isTold = true
            }
            if isTold {
                // Damaged records may end before they start. What has no end is only bounded by the end of all time.
                history.operations.append(.init(call: call, end: max(call, operation.latestEffect ?? .max)))
                operations.append(UInt32(index))
            }
        }
        return true
    }

    /// The attempt that tells what the operation left: the win that returned first.
    private static func told(_ operation: Operation, _ facts: RunFacts) -> History.Position {
        if let position = operation.singlePosition { return position }
        let positions = operation.positions
        func end(_ position: History.Position) -> UInt64 {
            facts.recorded.history.record(at: position).returnedNanoseconds ?? .max
        }
        return positions.filter { facts.recorded.history.record(at: $0).outcome == .won }.min { end($0) < end($1) }
            ?? positions[0]
    }

    private mutating func judgeRefusals(_ order: JointOrder) {
        guard !resolution.historyHasGaps, facts.recorded.survey.tally.soldOut > 0 else { return }
        var refusals = JointRefusals(history, order)
        for (position, record) in facts.recorded.history.records where record.outcome == .soldOut {
            guard let end = record.returnedNanoseconds else { continue }
            refused += 1
            let parts = sale.reader.parts(ofPurchase: record.purchase)
            if parts.count > 1, !wasRefusedWithStock {
                wasRefusedWithStock = parts.contains {
                    refusals.mostTaken($0.item, by: end) < history.stocks[$0.item].units
                }
            }
            let wishes = parts.lazy.map { JointHistory.Wish(item: $0.item, quantity: $0.quantity) }
            guard !refusals.canBe(wishes, by: end) else { continue }
            contradictions += 1
            guard evidence.count < Contradiction.limit else { continue }
            let there = parts.map { part in
                "\(part.quantity.grouped) of at least "
                    + "\((history.stocks[part.item].units - refusals.mostTaken(part.item, by: end)).grouped) of item \(name(part.item))"
            }
            evidence.append(
                .init(
                    "this cart was refused, but all that it wanted was there until then: \(there.joined(separator: ", "))",
                    attempts: [facts.recorded.history[position]]))
        }
    }

    // MARK: Where units come back

    private mutating func judgeReturning() {
        for position in sale.refusals.unexplained {
            contradictions += 1
            guard evidence.count < Contradiction.limit else { continue }
            evidence.append(
                .init(
                    "this cart was refused, but each of its items must have had enough units all the time",
                    attempts: [facts.recorded.history[position]]))
        }
        upheld =
            "units can come back, so that no order for all items at once was sought"
            + (sale.refusals.isEmpty
                ? ""
                : "; \(sale.refusals.count.counted("cart")) of several items \(sale.refusals.count == 1 ? "was" : "were") refused when that could be")
    }

    // MARK: In words

    private func name(_ item: Int) -> String { facts.items[item].item }

    /// A longer cycle is told as far as that.
    private static var toldLength: Int { 10 }

    private func shown(_ cycle: [Int], _ order: JointOrder) -> CheckResult.Evidence {
        let shown = cycle.prefix(Self.toldLength)
        let attempts = shown.map { attempt(ofOperation: $0) }
        var parts: [String] = []
        for (place, operation) in shown.enumerated() {
            let next = cycle[(place + 1) % cycle.count]
            guard let reason = order.reason(operation, before: next) else { continue }
            let (one, other) = (attempts[place].id, attempt(ofOperation: next).id)
            switch reason {
            case .realTime: parts.append("attempt \(one) had ended when attempt \(other) was called")
            case .position(let claim, let later):
                let (earlier, after) = (history.claims[claim], history.claims[later])
                parts.append(
                    "attempt \(one) took unit \(Int(earlier.last).grouped) of item \(name(Int(earlier.item))) before attempt "
                        + "\(other) took unit \(Int(after.last).grouped)")
            }
        }
        return .init(
            "each of these \(cycle.count.counted("cart")) must come before the next, and the last before the first: "
                + parts.joined(separator: "; ") + (cycle.count > Self.toldLength ? " …" : ""), attempts: attempts)
    }

    private func attempt(ofOperation index: Int) -> Attempt {
        facts.recorded.history[Self.told(resolution.operations[Int(operations[index])], facts)]
    }
}
