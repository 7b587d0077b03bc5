/// The numbers of units that open unknowns can have taken together, beyond the fewest: whole attempts only, and of those
/// that the ledger counts no more and no fewer than it counts.
struct UnknownUnits {
    /// Each is taken or not.
    private var pieces: [Int] = []
    /// Of each, one number is taken. Every one has 0.
    private var choices: [[Int]] = []
    private let limit: Int

    /// - Parameters:
    ///   - holds: the quantities of other attempts that may hold units at the end.
    ///   - limit: the most table cells to look at.
    /// - Returns: nil if the limit is exceeded.
    init?(_ resolution: Resolution, holds: [Int] = [], limit: Int) {
        self.limit = limit
        pieces = holds
        // For all pools together: there may be as many as buyers.
        var cells = limit
        for operation in resolution.certain where !operation.isSingle && operation.quantities.count > 1 {
            choices.append(operation.quantities.map { $0 - operation.leastQuantity })
        }
        for pool in resolution.book.pools where pool.most > 0 && pool.least < pool.unknownCount {
            let unknowns = resolution.unknowns(of: pool)
            if let quantity = Self.common(unknowns) {
                pieces += Array(repeating: quantity, count: pool.most - pool.least)
            } else if pool.isPartial {
                guard
                    let sums = SubsetSum.sums(
                        of: unknowns.map(\.quantities), taking: pool.least...pool.most, cells: &cells)
                else { return nil }
                let least = resolution.leastUnits(pool)
                choices.append(sums.map { $0 - least })
            } else {
                for unknown in unknowns {
                    if unknown.quantities.count == 1 {
                        pieces.append(unknown.leastQuantity)
                    } else {
                        choices.append([0] + unknown.quantities)
                    }
                }
            }
        }
    }

    /// Whether they can have taken that many; nil if there is too much to look at.
    func reach(_ units: Int) -> Bool? {
        SubsetSum.reaches(units, with: pieces, choices: choices, limit: limit)
    }

    private static func common(_ operations: [Operation]) -> Int? {
        let quantity = operations[0].leastQuantity
        return operations.allSatisfy { $0.quantities == [quantity] } ? quantity : nil
    }
}
