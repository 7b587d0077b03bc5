internal import CSystem
internal import FlashSale
internal import RedisDriver
internal import Shop

/// How long a rehearsal may take.
struct RehearsalClock {
    /// CLOCK_MONOTONIC at which it is cut short; nil where it may take its time.
    private let deadline: UInt64?

    /// - Parameter seconds: from now on; nil for no end.
    init(seconds: Double?) { deadline = seconds.map { Clock.nanoseconds() + UInt64($0 * 1e9) } }

    var isOver: Bool { deadline.map { Clock.nanoseconds() >= $0 } ?? false }

    /// - Throws: if the time is over.
    func check() throws(RunError) {
        if isOver { throw RunError(.unavailable, "the time of the rehearsal is over") }
    }

    /// Lets no later answer take longer than the time that is left.
    ///
    /// - Throws: if the time is over.
    func limit(_ sale: inout Sale) throws(RunError) {
        try check()
        guard let deadline else { return }
        let left = Int((deadline - min(deadline, Clock.nanoseconds())) / 1_000_000) + 1
        do throws(ConnectionError) {
            try sale.connection.wait(atMostMilliseconds: left, sale.endpoint)
        } catch {
            throw RunError(.unavailable, "the private server cannot be reached: \(error)")
        }
    }
}
