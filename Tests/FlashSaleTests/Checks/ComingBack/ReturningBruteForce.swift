import FlashSale

/// Whether some order of takings and givings explains all replies, by trying every order: straight from what a stock is, to which
/// units can come back.
struct ReturningBruteForce {
    struct Step {
        /// When it happened, the ends included.
        var call: UInt64
        var end: UInt64
        /// What it adds to the stock.
        var change = 0
        /// Of a taking: what it was told is left, if anything.
        var told: Int?
        /// Somebody was told then that fewer are left.
        var soldOutFor: Int?
        var isOptional = false
        /// The step that must have happened before.
        var after: Int?
        /// Whether it must follow where that one happened.
        var mustFollow = false
    }

    let units: Int
    let final: Int?
    let steps: [Step]

    func isValid() -> Bool {
        var seen = [Bool](repeating: false, count: 1 << steps.count)
        return search(done: 0, left: units, latestCall: 0, &seen)
    }

    /// - Parameter done: the steps that have happened, as bits. What is left follows from them.
    private func search(done: Int, left: Int, latestCall: UInt64, _ seen: inout [Bool]) -> Bool {
        guard !seen[done] else { return false }
        seen[done] = true
        if isComplete(done), final == nil || final == left { return true }
        for (index, step) in steps.enumerated() where done & 1 << index == 0 {
            // Something that was called after this one had ended has happened already.
            guard latestCall <= step.end else { continue }
            if let before = step.after, done & 1 << before == 0 { continue }
            if let wanted = step.soldOutFor, left >= wanted { continue }
            let after = left + step.change
            guard after >= 0, step.told == nil || step.told == after else { continue }
            if search(done: done | 1 << index, left: after, latestCall: max(latestCall, step.call), &seen) {
                return true
            }
        }
        return false
    }

    private func isComplete(_ done: Int) -> Bool {
        steps.enumerated().allSatisfy { index, step in
            if done & 1 << index != 0 { return true }
            if step.mustFollow, let before = step.after { return done & 1 << before == 0 }
            return step.isOptional
        }
    }
}
