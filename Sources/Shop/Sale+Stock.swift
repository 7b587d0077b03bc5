internal import CLinux
package import FlashSale
internal import RedisDriver
internal import Stores
internal import Strategies

/// What is left of the stock, and whether anybody may still change it.
extension Sale {
    /// Waits until the server has no connection of that name any more, so that no straggler changes the stock later.
    ///
    /// - Returns: whether that could be seen within `seconds`.
    package mutating func waitUntilGone(connectionName: String, seconds: Double) -> Bool {
        // Only a server tells who is connected.
        guard hasServer else { return false }
        let deadline = Clock.nanoseconds() + UInt64(seconds * 1e9)
        while true {
            guard let reply = try? call(["CLIENT", "LIST"]), reply.kind == .string else { return false }
            let isThere = reply.string().split(separator: "\n").contains { line in
                line.split(separator: " ").contains { $0 == "name=\(connectionName)" }
            }
            if !isThere, !isNamedElsewhere(connectionName) { return true }
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
        let stock = try readShelves(by: strategy.stock)
        guard strategy.stock.belowZeroIsSoldOut else { return stock.inAll }
        if stock.belowZero < 0 { stockBelowZero = stock.belowZero }
        return stock.nothingBelowZero
    }

    /// What one probe says, below 0 as well.
    mutating func readStock(by probe: Strategy.Probe) throws(RunError) -> FinalStock {
        try readShelves(by: probe).inAll
    }

    private mutating func readShelves(by probe: Strategy.Probe) throws(RunError) -> ShelfStock {
        defer { goHome() }
        var stock = ShelfStock()
        for shelf in commands.shelves(of: probe) {
            go(to: shelf)
            let own = commands.on(shelf)
            var numbers: [Int?] = []
            for request in own.requests(of: probe) {
                switch try probe.isByItem ? number(ofItem: own.item, in: request) : number(of: request) {
                case .number(let number): numbers.append(number)
                case .nothing: numbers.append(nil)
                case .another(let text):
                    return ShelfStock(
                        .unreadable(
                            probe.isByItem
                                ? "the probe answered \(text)" : "the probe answered \(text), which is no number"))
                }
            }
            stock.add(numbers, of: probe, own)
        }
        return stock
    }

    /// The number that stands beside the name of an item.
    private mutating func number(ofItem item: String, in request: SaleRequest) throws(RunError) -> ReadNumber {
        switch request {
        case .command(let command):
            let reply = try call(command)
            guard let numbers = ItemNumbers(reply) else {
                try checkServed(reply, to: command)
                return .another("\(shown(reply)), which is no list of items and numbers")
            }
            return numbers.number(of: item)
        case .query(let question):
            let table = try stores.ask(question)
            guard let numbers = ItemNumbers(table) else {
                return .another(
                    "\(table.columnCount.counted("column")), where the item and its number were wanted")
            }
            return numbers.number(of: item)
        }
    }

    /// What is asked where a number is wanted.
    enum ReadNumber {
        case number(Int)
        /// Nil, or NULL, or no row.
        case nothing
        /// Something else, for people.
        case another(String)
    }

    /// - Throws: ``RunError`` with 69 if the store cannot be asked, or refuses to serve.
    mutating func number(of request: SaleRequest) throws(RunError) -> ReadNumber {
        switch request {
        case .command(let command):
            let reply = try call(command)
            if reply.kind == .null { return .nothing }
            guard let number = reply.integer() else {
                try checkServed(reply, to: command)
                return .another(shown(reply))
            }
            return .number(number)
        case .query(let question):
            let table = try stores.ask(question)
            if let number = table.number { return .number(number) }
            if table.rowCount == 0 || table.rowCount == 1 && table.columnCount == 1 && table.cell(0, 0) == nil {
                return .nothing
            }
            guard table.rowCount == 1, table.columnCount == 1, let cell = table.cell(0, 0) else {
                return .another("\(table.rowCount.counted("row")) of \(table.columnCount.counted("column"))")
            }
            return .another(ForeignText.shown(Array(cell)))
        }
    }
}
