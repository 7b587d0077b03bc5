/// Tells which workers have been silent for too long while the doors are open. Only time in which the coordinator could
/// listen counts: where the whole machine stood still, everybody was silent.
struct Watchdog {
    /// A worker tells how far it is ten times a second; one that is silent for this long is stopped or stuck.
    static let silenceSeconds = 10
    /// One on another machine answers four pings a second.
    static let remoteSilenceSeconds = 3
    /// The coordinator looks ten times a second, too. If it has not for this long, it was stopped itself.
    private static let absenceNanoseconds: UInt64 = 1_000_000_000

    /// Silence before this is no worker's fault.
    private var start: UInt64
    private var lastLook: UInt64

    /// - Parameter opened: CLOCK_MONOTONIC of the doors' opening: silence before that is waiting for the others.
    init(opened: UInt64) {
        start = opened
        lastLook = opened
    }

    /// To be called each time that the coordinator has listened.
    ///
    /// - Returns: whether it could not for so long that nobody's silence until now counts.
    @discardableResult
    mutating func look(at now: UInt64) -> Bool {
        defer { lastLook = now }
        guard now > lastLook + Self.absenceNanoseconds else { return false }
        start = now
        return true
    }

    /// Whether a worker that was last heard at that time has been silent for too long.
    ///
    /// - Parameter isFrozen: whether a fault has stopped it, so that its silence is none of its own. Once it goes on, it counts as
    ///   heard.
    /// - Parameter silenceSeconds: how long is too long.
    func isLost(
        lastHeard: UInt64, isFrozen: Bool = false, silenceSeconds: Int = silenceSeconds, at now: UInt64
    ) -> Bool {
        !isFrozen && now > max(lastHeard, start) + UInt64(silenceSeconds) * 1_000_000_000
    }
}
