/// How long a worker on another machine goes on without hearing from its coordinator. It has no clock.
///
/// A ping that was sent at a moment of the coordinator's clock lets the worker live for ``nanoseconds`` after that moment, whenever it
/// comes: one that was on its way for long, or waited in a buffer, gives no more than what is left of that. The two clocks are compared
/// by the quickest ping so far. So the coordinator knows when a worker that it does not hear any more has ended
/// (``isOver(lastPing:quickest:)``).
struct Lease {
    static var nanoseconds: UInt64 { 3_000_000_000 }
    /// What a worker may take beyond that: it looks five times a second, and the machine may be busy.
    static var marginNanoseconds: UInt64 { 500_000_000 }
    /// Whoever has not looked for this long was stopped itself.
    private static var absenceNanoseconds: UInt64 { 1_000_000_000 }

    /// There less here, as it looked in the quickest ping.
    private var quickest: Int64?
    private var lastSent: UInt64 = 0
    /// The worker's clock.
    private var end: UInt64
    private var lastLook: UInt64

    /// - Parameter now: CLOCK_MONOTONIC, of the worker, as all times where nothing else is said.
    init(from now: UInt64) {
        end = now + Self.nanoseconds
        lastLook = now
    }

    /// Something came that is no ping. Once there are pings only these count.
    mutating func hear(at now: UInt64) {
        if quickest == nil { end = max(end, now + Self.nanoseconds) }
    }

    /// A ping came.
    ///
    /// - Parameter sent: the coordinator's clock.
    mutating func hearPing(sent: UInt64, at now: UInt64) {
        let apart = Int64(bitPattern: now &- sent)
        quickest = min(quickest ?? apart, apart)
        lastSent = max(lastSent, sent)
        end = lastSent &+ UInt64(bitPattern: quickest ?? apart) &+ Self.nanoseconds
    }

    /// Whether it is over. To be called after all that has come was heard, several times a second: where that was not possible for a
    /// while, the worker itself stood still, and looks once more.
    mutating func isOver(at now: UInt64) -> Bool {
        defer { lastLook = now }
        if now > lastLook &+ Self.absenceNanoseconds { end = max(end, now + Self.marginNanoseconds) }
        return now > end
    }
}
