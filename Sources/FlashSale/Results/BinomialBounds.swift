/// What so many hits in so many independent trials say of the chance of one: the exact interval of Clopper and Pearson (The Use of
/// Confidence or Fiducial Limits Illustrated in the Case of the Binomial, Biometrika 26, 1934), at 95%.
///
/// Without a hit only the upper bound means anything, and all of the 5% lie above it: p with (1 − p)ⁿ = 0.05, about 3 / n ("rule of
/// three", Hanley and Lippman-Hand, JAMA 249, 1983). The same the other way round where each trial is a hit.
package struct BinomialBounds: Sendable, Equatable {
    package let low: Double
    package let high: Double

    /// - Parameters:
    ///   - hits: from 0 to `trials`.
    ///   - trials: at least 1.
    package init(hits: Int, trials: Int) {
        precondition(trials > 0 && (0...trials).contains(hits), "hits are some of the trials")
        let tail = hits == 0 || hits == trials ? 0.05 : 0.025
        high = hits == trials ? 1 : Self.root { Self.chance(ofAtMost: hits, of: trials, each: $0) > tail }
        low = hits == 0 ? 0 : Self.root { 1 - Self.chance(ofAtMost: hits - 1, of: trials, each: $0) < tail }
    }

    /// Where a condition that holds at 0 stops to hold, between 0 and 1.
    private static func root(_ holds: (Double) -> Bool) -> Double {
        var (low, high) = (0.0, 1.0)
        // A double has 53 bits.
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if holds(middle) { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The chance of at most `most` hits. Each term is the one before times a ratio, scaled down before it overflows.
    private static func chance(ofAtMost most: Int, of trials: Int, each chance: Double) -> Double {
        guard chance > 0 else { return 1 }
        guard chance < 1 else { return most < trials ? 0 : 1 }
        let odds = chance / (1 - chance)
        var (term, sum, part) = (1.0, 0.0, 0.0)
        for hits in 0...trials {
            sum += term
            if hits <= most { part += term }
            term *= Double(trials - hits) / Double(hits + 1) * odds
            if sum > 1e250 {
                term *= 1e-250
                sum *= 1e-250
                part *= 1e-250
            }
        }
        return part / sum
    }
}
