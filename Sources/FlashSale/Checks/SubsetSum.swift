/// Whether some of a list of quantities add up to a sum: dynamic programming over reachable sums (Bellman, 1957).
enum SubsetSum {
    /// - Parameters:
    ///   - sum: at least 0.
    ///   - quantities: each at least 1.
    ///   - limit: the most table cells to look at.
    /// - Returns: nil if the limit is exceeded.
    static func reaches(_ sum: Int, with quantities: [Int], limit: Int) -> Bool? {
        guard sum > 0 else { return sum == 0 }
        let total = quantities.reduce(0, +)
        guard sum <= total else { return false }
        if quantities.allSatisfy({ $0 == 1 }) || sum == total { return true }
        // Equal quantities are taken together: for each kind, the fewest pieces that reach a sum.
        let kinds = Dictionary(quantities.map { ($0, 1) }, uniquingKeysWith: +)
        let (cells, overflow) = (sum + 1).multipliedReportingOverflow(by: kinds.count)
        guard !overflow, cells <= limit else { return nil }
        var reachable = [Bool](repeating: false, count: sum + 1)
        reachable[0] = true
        for (quantity, count) in kinds where quantity <= sum {
            var used = [Int](repeating: 0, count: sum + 1)
            for value in quantity...sum
            where !reachable[value] && reachable[value - quantity] && used[value - quantity] < count {
                reachable[value] = true
                used[value] = used[value - quantity] + 1
            }
        }
        return reachable[sum]
    }
}
