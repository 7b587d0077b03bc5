internal import Glibc

/// CLOCK_MONOTONIC, which a change of the system's time does not touch.
enum MonotonicClock {
    static func nanoseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
