internal import CSystem
package import FlashSale
internal import RedisDriver
internal import Strategies

/// What is left of the stock, and whether anybody may still change it.
extension Sale {
    /// Waits until the server has no connection of that name any more, so that no straggler changes the stock later.
    ///
    /// - Returns: whether that could be seen within `seconds`.
    package mutating func waitUntilGone(connectionName: String, seconds: Double) -> Bool {
        let deadline = Clock.nanoseconds() + UInt64(seconds * 1e9)
        while true {
            guard let reply = try? call(["CLIENT", "LIST"]), reply.kind == .string else { return false }
            let isThere = reply.string().split(separator: "\n").contains { line in
                line.split(separator: " ").contains { $0 == "name=\(connectionName)" }
            }
            if !isThere { return true }
            if Clock.nanoseconds() > deadline { return false }
            Clock.sleep(until: Clock.nanoseconds() + 2_000_000)
        }
    }

    /// What the strategy's probe says.
    package mutating func finalStock() -> FinalStock {
        do throws(RunError) {
            return try readStock()
        } catch {
            return .unreadable(error.message)
        }
    }

    /// What the strategy's probe says.
    ///
    /// - Throws: ``RunError`` with 69 if the connection is lost, or the server refuses to serve.
    mutating func readStock() throws(RunError) -> FinalStock {
        var numbers: [Int] = []
        for (command, missing) in zip(commands.stock, strategy.stock.missing(units: units)) {
            let reply = try call(command)
            if reply.kind == .null {
                guard let missing else { return .absent }
                numbers.append(missing)
                continue
            }
            guard let number = reply.integer() else {
                try checkServed(reply, to: command)
                return .unreadable("the probe answered \(shown(reply)), which is no number")
            }
            numbers.append(number)
        }
        guard let units = strategy.stock.units(from: numbers, of: units) else {
            return .unreadable("the probe's numbers are too large to be added")
        }
        guard units < 0, strategy.stock.belowZeroIsSoldOut else { return .units(units) }
        stockBelowZero = units
        return .units(0)
    }
}
