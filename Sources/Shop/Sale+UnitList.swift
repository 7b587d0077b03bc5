internal import FlashSale
internal import RedisDriver
internal import Strategies

/// The names of the units that are for sale.
extension Sale {
    /// Asks which units with a name are for sale.
    mutating func listUnits() throws(RunError) {
        if case .numbers(_, _, let line)? = strategy.forSale {
            let range = strategy.forSale?.range(units: units)
            guard let range, range.count == units else {
                throw RunError(
                    .usage,
                    "\(strategy.file):\(line): units: should have a number for each of the \(units.counted("unit")) of the sale; it has \((range?.count ?? 0).grouped)"
                )
            }
            forSale = .numbers(range)
        }
        guard case .listed(let call)? = strategy.forSale else { return }
        var names: [String] = []
        for request in commands.unitsOnShelves {
            go(to: request.shelf)
            connection.replyLimit = mostBytesOfOrders
            defer { connection.replyLimit = ReplyLimit.ofAnAnswer }
            let reply = try answer(to: request.value)
            if let command = request.value.command { try checkServed(reply, to: command) }
            names += try UnitListReading.names(
                reply, units: commands.shelves.units(on: request.shelf),
                place: "\(strategy.file):\(call.line)", shown: { shown($0) })
        }
        forSale = .listed(names)
    }
}
