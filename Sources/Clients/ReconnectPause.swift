internal import FlashSale

/// How long a client leaves a server alone that it cannot reach: longer each time, up to half a second, and somewhere between
/// half of that and all of it, so that clients do not all come back at once. It is short again once the server was reached.
package struct ReconnectPause: BitwiseCopyable, Sendable {
    /// Nanoseconds of the first pause, and of the longest, at most.
    package static var firstNanoseconds: UInt64 { 20_000_000 }
    package static var longestNanoseconds: UInt64 { 500_000_000 }

    /// How often in a row the server could not be reached.
    private var failures: UInt64 = 0

    package init() {}

    /// The next pause, in nanoseconds.
    ///
    /// - Parameter seed: draws its length, together with how often the server could not be reached.
    package mutating func next(seed: UInt64) -> UInt64 {
        let longest = min(Self.longestNanoseconds, Self.firstNanoseconds << min(failures, 8))
        var generator = SplitMix64(seed: seed &+ failures)
        failures += 1
        return longest / 2 + generator.next() % (longest / 2 + 1)
    }

    /// The server was reached.
    @inline(__always)
    package mutating func reset() { failures = 0 }
}
