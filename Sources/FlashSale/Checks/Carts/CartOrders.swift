/// The orders of one item in a sale of carts.
enum CartOrders {
    /// The ledger with one order for each cart, where a cart asks for the item on several lines and the sale wrote an order for each line:
    /// as many orders as lines, and of as many units as these, if they tell. O(n log n).
    ///
    /// - Parameters:
    ///   - history: of the item.
    ///   - facts: of all items.
    /// - Returns: nil where it cannot be told whether orders are of lines or of carts (``OrdersByBuyer/problem``).
    static func merged(
        _ ledger: Ledger, item: Int, _ history: History, _ reader: CartReader, _ facts: RunFacts
    ) -> Ledger? {
        guard reader.picker.lines.max > 1, let scenario = facts.recorded.scenario else { return ledger }
        guard ledger.countOnly == nil else {
            return ofBuyers(ledger, OrdersByBuyer(history, item: item, reader, facts))
        }
        let named = ofIDs(ledger, item: item, reader, scenario)
        guard named.orders.contains(where: { $0.attempt == nil && $0.purchase == nil }) else { return named }
        return ofBuyers(named, OrdersByBuyer(history, item: item, reader, facts))
    }

    /// Orders that name buyers only, or nobody.
    private static func ofBuyers(_ ledger: Ledger, _ sold: OrdersByBuyer) -> Ledger? {
        var merged = ledger
        if let count = ledger.countOnly {
            switch sold.reading(ofAll: count) {
            case .asTheyAre: return ledger
            case .merged(let carts): merged.countOnly = carts.count
            case .ambiguous: return nil
            }
            return merged
        }
        let others = ledger.orders.filter { $0.attempt == nil && $0.purchase == nil }
        merged.orders.removeAll { $0.attempt == nil && $0.purchase == nil }
        // A server that keeps one order for each buyer keeps none for each line.
        for (buyer, orders) in Dictionary(grouping: others, by: \.buyer).sorted(by: { $0.key ?? 0 < $1.key ?? 0 }) {
            let units = orders.compactMap(\.quantity)
            let reading =
                buyer.map {
                    sold.reading(ofBuyer: $0, count: orders.count, units: units.count == orders.count ? units : nil)
                } ?? sold.reading(ofAll: orders.count)
            switch reading {
            case .asTheyAre: merged.orders += orders
            case .merged(let carts):
                merged.orders += carts.map { .init(buyer: buyer, quantity: units.isEmpty ? nil : $0) }
            case .ambiguous: return nil
            }
        }
        return merged
    }

    private static func ofIDs(
        _ ledger: Ledger, item: Int, _ reader: CartReader, _ scenario: Scenario
    ) -> Ledger {
        var places: [(key: Int, index: Int)] = []
        places.reserveCapacity(ledger.orders.count)
        for (index, order) in ledger.orders.enumerated() {
            // An order of a buyer only may be of any of their carts.
            guard let key = order.attempt ?? order.purchase else { continue }
            places.append((key, index))
        }
        places.sort { $0.key != $1.key ? $0.key < $1.key : $0.index < $1.index }
        var removed: Set<Int> = []
        var merged = ledger
        var start = 0
        while start < places.count {
            var end = start + 1
            while end < places.count, places[end].key == places[start].key { end += 1 }
            if end - start > 1 {
                let own = places[start..<end].map(\.index)
                let orders = own.map { ledger.orders[$0] }
                let carts = cartsOfLines(orders, of: item, reader, scenario)
                if carts > 0 {
                    if orders[0].quantity != nil {
                        let units = orders.reduce(0) { $0 + ($1.quantity ?? 0) } / carts
                        for index in own.prefix(carts) { merged.orders[index].quantity = units }
                    }
                    removed.formUnion(own.dropFirst(carts))
                }
            }
            start = end
        }
        guard !removed.isEmpty else { return ledger }
        merged.orders = merged.orders.indices.filter { !removed.contains($0) }.map { merged.orders[$0] }
        return merged
    }

    /// How many carts it is of whose lines orders of one attempt or purchase are, one each: a purchase that is made again where its answer
    /// was lost may have one for each time. 0 where they are no such orders.
    private static func cartsOfLines(
        _ orders: [Ledger.Order], of item: Int, _ reader: CartReader, _ scenario: Scenario
    ) -> Int {
        let purchase = orders[0].purchase(scenario)
        guard purchase > 0, orders.allSatisfy({ ($0.attempt == nil) == (orders[0].attempt == nil) }) else { return 0 }
        let lines = reader.picker.lines(ofPurchase: purchase).filter { $0.item == item }.map(\.quantity)
        guard lines.count > 1, orders.count.isMultiple(of: lines.count) else { return 0 }
        let carts = orders.count / lines.count
        guard carts == 1 || orders[0].attempt == nil else { return 0 }
        let told = orders.compactMap(\.quantity)
        let wanted = lines.flatMap { Array(repeating: $0, count: carts) }
        return told.isEmpty || told.sorted() == wanted.sorted() ? carts : 0
    }
}

extension Ledger.Order {
    /// The purchase that it names, or whose attempt; 0 or less where it names none that is planned.
    func purchase(_ scenario: Scenario) -> Int {
        if let attempt { return attempt > 0 ? (attempt - 1) / max(1, scenario.attempts) + 1 : 0 }
        return purchase ?? 0
    }
}
