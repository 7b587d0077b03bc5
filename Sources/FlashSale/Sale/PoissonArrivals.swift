internal import Foundation

/// A Poisson process of one arrival a second whose arrivals are dealt over threads that do not talk to each other.
///
/// It goes in rounds, in which each thread has one arrival. A round ends with its last arrival, so its length is a sum of
/// exponential distances, as many as it has arrivals: a gamma variable, of which every thread draws the same value. The other
/// arrivals of a round are independent of each other and uniform in it (Kingman, "Poisson Processes", 1993, section 2.4),
/// so each thread draws its own. Were each thread to have a process of its own instead, one would come to its last buyer
/// long before another, and the rate of all would sag.
struct PoissonArrivals: Sendable {
    /// The same in all threads.
    private var lengths: SplitMix64
    private var own: SplitMix64
    /// When the next round begins, in seconds.
    private var start = 0.0

    /// - Parameter thread: its index in the fleet.
    init(seed: UInt64, thread: Int) {
        lengths = SplitMix64(seed: seed ^ 0x9FB2_1C65_1E98_DF25)
        own = SplitMix64(seed: seed ^ (UInt64(truncatingIfNeeded: thread + 1) &* 0xA24B_AED4_963E_E407))
    }

    /// When the thread's arrival in the next round is, in seconds; never before the one of the round before it.
    ///
    /// - Parameters:
    ///   - place: the thread's place in the round, from 0; the last one's arrival ends it.
    ///   - size: arrivals in the round, at least 1.
    mutating func next(place: Int, of size: Int) -> Double {
        let begin = start
        start += Self.gamma(shape: Double(size), &lengths)
        return place == size - 1 ? start : begin + (start - begin) * Self.uniform(&own)
    }

    /// At least 0 and below 1.
    private static func uniform(_ generator: inout SplitMix64) -> Double { Double(generator.next() >> 11) * 0x1p-53 }

    /// A gamma variable of scale 1: Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3),
    /// 2000.
    ///
    /// - Parameter shape: at least 1.
    private static func gamma(shape: Double, _ generator: inout SplitMix64) -> Double {
        let scale = shape - 1.0 / 3
        let width = 1 / (9 * scale).squareRoot()
        while true {
            // A normal variable, by Box and Muller.
            let normal = (-2 * log(1 - uniform(&generator))).squareRoot() * cos(2 * .pi * uniform(&generator))
            let root = 1 + width * normal
            guard root > 0 else { continue }
            let cube = root * root * root
            if log(1 - uniform(&generator)) < normal * normal / 2 + scale * (1 - cube + log(cube)) {
                return scale * cube
            }
        }
    }
}

/// A small generator of random numbers with a seed: Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
