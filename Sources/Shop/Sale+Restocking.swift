internal import CSystem
package import FlashSale
internal import RedisDriver
internal import Strategies

/// Units that come to the sale while the doors are open.
extension Sale {
    /// What became of a restock.
    package enum RestockAnswer: Equatable {
        case made
        /// Certainly nothing was given; the reason is for people.
        case notMade(String)
        /// It may have been made, or may be made later.
        case unknown(String)
    }

    /// Gives units to the sale.
    ///
    /// - Parameter limit: how long an answer is waited for, in milliseconds.
    package mutating func restock(_ step: Restocking, withinMilliseconds limit: Int) -> RestockAnswer {
        if !connection.isUsable { renewConnection() }
        guard connection.isUsable else { return .notMade("there is no connection to the server") }
        do throws(RunError) {
            let reply = try call(step.command, until: Clock.nanoseconds() + UInt64(limit) * 1_000_000)
            guard reply.kind == .error else { return .made }
            let reason = "the server answered \(Self.text(of: step.command)) with \(shown(reply))"
            return step.isPlain ? .notMade(reason) : .unknown(reason)
        } catch {
            return .unknown(error.message)
        }
    }

    /// Makes every restock of the file, at a sale that was just opened and that nobody knows of, to see that each gives what
    /// the file says.
    ///
    /// - Throws: ``RunError`` with 64 if one does not, with 69 if the server is lost or refuses to serve.
    package mutating func tryRestocks() throws(RunError) {
        for step in commands.restocks {
            let place = "\(strategy.file):\(step.line)"
            guard step.units > 0 else {
                throw RunError(
                    .usage, "\(place): a restock should give 1 unit at least; it gives \(step.units.grouped)")
            }
            guard case .units(let before) = finalStock() else { return }
            let reply = try call(step.command)
            try checkServed(reply, to: step.command)
            guard reply.kind != .error else {
                throw RunError(
                    .usage,
                    "\(place): the restock fails: the server answered \(Self.text(of: step.command)) with \(shown(reply))"
                )
            }
            let after = finalStock()
            guard after == .units(before + step.units) else {
                throw RunError(
                    .usage,
                    "\(place): the restock should give \(step.units.counted("unit")), so that the probe (stock:) finds "
                        + "\((before + step.units).grouped) instead of \(before.grouped) in a sale that was just opened; it finds "
                        + after.inWords)
            }
        }
    }
}
