/// What the time of day was at an instant of CLOCK_MONOTONIC.
package struct WallClock: Sendable, Equatable {
    /// Nanoseconds since 1970 at the monotonic zero.
    private let offset: UInt64

    /// Both clocks, read one right after the other: the difference between the two is known to about a microsecond. What the
    /// system's clock is corrected by meanwhile is not seen, so that a span's length is exact and its date as good as that clock.
    package init(monotonicNanoseconds: UInt64, unixNanoseconds: UInt64) {
        offset = unixNanoseconds &- monotonicNanoseconds
    }

    /// Nanoseconds since 1970.
    package func unixNanoseconds(_ monotonicNanoseconds: UInt64) -> UInt64 { offset &+ monotonicNanoseconds }
}
