/// One order of carts for all of their items: each takes all of its units at one instant between its call and its end, and the
/// positions that were told follow each other in every item.
///
/// What must come before what are edges of a graph: from each claim to the next one of its item, and from each operation to those that
/// were called after its end. A cycle shows that there is no such order, as cycles of dependencies show anomalies of transactions (Adya
/// 1999; Kingsbury and Alvaro 2020, Elle, which has real time among the edges). As Gibbons and Korach (1997) note of histories that tell
/// what was read from whom, the order is then given, and no search is needed. Where there is no cycle, a topological order is an order
/// of all of them: it fits real time, and each item's positions.
///
/// Real time takes two edges an operation: returns are put into a chain, each operation leads to its own return, and the last return
/// before a call leads to who made it. So there are O(n) edges after sorting, and one depth-first search finds a cycle or an order.
struct JointOrder {
    private let history: JointHistory
    /// How many operations there are. The node of the k-th return, from 0, is `count + k`.
    private let count: Int
    /// Of each operation, where its claims start in ``claimsByOperation``; and the end.
    private var claimStarts: [UInt32]
    private var claimsByOperation: [UInt32]
    /// Of each operation, which return is its own.
    private var returnOf: [UInt32]
    /// Operations in the order of their calls.
    private var byCall: [UInt32]
    /// Of each return, where the operations start in ``byCall`` before whose call it is the last; and the end.
    private var calledStarts: [UInt32]
    /// Nodes, those that come first last; fewer than there are where a cycle was found.
    private var finished: [UInt32] = []
    /// Operations each of which must come before the next, and the last before the first; nil where there is an order.
    private(set) var cycle: [Int]?

    /// - Parameter history: sorted (``JointHistory/sort()``).
    init(_ history: JointHistory) {
        self.history = history
        count = history.operations.count
        (claimStarts, claimsByOperation) = Self.grouped(history.claims.lazy.map(\.operation), into: count)
        let operations = history.operations
        let byReturn = (0..<UInt32(count)).sorted { operations[Int($0)].end < operations[Int($1)].end }
        byCall = (0..<UInt32(count)).sorted { operations[Int($0)].call < operations[Int($1)].call }
        returnOf = Array(repeating: 0, count: count)
        for (place, operation) in byReturn.enumerated() { returnOf[Int(operation)] = UInt32(place) }
        // Those that are called while no return is before them have no such edge.
        calledStarts = []
        calledStarts.reserveCapacity(count + 1)
        var called = 0
        for place in byReturn.indices {
            let end = operations[Int(byReturn[place])].end
            while called < count, operations[Int(byCall[called])].call <= end { called += 1 }
            calledStarts.append(UInt32(called))
        }
        calledStarts.append(UInt32(count))
        search()
    }

    /// The indices of elements by their group: where each group starts, and the end; and the indices.
    private static func grouped(_ groups: some Collection<UInt32>, into count: Int) -> ([UInt32], [UInt32]) {
        var starts = [UInt32](repeating: 0, count: count + 1)
        for group in groups { starts[Int(group) + 1] += 1 }
        for group in 0..<count { starts[group + 1] += starts[group] }
        var places = starts
        var indices = [UInt32](repeating: 0, count: groups.count)
        for (index, group) in groups.enumerated() {
            indices[Int(places[Int(group)])] = UInt32(index)
            places[Int(group)] += 1
        }
        return (starts, indices)
    }

    // MARK: The graph

    /// Which node must come after another one.
    ///
    /// - Parameter edge: which of its edges is looked at next; is moved beyond the one that is returned.
    /// - Returns: nil where it has no more.
    @inline(__always)
    private func next(after node: Int, _ edge: inout UInt32) -> Int? {
        guard node < count else { return nextCalled(after: node - count, &edge) }
        let (start, end) = (claimStarts[node], claimStarts[node + 1])
        while start + edge < end {
            let claim = Int(claimsByOperation[Int(start + edge)])
            edge += 1
            if claim + 1 < history.claims.count, history.claims[claim + 1].item == history.claims[claim].item {
                return Int(history.claims[claim + 1].operation)
            }
        }
        guard start + edge == end else { return nil }
        edge += 1
        return count + Int(returnOf[node])
    }

