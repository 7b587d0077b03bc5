internal import CLinux
package import FlashSale
package import RedisDriver
package import Strategies

/// What faults do to the sale's own keys and connections, with what shows it.
extension Sale {
    /// What was read around commands that were executed as one.
    package struct Around: Sendable {
        /// CLOCK_MONOTONIC before EXEC was sent, when nothing had been done yet, and after its answer.
        package var startedNs: UInt64
        package var endedNs: UInt64
        package var before: StockReadings
        package var after: StockReadings
        /// The integers that the commands themselves answered; nil for another answer.
        package var answers: [Int?]
    }

    /// Whether the stock is read by commands to the sale's own server alone, so that it can be read in a transaction.
    package var readsStockByCommands: Bool {
        hasServer && commands.stock.allSatisfy { $0.command != nil }
    }

    /// Keys that the probe names, of every item, and that go where the stock is evicted; each once.
    package var stockKeys: [[UInt8]] {
        var seen: Set<[UInt8]> = []
        return items.flatMap { item in
            let named = Set(item.commands.stock.compactMap(\.command).flatMap { $0.dropFirst() })
            return item.commands.keys.filter { named.contains($0) }
        }.filter { seen.insert($0).inserted }
    }

    /// The commands of `open:`, of every item; nil where it asks another store.
    package var openingCommands: [[[UInt8]]]? {
        let words = items.flatMap { $0.commands.open.map(\.command) }
        return words.contains(nil) ? nil : words.compactMap { $0 }
    }

    /// The commands of the probe of every item, in one row; those of a table once, since it tells of all items.
    private var probesOfAll: [[[UInt8]]] {
        let asked = strategy.stock.isByItem ? items.prefix(1) : items[...]
        return asked.flatMap { $0.commands.stock.compactMap(\.command) }
    }

    /// Reads the stock of every item, executes commands, and reads it again, all in one transaction, so that no buyer comes in between.
    ///
    /// - Throws: ``RunError`` with 69 where the server is lost, or executes none of it.
    package mutating func readStock(around words: [[[UInt8]]]) throws(RunError) -> Around {
        guard !isSpread else {
            throw RunError(
                .unavailable,
                "the shelves are in several slots of the cluster, so that no transaction has them all: this can be done to a stock on one "
                    + "server only")
        }
        if !connection.isUsable { renewConnection() }
        followsMoves = false
        defer { followsMoves = true }
        let probe = probesOfAll
        try expectOK(["MULTI"])
        for command in probe + words + probe {
            let reply = try call(command)
            guard reply.kind != .error else {
                _ = try? call(["DISCARD"])
                throw RunError(
                    .unavailable, "the server refuses \(Self.text(of: command)): \(shown(reply))")
            }
        }
        let started = Clock.nanoseconds()
        let reply = try call(["EXEC"])
        let ended = Clock.nanoseconds()
        count(["MULTI", "EXEC"].map { [Array($0.utf8)] } + probe + words + probe)
        guard reply.kind == .array, reply.elementCount() == 2 * probe.count + words.count else {
            throw RunError(.unavailable, "the server answered EXEC with \(shown(reply))")
        }
        let own = probe.count..<(probe.count + words.count)
        if let refused = own.compactMap({ reply.element($0) }).first(where: { reply.kind(at: $0) == .error }) {
            throw RunError(.unavailable, "the server answered \(shown(reply.string(at: refused)))")
        }
        return Around(
            startedNs: started, endedNs: ended, before: stocks(in: reply, from: 0),
            after: stocks(in: reply, from: own.upperBound),
            answers: own.map { reply.element($0).flatMap { reply.integer(at: $0) } })
    }

    private mutating func expectOK(_ words: [String]) throws(RunError) {
        let reply = try call(words)
        guard reply.kind != .error else {
            throw RunError(.unavailable, "the server refuses \(words[0]): \(shown(reply))")
        }
    }

    /// What the probe says of every item, from its answers within a transaction.
    private func stocks(in reply: borrowing Reply, from first: Int) -> StockReadings {
        var next = first
        return readings(
            items.map { item in
                if strategy.stock.isByItem { next = first }
                return stock(of: item.commands, in: reply, from: &next)
            })
    }

    /// - Parameter next: the place of the first answer, and of the one after the last.
    private func stock(of commands: SaleCommands, in reply: borrowing Reply, from next: inout Int) -> FinalStock {
        let probe = strategy.stock
        var stock = ShelfStock()
        var problem: FinalStock?
        for shelf in commands.shelves(of: probe) {
            let own = commands.on(shelf)
            var numbers: [Int?] = []
            for _ in probe.calls {
                guard let node = reply.element(next) else { return .unreadable("the answer is too short") }
                next += 1
                switch number(of: probe, own, in: reply, at: node) {
                case .number(let number): numbers.append(number)
                case .nothing: numbers.append(nil)
                case .another(let text): problem = problem ?? .unreadable("the probe answered \(text)")
                }
            }
            if problem == nil { stock.add(numbers, of: probe, own) }
        }
        return problem ?? (probe.belowZeroIsSoldOut ? stock.nothingBelowZero : stock.inAll)
    }

