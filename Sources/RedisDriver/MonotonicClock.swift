internal import CHiredis

/// CLOCK_MONOTONIC, which a change of the system's time does not touch.
enum MonotonicClock {
    static func nanoseconds() -> Int { Int(stress_monotonic_nanoseconds()) }
}