    @inline(__always)
    private func nextCalled(after place: Int, _ edge: inout UInt32) -> Int? {
        let (start, end) = (calledStarts[place], calledStarts[place + 1])
        if start + edge < end {
            edge += 1
            return Int(byCall[Int(start + edge - 1)])
        }
        guard start + edge == end, place + 1 < count else { return nil }
        edge += 1
        return count + place + 1
    }

    private mutating func search() {
        var isSeen = [Bool](repeating: false, count: 2 * count)
        var isOpen = isSeen
        var path: [(node: UInt32, edge: UInt32)] = []
        finished.reserveCapacity(2 * count)
        for root in 0..<count where !isSeen[root] {
            isSeen[root] = true
            isOpen[root] = true
            path.append((UInt32(root), 0))
            while let (node, _) = path.last {
                guard let next = next(after: Int(node), &path[path.count - 1].edge) else {
                    path.removeLast()
                    isOpen[Int(node)] = false
                    finished.append(node)
                    continue
                }
                if isOpen[next] {
                    let start = path.lastIndex { $0.node == UInt32(next) } ?? 0
                    cycle = shortened(path[start...].map { Int($0.node) }.filter { $0 < count })
                    return
                }
                guard !isSeen[next] else { continue }
                isSeen[next] = true
                isOpen[next] = true
                path.append((UInt32(next), 0))
            }
        }
    }

    // MARK: What comes before what

    /// Why one operation must come before another.
    enum Reason: Equatable {
        /// It had returned before the other was called.
        case realTime
        /// It took an earlier position of an item: indices of the claims of both.
        case position(claim: Int, later: Int)
    }

    /// - Returns: nil where no single claim or return tells it.
    func reason(_ one: Int, before other: Int) -> Reason? {
        if history.operations[one].end < history.operations[other].call { return .realTime }
        for claim in claims(of: one) {
            for later in claims(of: other)
            where history.claims[claim].item == history.claims[later].item && claim < later {
                return .position(claim: claim, later: later)
            }
        }
        return nil
    }

    private func claims(of operation: Int) -> LazyMapSequence<ArraySlice<UInt32>, Int> {
        claimsByOperation[Int(claimStarts[operation])..<Int(claimStarts[operation + 1])].lazy.map { Int($0) }
    }

    /// A cycle through more operations than that is not searched for the shortest one.
    private static var searchedLength: Int { 64 }

    /// Leaves operations of a cycle out that are not needed, and takes the shortest one through those that stay.
    private func shortened(_ cycle: [Int]) -> [Int] {
        var short: [Int] = []
        for operation in cycle {
            while short.count > 1, reason(short[short.count - 2], before: operation) != nil { short.removeLast() }
            short.append(operation)
        }
        while short.count > 2, reason(short[short.count - 2], before: short[0]) != nil { short.removeLast() }
        guard short.count > 2, short.count <= Self.searchedLength else { return short }
        var best = short
        for start in short.indices {
            // Breadth first, back to where it started.
            var from = [Int?](repeating: nil, count: short.count)
            var reached = [start]
            var next = 0
            search: while next < reached.count {
                let place = reached[next]
                next += 1
                for other in short.indices where reason(short[place], before: short[other]) != nil {
                    if other == start {
                        var way = [place]
                        while let before = from[way[way.count - 1]] { way.append(before) }
                        if way.count < best.count { best = way.reversed().map { short[$0] } }
                        break search
                    }
                    guard from[other] == nil else { continue }
                    from[other] = place
                    reached.append(other)
                }
            }
        }
        return best
    }

    /// Of each claim the latest call among the operations that must come by then, its own included. It never falls from one claim of an
    /// item to the next. O(n).
    ///
    /// - Returns: nothing of use where there is a cycle.
    func latestCalls() -> [UInt64] {
        var latest = history.operations.map(\.call) + Array(repeating: 0, count: count)
        for node in finished.lazy.reversed().map({ Int($0) }) {
            var edge: UInt32 = 0
            while let next = next(after: node, &edge) { latest[next] = max(latest[next], latest[node]) }
        }
        return history.claims.map { latest[Int($0.operation)] }
    }
}
