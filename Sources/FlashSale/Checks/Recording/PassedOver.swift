/// Purchases without an attempt whose thread went on to a later one.
///
/// Where a run ends by time, nobody knows how many were to come. But a thread takes its purchases in the order of their
/// numbers, so those that came are the first of each share: one that is missing before another was made.
enum PassedOver {
    /// - Returns: none where every purchase was to be made; that is seen without this.
    static func purchases(_ table: PurchaseTable, _ scenario: Scenario) -> [Int] {
        guard scenario.pace.endsByTime else { return [] }
        var missing: [Int] = []
        for purchases in scenario.burstPurchases + [scenario.otherPurchases] {
            let purchases = purchases.clamped(to: 1..<table.planned + 1)
            guard let first = purchases.first else { continue }
            // Of each share, whether a later purchase was made.
            var wentOn = [Bool](repeating: false, count: min(scenario.totalThreads, purchases.count))
            for purchase in purchases.reversed() {
                let share = (purchase - first) % scenario.totalThreads
                if table.hasStarted(purchase) {
                    wentOn[share] = true
                } else if wentOn[share] {
                    missing.append(purchase)
                }
            }
        }
        return missing.sorted()
    }
}
