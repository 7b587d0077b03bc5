/// The orders of one item in a sale of carts.
enum CartOrders {
    /// The ledger with one order for each cart, where a cart asks for the item on several lines and the sale wrote an order for each line:
    /// as many orders as lines, and of as many units as these, if they tell. O(n log n).
    static func merged(_ ledger: Ledger, item: Int, _ reader: CartReader, _ facts: RunFacts) -> Ledger {
        guard reader.picker.lines.max > 1, ledger.countOnly == nil, let scenario = facts.recorded.scenario else {
            return ledger
        }
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
                if areLines(orders, of: item, reader, scenario) {
                    if orders[0].quantity != nil {
                        merged.orders[own[0]].quantity = orders.reduce(0) { $0 + ($1.quantity ?? 0) }
                    }
                    removed.formUnion(own.dropFirst())
                }
            }
            start = end
        }
        guard !removed.isEmpty else { return ledger }
        merged.orders = merged.orders.indices.filter { !removed.contains($0) }.map { merged.orders[$0] }
        return merged
    }

    /// Whether orders of one attempt or purchase are of the lines of its cart, one each.
    private static func areLines(
        _ orders: [Ledger.Order], of item: Int, _ reader: CartReader, _ scenario: Scenario
    ) -> Bool {
        let purchase = orders[0].purchase(scenario)
        guard purchase > 0, orders.allSatisfy({ ($0.attempt == nil) == (orders[0].attempt == nil) }) else {
            return false
        }
        let lines = reader.picker.lines(ofPurchase: purchase).filter { $0.item == item }.map(\.quantity)
        let told = orders.compactMap(\.quantity)
        return lines.count == orders.count && (told.isEmpty || told.sorted() == lines.sorted())
    }
}

extension Ledger.Order {
    /// The purchase that it names, or whose attempt; 0 or less where it names none that is planned.
    func purchase(_ scenario: Scenario) -> Int {
        if let attempt { return attempt > 0 ? (attempt - 1) / max(1, scenario.attempts) + 1 : 0 }
        return purchase ?? 0
    }
}
