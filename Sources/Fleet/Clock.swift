internal import CHiredis

/// The clock of the history.
package enum Clock {
    /// CLOCK_MONOTONIC in nanoseconds, which all processes of one machine share.
    @inline(__always)
    package static func nanoseconds() -> UInt64 { stress_monotonic_nanoseconds() }

    /// CLOCK_REALTIME in milliseconds since 1970.
    package static func wallMilliseconds() -> Int { Int(stress_wall_nanoseconds() / 1_000_000) }

    /// Sleeps until CLOCK_MONOTONIC reaches `nanoseconds`.
    package static func sleep(until nanoseconds: UInt64) { stress_sleep_until(nanoseconds) }
}
