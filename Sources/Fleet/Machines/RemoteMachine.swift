internal import FlashSale

/// A machine that is not the coordinator's, with the workers there: what is known of its clock, and of itself.
final class RemoteMachine {
    /// As the user knows it.
    let name: String
    private(set) var clock = MachineClock()
    /// As its first worker told; nil before.
    var facts: WorkerMessage.MachineFacts?
    /// How many pings its workers have answered.
    private(set) var exchanges = 0
    /// Of the quickest exchange, in nanoseconds; nil before the first.
    private(set) var quickest: UInt64?
    /// Of the last ones.
    private var recent: [UInt64] = []

    init(_ name: String) { self.name = name }

    /// A ping was answered.
    func take(_ exchange: ClockExchange) {
        clock.take(exchange)
        exchanges += 1
        let there = exchange.answered &- exchange.received
        let here = exchange.heard &- exchange.sent
        guard here >= there else { return }
        let roundTrip = here - there
        quickest = min(quickest ?? .max, roundTrip)
        if recent.count == Self.recentCount { recent.removeFirst() }
        recent.append(roundTrip)
    }

    private static var recentCount: Int { 64 }

    /// How long a message may take to get there, in nanoseconds: the longest of the last round trips.
    var slowest: UInt64 { recent.max() ?? 0 }

    /// The machine's time of a moment of ours, for a message.
    ///
    /// - Throws: ``RunError`` with 69 where nothing is proven of its clock.
    func there(_ here: UInt64) throws(RunError) -> UInt64 {
        if let there = clock.there(here) { return there }
        throw RunError(
            .unavailable,
            quickest == nil
                ? "\(name) has answered no ping, so that nothing is known of its clock; nothing was sold"
                : "the clock of \(name) was set or stood still while its workers connected, so that the doors cannot open there at the "
                    + "same time as elsewhere; nothing was sold. Run again, or without that machine")
    }

    /// The latest time of ours that a moment of the machine's may have been; the moment itself where nothing is known.
    func latestHere(_ there: UInt64, now: UInt64) -> UInt64 { clock.moments(atThere: there)?.upperBound ?? now }
}
