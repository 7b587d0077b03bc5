/// A sale of carts: what its items have together, and what each of them has to be told for that.
final class CartSale {
    let reader: CartReader
    let facts: RunFacts
    /// Whether units of any item can come back, so that what a win left says nothing of the order.
    let comesBack: Bool
    /// Of each item, whether carts wanted it that were refused.
    private(set) var isRefused: [Bool]
    /// Of each item, whether its orders could be read.
    private(set) var hasOrders: [Bool]
    /// Of each item, units of calls that repeat one which got them already: where the sale is wrong, they may have taken them again.
    private(set) var repeatedUnits: [Int]
    /// Whether a cart of several items was won, and whether one was refused.
    private(set) var wasWon = false
    private(set) var wasRefused = false
    /// Whether one was refused of which some item was certainly there.
    var wasRefusedWithStock = false
    /// Where units come back, refused carts that nothing explains yet.
    private(set) var refusals: CartRefusals
    private var order: CartOrder?

    /// - Parameter facts: of all items together.
    init(_ picker: CartPicker, _ facts: RunFacts) {
        reader = CartReader(picker, names: facts.recorded.history.names)
        self.facts = facts
        comesBack =
            facts.rules.givesBack || facts.rules.lapsesNanoseconds != nil || facts.recorded.survey.tally.returned > 0
            || facts.items.contains { !$0.epoch.restocks.isEmpty }
        isRefused = Array(repeating: false, count: facts.items.count)
        hasOrders = isRefused
        repeatedUnits = Array(repeating: 0, count: facts.items.count)
        refusals = CartRefusals(facts, reader, areAsked: comesBack)
    }

    /// Completes the facts of one item, before it is judged by itself.
    func prepare(_ own: inout RunFacts, item: Int) {
        // What wins are told stands where others have names of units (``LinesLeft``).
        own.recorded.tellsUnits = false
        // Where one cart gave back, each that was refused may have, whatever it was told.
        if facts.recorded.survey.tally.returned > 0 { own.rules.givesBack = true }
        if let ledger = own.epoch.ledger {
            own.epoch.ledger = CartOrders.merged(ledger, item: item, own.recorded.history, reader, facts)
            hasOrders[item] = own.epoch.ledger != nil
            if !hasOrders[item] { own.epoch.ledgerProblem = OrdersByBuyer.problem }
        }
        var left: Int?
        if case .units(let units) = own.epoch.stock { left = units }
        var seen: Set<Int> = []
        for (_, record) in own.recorded.history.records {
            if own.rules.idempotency != .none, record.outcome == .won || record.outcome == .duplicate,
                !seen.insert(record.purchase).inserted
            {
                repeatedUnits[item] += record.quantity
            }
            switch record.outcome {
            case .won: if record.isPart { wasWon = true }
            case .soldOut, .returned:
                isRefused[item] = true
                guard record.isPart else { continue }
                wasRefused = true
                if left ?? 0 > 0 { wasRefusedWithStock = true }
                // With fewer than it wanted it may have been this item.
                if left ?? .max >= record.quantity { own.wishesElsewhere += record.quantity }
            case .conflict, .failed: isRefused[item] = true
            case .duplicate, .unknown, .held: break
            }
        }
    }

    /// Looks at an item for what its carts may have met there.
    func look(at own: RunFacts, item: Int) {
        guard comesBack, !refusals.isEmpty else { return }
        if refusals.look(at: own, item: item) { wasRefusedWithStock = true }
    }

    /// The order of carts for all items; asked for with the facts of all of them as they are judged.
    func order(_ facts: RunFacts, _ resolution: Resolution) -> CartOrder {
        if let order { return order }
        let made = CartOrder(facts, resolution, self)
        order = made
        if made.wasRefusedWithStock { wasRefusedWithStock = true }
        return made
    }

    /// The checks of all items together, with those of carts.
    ///
    /// - Parameters:
    ///   - checks: those that are made already.
    ///   - results: what they gave.
    func checks(_ checks: [Check], _ results: [CheckResult], _ items: [ItemVerdict]) -> [Check] {
        var checks = checks
        for (index, result) in results.enumerated() where result.name == Linearizable.name {
            checks[index] = Check(result.name) { facts, resolution in
                self.order(facts, resolution).added(to: result)
            }
        }
        checks.append(
            Check(CartsWhole.name) { facts, resolution in
                // It may show that some item was there.
                _ = self.order(facts, resolution)
                return CartsWhole(self, facts, resolution, items).result
            })
        return checks
    }
}
