/// The orders of all items, put together by the carts that they are of.
struct OrdersOfCarts {
    /// Orders that are certainly not of a whole cart.
    private(set) var parts: [CheckResult.Evidence] = []
    /// The same where what is missing may have been written after it was read.
    private(set) var open: [CheckResult.Evidence] = []
    /// How many attempts, purchases or buyers have orders for all that is wanted.
    private(set) var carts = 0

    private let facts: RunFacts
    private let reader: CartReader
    /// What orders can be told apart by in all items, or what one operation covers if that is more.
    private let scope: Scope
    /// Of each item, whether all of its orders are known.
    private var isKnown: [Bool]

    /// One order, or several of the same cart.
    private struct Entry {
        var key: Int
        var item: UInt32
        /// Units; -1 where it does not tell.
        var quantity: Int32
    }

    init(_ facts: RunFacts, _ sale: CartSale) {
        self.facts = facts
        reader = sale.reader
        let ledgers = facts.items.map(\.epoch.ledger)
        scope = max(ledgers.lazy.map(Scope.init).max() ?? .sale, Scope(facts.rules.idempotency))
        isKnown = zip(ledgers, sale.hasOrders).map { ledger, isFit in
            isFit && ledger.map { $0.unreadable.isEmpty && $0.countOnly == nil } ?? false
        }
    }

    /// Compares all of them. O(n log n) for n orders.
    mutating func compare() {
        guard let scenario = facts.recorded.scenario, scope < .sale, isKnown.contains(true) else { return }
        var entries: [Entry] = []
        entries.reserveCapacity(facts.items.reduce(0) { $0 + ($1.epoch.ledger?.orders.count ?? 0) })
        for (index, item) in facts.items.enumerated() where isKnown[index] {
            for order in item.epoch.ledger?.orders ?? [] {
                entries.append(
                    Entry(
                        key: key(of: order, scenario), item: UInt32(index),
                        quantity: order.quantity.map { Int32(clamping: max(0, $0)) } ?? -1))
            }
        }
        entries.sort { $0.key != $1.key ? $0.key < $1.key : $0.item < $1.item }
        var start = 0
        while start < entries.count {
            var end = start + 1
            while end < entries.count, entries[end].key == entries[start].key { end += 1 }
            compare(Self.added(entries[start..<end]), scenario)
            start = end
        }
    }

    private func key(of order: Ledger.Order, _ scenario: Scenario) -> Int {
        if scope == .attempt { return order.attempt ?? 0 }
        let purchase = order.purchase(scenario)
        guard scope == .buyer else { return purchase }
        return purchase > 0 ? scenario.buyer(ofPurchase: purchase) : order.buyer ?? 0
    }

    /// One entry for each item.
    private static func added(_ entries: ArraySlice<Entry>) -> [Entry] {
        var added: [Entry] = []
        added.reserveCapacity(entries.count)
        for entry in entries {
            guard let known = added.last, known.item == entry.item else {
                added.append(entry)
                continue
            }
            let both = known.quantity.addingReportingOverflow(entry.quantity)
            added[added.count - 1].quantity =
                known.quantity < 0 || entry.quantity < 0 || both.overflow ? -1 : both.partialValue
        }
        return added
    }

    private mutating func compare(_ entries: [Entry], _ scenario: Scenario) {
        let key = entries[0].key
        // Orders of those who are not known are told by the check of orders.
        guard key > 0 else { return }
        guard scope < .buyer else { return compare(entries, ofBuyer: key, scenario) }
        let purchase = scope == .attempt ? (key - 1) / max(1, scenario.attempts) + 1 : key
        guard isMade(purchase) else { return }
        var problems: [String] = []
        var times: Int?
        let wanted = reader.parts(ofPurchase: purchase)
        for part in wanted where isKnown[part.item] {
            guard let own = entries.first(where: { $0.item == part.item }) else {
                problems.append("none of item \(name(part.item)), which is in its cart")
                continue
            }
            guard own.quantity >= 0 else { continue }
            let quantity = Int(own.quantity)
            // What took effect more than once is told elsewhere; it must have done so for all items.
            let isMultiple = quantity > 0 && quantity.isMultiple(of: part.quantity)
            if !isMultiple || quantity / part.quantity != times ?? quantity / part.quantity {
                problems.append(
                    "\(quantity.counted("unit")) of item \(name(part.item)), of which its cart wants \(part.quantity.grouped)"
                )
            } else {
                times = quantity / part.quantity
            }
        }
        for entry in entries where !wanted.contains(where: { $0.item == Int(entry.item) }) {
            problems.append("some of item \(name(Int(entry.item))), which is not in its cart")
        }
        tell(problems, entries, of: purchase...purchase, key)
    }

    /// Where orders name buyers, what each cart of theirs wants that wants an item which is there.
    private mutating func compare(_ entries: [Entry], ofBuyer buyer: Int, _ scenario: Scenario) {
        let first = (buyer - 1) * scenario.purchasesPerBuyer + 1
        let purchases = (first..<first + scenario.purchasesPerBuyer).filter { isMade($0) }
        guard let last = purchases.last else { return }
        let carts = purchases.map { Set(reader.parts(ofPurchase: $0).map(\.item)) }
        var missing: Set<Int> = []
        for entry in entries {
            let own = carts.filter { $0.contains(Int(entry.item)) }
            guard var together = own.first else { continue }
            for cart in own { together.formIntersection(cart) }
            for item in together where isKnown[item] && !entries.contains(where: { $0.item == item }) {
                missing.insert(item)
            }
        }
        let problems = missing.sorted().map { "none of item \(name($0)), which is in the same cart" }
        tell(problems, entries, of: purchases[0]...last, buyer)
    }

    private func isMade(_ purchase: Int) -> Bool {
        let table = facts.recorded.survey.purchases
        return purchase >= 1 && purchase <= table.planned && table.last(of: purchase) != nil
    }

    private mutating func tell(_ problems: [String], _ entries: [Entry], of purchases: ClosedRange<Int>, _ key: Int) {
        guard !problems.isEmpty else {
            carts += 1
            return
        }
        let table = facts.recorded.survey.purchases
        let attempts = purchases.compactMap { isMade($0) ? table.last(of: $0) : nil }.map { facts.recorded.history[$0] }
        let piece = CheckResult.Evidence(
            "the server has an order of \(scope.named(key)) for item \(name(Int(entries[0].item))), but \(problems.joined(separator: " and "))",
            attempts: attempts, tellsWhen: false)
        // A buyer is told that they won after the order was written.
        let isSettled = !facts.hasStragglers || attempts.contains { $0.outcome == .won }
        if isSettled { parts.append(piece) } else { open.append(piece) }
    }

    private func name(_ item: Int) -> String { facts.items[item].item }
}
