internal import CSystem

/// A moment after which waiting ends.
struct Deadline {
    private let end: Int

    init(milliseconds: Int) {
        end = Self.now() + milliseconds
    }

    /// Milliseconds that are left, 0 once it has passed.
    var remainingMilliseconds: Int { max(0, end - Self.now()) }
    var hasPassed: Bool { remainingMilliseconds == 0 }

    private static func now() -> Int { Int(Clock.nanoseconds() / 1_000_000) }
}
