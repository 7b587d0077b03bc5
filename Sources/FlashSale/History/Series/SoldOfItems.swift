/// Units of items that buyers were told are theirs.
package struct SoldOfItems {
    private let scenario: Scenario
    /// Which line of the picture an item has, by its place in the scenario; nil for those that are not shown.
    private var lines: [Int?]
    private let count: Int

    /// - Parameter items: names; nil where the scenario has none of them.
    package init?(_ items: [String], _ scenario: Scenario) {
        guard let all = scenario.items?.items else { return nil }
        self.scenario = scenario
        count = items.count
        let places = Dictionary(items.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        lines = all.map { places[$0.item] }
    }

    /// For each item, how many were sold up to the end of each step.
    ///
    /// - Parameters:
    ///   - start: CLOCK_MONOTONIC of the first step.
    ///   - width: of a step, in nanoseconds; at least 1.
    package func bySteps(_ facts: RunFacts, start: UInt64, width: UInt64, count steps: Int) -> [[Int]] {
        var sold = Array(repeating: Array(repeating: 0, count: steps), count: count)
        let picker = scenario.items.map { ItemPicker($0, seed: scenario.seed) }
        let carts = CartPicker(scenario)
        var seen: Set<[Int]> = []
        for (_, record) in facts.recorded.history.records where record.outcome == .won {
            guard let returned = record.returnedNanoseconds, record.purchase > 0 else { continue }
            let item = carts == nil ? picker?.item(ofPurchase: record.purchase) : nil
            // What is told again is no other sale.
            if facts.rules.idempotency != .none {
                let isBuyers = facts.rules.idempotency == .buyer
                let key = isBuyers ? [record.buyer, item ?? -1] : [record.purchase]
                guard seen.insert(key).inserted else { continue }
            }
            let step = min(steps - 1, Int((max(returned, start) - start) / width))
            func count(_ item: Int, _ units: Int) {
                if lines.indices.contains(item), let line = lines[item] { sold[line][step] += units }
            }
            if let carts {
                for line in carts.lines(ofPurchase: record.purchase) { count(line.item, line.quantity) }
            } else if let item {
                count(item, record.quantity)
            }
        }
        for line in sold.indices {
            for step in 1..<max(1, steps) { sold[line][step] += sold[line][step - 1] }
        }
        return sold
    }
}
