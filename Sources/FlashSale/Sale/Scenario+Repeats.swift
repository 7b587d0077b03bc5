/// Which purchases are asked for again although they were won, as a customer does who reloads the page.
///
/// A strategy that says `idempotent:` promises that this takes nothing. The repeat is one more attempt of the purchase, after
/// the one that won, and the purchase is what it was before: only the checks look at it.
extension Scenario {
    /// Whether `purchase` is asked for again once it was won.
    package func repeats(purchase: Int) -> Bool {
        Self.repeats(purchase: purchase, every: repeatEvery ?? 0, seed: seed)
    }

    /// One in each row of `every` purchases, which the seed chooses.
    ///
    /// - Parameters:
    ///   - purchase: from 1.
    ///   - every: 0 where no purchase is asked for again.
    @inline(__always)
    package static func repeats(purchase: Int, every: Int, seed: UInt64) -> Bool {
        guard every > 1 else { return every == 1 }
        let (row, place) = (purchase - 1).quotientAndRemainder(dividingBy: every)
        var generator = SplitMix64(seed: seed ^ (UInt64(truncatingIfNeeded: row) &* 0xA076_1D64_78BD_642F))
        return Int(generator.next() % UInt64(every)) == place
    }
}
