/// Which sums some of a list of quantities add up to: dynamic programming over reachable sums (Bellman, 1957).
enum SubsetSum {
    /// Whether some of `quantities`, and one of each of `choices`, add up to a sum.
    ///
    /// - Parameters:
    ///   - sum: at least 0.
    ///   - quantities: each at least 1.
    ///   - choices: each with 0, and no number below it.
    ///   - limit: the most table cells to look at.
    /// - Returns: nil if the limit is exceeded.
    static func reaches(_ sum: Int, with quantities: [Int], choices: [[Int]] = [], limit: Int) -> Bool? {
        guard sum > 0 else { return sum == 0 }
        let total = quantities.reduce(0, +) + choices.reduce(0) { $0 + ($1.max() ?? 0) }
        guard sum <= total else { return false }
        if sum == total || (choices.isEmpty && quantities.allSatisfy { $0 == 1 }) { return true }
        if quantities.isEmpty, choices.count == 1 { return choices[0].contains(sum) }
        // Equal quantities are taken together: for each kind, the fewest pieces that reach a sum.
        let kinds = Dictionary(quantities.map { ($0, 1) }, uniquingKeysWith: +)
        let steps = kinds.count + choices.reduce(0) { $0 + $1.count }
        let (cells, overflow) = (sum + 1).multipliedReportingOverflow(by: steps)
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
        for choice in choices {
            let before = reachable
            for step in choice where step > 0 && step <= sum {
                for value in step...sum where before[value - step] { reachable[value] = true }
            }
        }
        return reachable[sum]
    }

    /// What so many of the items add up to, each with one of its quantities.
    ///
    /// Where every item has one quantity and the quantities have no gap between them (`--quantity 1..3`), so many of them
    /// reach every sum from that of the smallest to that of the largest: while a taken item is smaller than one that is
    /// not, some such pair differs by 1, and changing it adds 1.
    ///
    /// - Parameters:
    ///   - items: each with at least one quantity of at least 1.
    ///   - counts: how many are taken, up to as many as there are.
    ///   - cells: the most table cells to look at; those that are looked at are taken from it.
    /// - Returns: ascending; nil if there are too many.
    static func sums(of items: [[Int]], taking counts: ClosedRange<Int>, cells: inout Int) -> [Int]? {
        let ascending = items.map { $0[0] }.sorted()
        let kinds = Set(ascending)
        if items.allSatisfy({ $0.count == 1 }), ascending[ascending.count - 1] - ascending[0] == kinds.count - 1 {
            let ranges = ranges(ascending, taking: counts)
            let sums = ranges.reduce(0) { $0 + $1.count }
            guard sums <= cells else { return nil }
            cells -= sums
            return ranges.flatMap { Array($0) }
        }
        let top = items.reduce(0) { $0 + ($1.max() ?? 0) }
        let (row, overflow) = (top + 1).multipliedReportingOverflow(by: counts.upperBound + 1)
        guard !overflow, row <= cells, row * items.count <= cells else { return nil }
        cells -= row * items.count
        var reachable = [[Bool]](
            repeating: [Bool](repeating: false, count: top + 1), count: counts.upperBound + 1)
        reachable[0][0] = true
        for item in items {
            for taken in stride(from: counts.upperBound - 1, through: 0, by: -1) {
                for sum in 0...top where reachable[taken][sum] {
                    for quantity in item { reachable[taken + 1][sum + quantity] = true }
                }
            }
        }
        return (0...top).filter { sum in counts.contains { reachable[$0][sum] } }
    }

    /// From the sum of the smallest to that of the largest, for each count; what touches is one range.
    private static func ranges(_ ascending: [Int], taking counts: ClosedRange<Int>) -> [ClosedRange<Int>] {
        var ranges: [ClosedRange<Int>] = []
        var smallest = 0
        var largest = 0
        for count in 0...counts.upperBound {
            if count > 0 {
                smallest += ascending[count - 1]
                largest += ascending[ascending.count - count]
            }
            guard count >= counts.lowerBound else { continue }
            if let last = ranges.last, smallest <= last.upperBound + 1 {
                ranges[ranges.count - 1] = last.lowerBound...largest
            } else {
                ranges.append(smallest...largest)
            }
        }
        return ranges
    }
}
