internal import CLinux
package import FlashSale
internal import RedisDriver
internal import Stores
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
        let deadline = Clock.nanoseconds() + UInt64(limit) * 1_000_000
        guard case .command(let command) = step.request else { return tell(step.request, until: deadline) }
        go(to: 0)
        defer { goHome() }
        if !connection.isUsable { renewConnection() }
        guard connection.isUsable else { return .notMade("there is no connection to the server") }
        do throws(RunError) {
            let reply = try call(command, until: deadline)
            guard reply.kind == .error else { return .made }
            let reason = "the server answered \(Self.text(of: command)) with \(shown(reply))"
            return step.isPlain ? .notMade(reason) : .unknown(reason)
        } catch {
            return .unknown(error.message)
        }
    }

    /// Nobody knows what a store has done whose answer is an error or did not come.
    private mutating func tell(_ request: SaleRequest, until deadline: UInt64) -> RestockAnswer {
        guard case .query(let question) = request else { return .notMade("it is a command") }
        do throws(RunError) {
            try stores.tell(question, until: deadline)
            return .made
        } catch {
            return .unknown(error.message)
        }
    }

    /// Makes every restock of the file, at a sale that was just opened and that nobody knows of, to see that each gives what
    /// the file says.
    ///
    /// - Throws: ``RunError`` with 64 if one does not, with 69 if the server is lost or refuses to serve.
    package mutating func tryRestocks() throws(RunError) {
        _ = try onEachItem { sale throws(RunError) in try sale.tryRestocksOfItem() }
    }

    private mutating func tryRestocksOfItem() throws(RunError) {
        for step in commands.restocks {
            let place = "\(strategy.file):\(step.line)"
            guard step.units > 0 else {
                throw RunError(
                    .usage, "\(place): a restock should give 1 unit at least; it gives \(step.units.grouped)")
            }
            guard case .units(let before) = finalStock() else { return }
            guard case .command(let command) = step.request else { continue }
            go(to: 0)
            defer { goHome() }
            let reply = try call(command)
            try checkServed(reply, to: command)
            guard reply.kind != .error else {
                throw RunError(
                    .usage,
                    "\(place): the restock fails: the server answered \(Self.text(of: command)) with \(shown(reply))"
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
