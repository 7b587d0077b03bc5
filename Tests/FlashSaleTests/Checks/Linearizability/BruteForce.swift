import FlashSale

/// Whether some order of a few operations explains all replies, by trying every order: straight from what a stock is, without
/// positions, holes or windows.
struct BruteForce {
    struct Step {
        var call: UInt64
        var end: UInt64
        var quantity: Int
        /// Of a taking: what it was told is left, if anything.
        var remaining: Int?
        var isSoldOut: Bool
        /// Whether it may be left out.
        var isOptional: Bool
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
        var isComplete = final == nil || final == left
        for (index, step) in steps.enumerated() where done & 1 << index == 0 && !step.isOptional { isComplete = false }
        if isComplete { return true }
        for (index, step) in steps.enumerated() where done & 1 << index == 0 {
            // Something that was called after this one had ended has happened already.
            guard latestCall <= step.end else { continue }
            var after = left
            if step.isSoldOut {
                guard left < step.quantity else { continue }
            } else {
                guard left >= step.quantity else { continue }
                after -= step.quantity
                guard step.remaining == nil || step.remaining == after else { continue }
            }
            if search(done: done | 1 << index, left: after, latestCall: max(latestCall, step.call), &seen) {
                return true
            }
        }
        return false
    }
}

/// Numbers that a seed fixes (Steele, Lea and Flood 2014).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}
