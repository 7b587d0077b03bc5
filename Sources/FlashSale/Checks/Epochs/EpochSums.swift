/// What left the stock over neighbouring epochs, and what their operations can have taken.
struct EpochSums {
    /// What left the stock in some neighbouring epochs.
    struct Left {
        var units: Int
        /// Whether it is known of each of these epochs: nothing that the server may have forgotten is in it.
        var isRead: Bool
        /// Whether a stock that was gone came back in it, so that there may be fewer units than there were.
        var cameBack: Bool
    }

    private let epochs: SaleEpochs
    /// Units certainly taken by operations from one epoch to another: of each first and last epoch, all that lie within.
    private var contained: [[Int]]
    /// Units that operations of those first and last epochs may have taken.
    private var possible: [[Int]]
    /// The same of operations that may have taken units more than once, in each epoch.
    private var repeated: [Int]
    /// Units that certainly came to each epoch, and that may have come to it.
    private var restocked: [Int]
    private var doubtful: [(epochs: ClosedRange<Int>, units: Int)] = []

    var count: Int { epochs.parts.count }

    init(_ facts: RunFacts, _ resolution: Resolution, _ epochs: SaleEpochs) {
        self.epochs = epochs
        let count = epochs.parts.count
        contained = Array(repeating: Array(repeating: 0, count: count), count: count)
        possible = contained
        repeated = Array(repeating: 0, count: count)
        restocked = repeated
        let ranges = epochs.ranges
        for (index, operation) in resolution.operations.enumerated() where operation.state != .disproven {
            let (low, high) = (Int(ranges.low[index]), Int(ranges.high[index]))
            // Where connections may have been alive at the last read, a lost one may have taken effect after it.
            let isCertain =
                operation.state == .won
                || (operation.state == .proven && !(facts.hasStragglers && operation.latestEffect == nil))
            if isCertain { contained[low][high] += operation.leastQuantity }
            if operation.isSingle {
                possible[low][high] += operation.mostQuantity
            } else {
                for epoch in low...Int(ranges.last[index]) { repeated[epoch] += operation.mostQuantity }
            }
        }
        for restock in facts.epoch.restocks {
            let range = ranges.epochs(from: restock.invokedNs, to: restock.returnedNs)
            if range.count == 1, restock.returnedNs != nil {
                restocked[range.lowerBound] += restock.plausibleUnits
            } else {
                doubtful.append((range, restock.plausibleUnits))
            }
        }
        accumulate()
    }

    /// From operations of just those epochs to all that lie within them.
    private mutating func accumulate() {
        for first in contained.indices.reversed() {
            for last in first..<contained.count {
                var sum = contained[first][last]
                if last > first { sum += contained[first][last - 1] }
                if first < last { sum += contained[first + 1][last] }
                if last - first > 1 { sum -= contained[first + 1][last - 1] }
                contained[first][last] = sum
            }
        }
    }

    /// The fewest units that were taken in these epochs.
    func certain(_ first: Int, _ last: Int) -> Int { contained[first][last] }

    /// The most.
    func most(_ first: Int, _ last: Int) -> Int {
        var sum = repeated[first...last].reduce(0, +)
        for low in 0...last {
            for high in max(low, first)..<count { sum += possible[low][high] }
        }
        return sum
    }

    /// Units that may have come to these epochs.
    func maybeRestocked(_ first: Int, _ last: Int) -> Int {
        doubtful.reduce(0) { $0 + ($1.epochs.overlaps(first...last) ? $1.units : 0) }
    }

    /// What left the stock in these epochs; nil where it cannot be told.
    func left(_ first: Int, _ last: Int) -> Left? {
        let (parts, boundaries) = (epochs.parts, epochs.boundaries)
        var left = Left(units: 0, isRead: true, cameBack: false)
        if let start = parts[first].start {
            left.units = start
        } else if first > 0, boundaries[first - 1] == .through, let start = parts[first - 1].end {
            left.units = start
            left.isRead = false
            left.cameBack = true
        } else {
            return nil
        }
        for boundary in first..<last {
            switch boundaries[boundary] {
            case .read: left.units += (parts[boundary + 1].start ?? 0) - (parts[boundary].end ?? 0)
            case .through:
                left.isRead = false
                if parts[boundary + 1].cameBack { left.cameBack = true }
            case .broken: return nil
            }
        }
        if let end = parts[last].end {
            left.units -= end
        } else if last + 1 < count, boundaries[last] == .through, let end = parts[last + 1].start {
            left.units -= end
            left.isRead = false
        } else {
            return nil
        }
        left.units += restocked[first...last].reduce(0, +)
        return left
    }

    /// Units that were certainly taken in these epochs, but did not leave the stock; nil where that cannot be told.
    func deficit(_ first: Int, _ last: Int) -> Int? {
        guard let left = left(first, last) else { return nil }
        let more = maybeRestocked(first, last) + max(0, epochs.parts[first].strays)
        return certain(first, last) - left.units - more
    }

    /// Units that left the stock in these epochs, beyond all that can have been taken; nil where that cannot be told.
    func excess(_ first: Int, _ last: Int) -> Int? {
        guard let left = left(first, last), !left.cameBack else { return nil }
        let strays = last + 1 < count ? epochs.parts[last + 1].strays : 0
        return left.units - most(first, last) - strays
    }

    /// Whether just what was certainly taken left the stock in these epochs.
    func isExact(_ first: Int, _ last: Int) -> Bool {
        guard let left = left(first, last), maybeRestocked(first, last) == 0 else { return false }
        return left.units == certain(first, last)
    }

    /// The epochs, cut so that each piece is exact; nil where they cannot be.
    var exactPieces: [ClosedRange<Int>]? {
        var pieces = [[ClosedRange<Int>]?](repeating: nil, count: count + 1)
        pieces[0] = []
        for last in 0..<count {
            for first in (0...last).reversed() where pieces[first] != nil && isExact(first, last) {
                pieces[last + 1] = (pieces[first] ?? []) + [first...last]
                break
            }
        }
        return pieces[count]
    }

    /// What left the stock over the whole sale; nil where it cannot be told.
    var leftInAll: Int? {
        if let left = left(0, count - 1) { return left.units }
        var sum = 0
        for part in 0..<count {
            guard let left = left(part, part) else { return nil }
            sum += left.units
        }
        return sum
    }
}
