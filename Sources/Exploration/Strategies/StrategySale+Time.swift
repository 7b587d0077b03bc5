internal import EmbeddedRedis
internal import FlashSale
internal import RedisDriver
internal import Shop
internal import Strategies

/// Time, where purchases take theirs: the server's clock and the buyers' stand still, and go on where an order says so.
extension StrategySale {
    /// Stops a server's clock, before the sale opens there.
    ///
    /// - Throws: 69 if the server does not follow it.
    static func stop(_ clock: ServerClock, of sale: inout Sale) throws(RunError) {
        guard clock.set(milliseconds: now) else { throw clockIsLost }
        let reply = try sale.call(["TIME"])
        guard reply.kind == .array, let seconds = reply.element(0), reply.string(at: seconds) == String(now / 1000)
        else { throw RunError(.unavailable, clock.isNotFollowed.description) }
    }

    private static var clockIsLost: RunError {
        RunError(.unavailable, "the private server was lost while orders were explored: its folder is gone")
    }

    mutating func resetClock() throws(RunError) {
        (passed, passedAt) = (0, nil)
        if let clock, !clock.set(milliseconds: Self.now) { throw Self.clockIsLost }
    }

    /// After so many milliseconds every hold is taken to be over.
    var lapseMilliseconds: Int {
        let lapses = sale.strategy.lapsesNanoseconds ?? 0
        return Int((lapses + PhasePlan.lapseMargin(lapses) + 999_999) / 1_000_000)
    }

    /// That every hold is over, where somebody can have one, and that would not only be said again.
    var lapse: Offer? {
        guard clock != nil, takesTime, steps > 0, passedAt != steps - 1 else { return nil }
        return .lapse(milliseconds: lapseMilliseconds, of: participants.indices)
    }

    /// Lets the server's clock go on, with all that expires by then. Nothing is done where that goes on by itself.
    mutating func letTimePass(milliseconds: Int) throws(RunError) {
        guard let clock else { return }
        passed += milliseconds
        do throws(ConnectionError) {
            guard clock.set(milliseconds: Self.now + passed) else {
                throw ConnectionError.refused("its folder is gone")
            }
            try keyspace.letTimePass(milliseconds: milliseconds, &sale.connection)
        } catch {
            throw Self.lost(error)
        }
    }

    /// The same as a step of an order: whoever has sent nothing yet sees it.
    mutating func letTimePass(milliseconds: Int, at step: Int) throws(RunError) {
        try letTimePass(milliseconds: milliseconds)
        passedAt = step
        do throws(ConnectionError) {
            for buyer in participants { try buyer.letTimePass(until: Self.now + passed) }
        } catch {
            throw Self.lost(error)
        }
    }

    /// Has begin what follows a hold that somebody was just told of.
    func followHolds(toldAt step: Int) throws(ConnectionError) {
        guard takesTime else { return }
        for (index, buyer) in participants.enumerated() where buyer.part == .reserve {
            guard let hold = buyer.hold, hold.step == step else { continue }
            for other in participants[(index + 1)...].prefix(while: { $0.part != .reserve }) where !other.hasBegun {
                try other.follow(hold)
            }
        }
    }
}
