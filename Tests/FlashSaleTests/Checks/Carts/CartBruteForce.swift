import FlashSale

/// Tries all orders of a few carts.
struct CartBruteForce {
    struct Step {
        var call: UInt64
        var end: UInt64
        var parts: [CartReader.Part]
        /// Won, sold out, or unknown: the latter takes everything or nothing.
        var outcome: Outcome
    }

    /// Of each item.
    let units: [Int]
    let left: [Int?]
    let steps: [Step]

    /// Whether some order fits real time and explains every answer and what is left.
    func isValid() -> Bool { canGoOn(done: 0, units) }

    private func canGoOn(done: Int, _ stock: [Int]) -> Bool {
        if done == 1 << steps.count - 1 { return zip(stock, left).allSatisfy { $1 == nil || $0 == $1 } }
        for (index, step) in steps.enumerated() where done & 1 << index == 0 {
            // Nobody may come after it who had returned before it was called.
            guard
                !steps.indices.contains(where: { done & 1 << $0 == 0 && $0 != index && steps[$0].end < step.call })
            else { continue }
            let isThere = step.parts.allSatisfy { stock[$0.item] >= $0.quantity }
            let next = done | 1 << index
            if step.outcome == .soldOut {
                if !isThere, canGoOn(done: next, stock) { return true }
                continue
            }
            if step.outcome == .unknown, canGoOn(done: next, stock) { return true }
            guard isThere else { continue }
            var taken = stock
            for part in step.parts { taken[part.item] -= part.quantity }
            guard step.parts.allSatisfy({ $0.remaining == nil || taken[$0.item] == $0.remaining }) else { continue }
            if canGoOn(done: next, taken) { return true }
        }
        return false
    }
}
