/// The sequence in which the claims of a sale come, and what contradicts it.
///
/// Takings that say what they left are totally ordered by it. An order of closed intervals can be kept if each was called
/// before any after it had ended: with a clock that starts at 0 and is moved on to each call, it never passes an end.
struct ClaimSequence {
    /// Indices of the claims by position.
    private(set) var byPosition: [UInt32]
    private(set) var contradictions = ContradictionList()

    init(_ history: StockHistory) {
        byPosition = Self.sorted(history)
        soldOuts(history)
        walk(history)
        if contradictions.isEmpty, let machines = history.machines { soldOuts(history, machines) }
    }

    /// Where positions are dense, each has its place without comparing any.
    private static func sorted(_ history: StockHistory) -> [UInt32] {
        let claims = history.claims
        let slots = history.units
        if slots <= 4 * claims.count + 1024 {
            let none = UInt32.max
            var places = [UInt32](repeating: none, count: slots + 1)
            var isDense = true
            for index in claims.indices {
                let first = claims[index].first
                guard first >= 1, first <= slots, places[first] == none else {
                    isDense = false
                    break
                }
                places[first] = UInt32(index)
            }
            if isDense {
                var next = 0
                for place in places where place != none {
                    places[next] = place
                    next += 1
                }
                places.removeLast(places.count - next)
                return places
            }
        }
        return (0..<UInt32(claims.count)).sorted { left, right in
            let (left, right) = (claims[Int(left)], claims[Int(right)])
            return left.first != right.first
                ? left.first < right.first
                : left.call != right.call ? left.call < right.call : left.operation < right.operation
        }
    }

    private mutating func walk(_ history: StockHistory) {
        // What shares a position is told last: it has a check of its own.
        var shared = ContradictionList()
        var clock: (call: UInt64, operation: UInt32) = (0, 0)
        var furthest: (last: Int, operation: UInt32) = (0, 0)
        var machines = history.machines
        let lastTaken = history.final.map { history.units - $0 } ?? history.units
        for index in byPosition {
            let claim = history.claims[Int(index)]
            if claim.first < 1 || claim.last > history.units {
                contradictions.add(.outside(claim.operation))
                continue
            }
            if claim.last > lastTaken { contradictions.add(.beyondFinal(claim.operation)) }
            if claim.first <= furthest.last {
                shared.add(.shared(position: claim.first, furthest.operation, claim.operation))
            } else if clock.call > claim.end {
                contradictions.add(.outOfSequence(earlier: clock.operation, later: claim.operation))
            } else if let earlier = machines?.pass(claim) {
                contradictions.add(.outOfSequence(earlier: earlier, later: claim.operation))
            }
            if claim.last > furthest.last { furthest = (claim.last, claim.operation) }
            if claim.call > clock.call { clock = (claim.call, claim.operation) }
        }
        contradictions.add(shared)
    }

    /// Each sold-out against the claims that must have come before it.
    private mutating func soldOuts(_ history: StockHistory) {
        let ascending = history.soldOuts.sorted { $0.quantity > $1.quantity }
        var next = 0
        var latest: (call: UInt64, operation: UInt32)?
        for soldOut in ascending {
            if let final = history.final, final > history.mostLeft(after: soldOut) {
                contradictions.add(.soldOutWithStock(soldOut))
                continue
            }
            let position = history.position(emptying: soldOut)
            while next < byPosition.count, history.claims[Int(byPosition[next])].first <= position {
                let claim = history.claims[Int(byPosition[next])]
                if claim.call >= latest?.call ?? 0 { latest = (claim.call, claim.operation) }
                next += 1
            }
            if let latest, latest.call > soldOut.returned {
                contradictions.add(.soldOutTooEarly(soldOut, takenLater: latest.operation))
            }
        }
    }

    /// Each sold-out against the claims of its own machine, by that machine's clock.
    private mutating func soldOuts(_ history: StockHistory, _ machines: MachineOrder) {
        var machines = machines
        var next = 0
        for (soldOut, machine) in machines.soldOuts.sorted(by: { $0.soldOut.quantity > $1.soldOut.quantity }) {
            let position = history.position(emptying: soldOut)
            while next < byPosition.count, history.claims[Int(byPosition[next])].first <= position {
                _ = machines.pass(history.claims[Int(byPosition[next])])
                next += 1
            }
            if let later = machines.last(on: machine, after: soldOut.returned) {
                contradictions.add(.soldOutTooEarly(soldOut, takenLater: later))
            }
        }
    }
}