    private func number(
        of probe: Strategy.Probe, _ own: SaleCommands, in reply: borrowing Reply, at node: Int
    ) -> ReadNumber {
        if probe.isByItem {
            guard let numbers = ItemNumbers(reply, at: node) else {
                return .another("something that is no list of items and numbers")
            }
            return numbers.number(of: own.item)
        }
        if let number = reply.integer(at: node) { return .number(number) }
        guard reply.kind(at: node) != .null else { return .nothing }
        return .another("\(shown(reply.string(at: node))), which is no number")
    }

    private func readings(_ stocks: [FinalStock]) -> StockReadings {
        StockReadings(zip(items, stocks).map { (isAlone ? nil : $0.commands.item, $1) })
    }

    private var isAlone: Bool { items.count == 1 }

    /// Remembers commands that no buyer has sent, so that they are not taken for a stranger's.
    package mutating func count(_ words: [[[UInt8]]]) {
        for command in words {
            let name = String(decoding: command.first ?? [], as: UTF8.self).uppercased()
            sentForFaults[name, default: 0] += 1
        }
    }

    /// Sends a command that is counted as none of the buyers'.
    package mutating func callForFault(_ words: [String]) throws(RunError) -> Reply {
        if !connection.isUsable { renewConnection() }
        let reply = try call(words)
        count([words.map { Array($0.utf8) }])
        return reply
    }

    /// What the probe finds at another address of the same server, where buyers are not let in.
    ///
    /// - Throws: ``RunError`` with 69 where nobody answers there.
    package mutating func readStock(at closed: RedisEndpoint) throws(RunError) -> StockReadings {
        // Of a stock on several nodes that one has only a part.
        if isSpread { return try stockOrGone() }
        do throws(ConnectionError) {
            connection = try Connection(
                to: closed, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 10_000)
        } catch {
            throw RunError(.unavailable, "the server that was started again does not let us in: \(error)")
        }
        defer { connection.close() }
        return try stockOrGone()
    }

    /// What the probe finds of every item on a server that may have forgotten what it had.
    ///
    /// - Throws: ``RunError`` with 69 where it does not answer.
    package mutating func stockOrGone() throws(RunError) -> StockReadings {
        forgetNodes()
        return readings(try onEachItem { sale throws(RunError) in try sale.stockOfItemOrGone() })
    }

    private mutating func stockOfItemOrGone() throws(RunError) -> FinalStock {
        // That is for the end to tell.
        let belowZero = stockBelowZero
        defer { stockBelowZero = belowZero }
        let stock = finalStock()
        // Some probes count what is not there as 0, and a server that forgot everything has sold nothing.
        guard case .units = stock, !commands.keys.isEmpty, !commands.hasKeysOfAttempts,
            try countKeys() == 0
        else { return stock }
        return .absent
    }

    /// How many of the sale's keys are there.
    private mutating func countKeys() throws(RunError) -> Int? {
        guard isSpread else { return try call([Array("EXISTS".utf8)] + commands.keys).integer() }
        defer { goHome() }
        var count = 0
        for key in commands.keysOnShelves {
            go(to: key.shelf)
            count += try call([Array("EXISTS".utf8), key.value]).integer() ?? 1
        }
        return count
    }

    // MARK: Connections

    /// The ids of connections of that name, as the server lists them.
    ///
    /// - Throws: ``RunError`` with 69 where it does not tell.
    package mutating func connectionIDs(named name: String) throws(RunError) -> [Int] {
        let reply = try call(["CLIENT", "LIST"])
        guard reply.kind == .string else {
            throw RunError(.unavailable, "the server refuses CLIENT LIST: \(shown(reply))")
        }
        return reply.string().split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.contains(where: { $0 == "name=\(name)" }),
                let id = fields.first(where: { $0.hasPrefix("id=") })
            else { return nil }
            return Int(id.dropFirst(3))
        }
    }

    /// Closes connections on the server's side.
    ///
    /// - Returns: how many it closed.
    /// - Throws: ``RunError`` with 69 where it refuses to.
    package mutating func closeConnections(_ ids: [Int]) throws(RunError) -> Int {
        var closed = 0
        for id in ids {
            let reply = try call(["CLIENT", "KILL", "ID", "\(id)"])
            if reply.kind == .error {
                throw RunError(.unavailable, "the server refuses CLIENT KILL: \(shown(reply))")
            }
            closed += reply.integer() ?? 0
        }
        return closed
    }
}
