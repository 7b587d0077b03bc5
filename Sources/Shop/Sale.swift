internal import CLinux
package import FlashSale
internal import Glibc
internal import Host
package import RedisDriver
package import Stores
package import Strategies

/// The sale on the server, as the coordinator handles it: what the server is, opening, reading the end, removing the keys.
package struct Sale: ~Copyable {
    /// What the server tells of itself.
    package struct ServerFacts {
        package var kind = "redis"
        package var version = "unknown"
        package var mode = "standalone"
        package var persistence = "unknown"
        package var maxmemoryPolicy: String?
        /// Commands that the server flags `readonly`, in capitals.
        package var readOnlyCommands: [String] = []
        /// What a server denied, in words for the user.
        package var findings: [Finding] = []
    }

    package var connection: Connection
    /// The node that it is connected to, and those beside it; nil where the server is one alone.
    package internal(set) var primary: Primary?
    /// Whether a command that a node did not execute, since the sale is elsewhere, is sent to where it is. Not within MULTI: there
    /// it would be executed by itself.
    var followsMoves = true
    /// How many bytes bytes the reply may have that holds the orders or the names of the units.
    package var mostBytesOfOrders = ReplyLimit.ofOrders
    /// Of the sale's own server; nil where it has none.
    package internal(set) var endpoint: RedisEndpoint?
    /// Where the shelves are, which may be on several nodes of a cluster.
    var nodes = ShelfNodes()
    /// Other stores that the file asks.
    let stores: Stores
    /// Whether the sale has a server of its own.
    package var hasServer: Bool { endpoint != nil }
    /// What its connections are called, so that others see that the run is going on.
    let connectionName: String?
    let secret: Secret
    package let strategy: Strategy
    package let tag: String
    private let goods: ItemsForSale?
    /// What is there once for each item, and at which of them it is.
    var items: [ItemState]
    var item = 0
    /// Whether the server is ours alone.
    package let isPrivate: Bool
    var isOpen = false
    /// Whether the server has left a question without an answer.
    package internal(set) var isSilent = false
    /// The SHA-1 of the strategy's scripts, by their names.
    package var scriptHashes: [String: String] = [:]
    /// Libraries of functions that were not on the server before.
    var loadedLibraries: [String] = []
    /// Commands that faults have sent, by name in capitals.
    package var sentForFaults: [String: Int] = [:]
    /// Whether commands touch keys of the sale that the file does not declare, or that hold a buyer and the like.
    var hasOtherKeys = false
    /// Keys without the sale's tag that its commands touch; only a private server may have them.
    package internal(set) var foreignKeys: [String] = []

    /// - Parameters:
    ///   - endpoint: of the sale's own server; nil where it has none.
    ///   - units: of stock, when it opens.
    ///   - goods: the items; nil where there is one.
    ///   - isPrivate: whether the server is ours alone.
    ///   - connectionName: what its connections are called on the server.
    ///   - stores: the other stores that the file asks.
    package init(
        to endpoint: RedisEndpoint?, strategy: Strategy, tag: String, units: Int, goods: ItemsForSale? = nil,
        isPrivate: Bool, connectionName: String? = nil, stores: Stores? = nil
    ) throws(RunError) {
        do throws(ConnectionError) {
            let endpoint = endpoint?.forKeys(tagged: ShelfNodes.tag(atRest: tag, of: strategy))
            primary = try Self.locate(endpoint)
            connection =
                if let endpoint {
                    try Self.connect(to: endpoint, primary, name: connectionName)
                } else {
                    Connection.none
                }
        } catch {
            let advice = endpoint.map { Self.advice(on: error, at: $0) } ?? ""
            if case .unsecured = error { throw RunError(.unavailable, "\(error)\(advice)") }
            if case .refused(let text) = error {
                throw RunError(
                    .unavailable,
                    "could not connect to \(text); is Redis running there? Without --redis a private one is started"
                )
            }
            throw RunError(.unavailable, "Redis at \(endpoint?.redacted ?? "") cannot be used: \(error)\(advice)")
        }
        self.endpoint = endpoint?.forKeys(tagged: ShelfNodes.tag(atRest: tag, of: strategy))
        secret = endpoint.map { Secret(of: $0) } ?? Secret(nil)
        self.stores =
            stores
            ?? Stores(service: nil, redis: endpoint, environment: [:], allowsRemote: false, timeoutMilliseconds: 10_000)
        self.connectionName = connectionName
        self.strategy = strategy
        self.tag = tag
        self.goods = goods
        items = ItemState.all(strategy, tag: tag, units: units, goods)
        self.isPrivate = isPrivate
        nodes = ShelfNodes(atRest: isSpread ? 1 : 0)
    }

    /// The same strategy under another tag, on a connection of its own.
    ///
    /// - Throws: ``RunError`` with 69 if that cannot be opened.
    package func another(tag: String) throws(RunError) -> Sale {
        var other = try Sale(
            to: endpoint, strategy: strategy, tag: tag, units: units, goods: goods, isPrivate: isPrivate,
            connectionName: connectionName, stores: stores)
        other.hasOtherKeys = hasOtherKeys
        return other
    }

    /// From now on no question waits for an answer, since the server has answered nobody for a long time. Closing the sale tries it
    /// once more.
    package mutating func expectNoAnswer() {
        isSilent = true
        connection.close()
    }

    package mutating func call(_ arguments: [String]) throws(RunError) -> Reply {
        try call(arguments.map { Array($0.utf8) })
    }

    /// - Parameter deadline: of CLOCK_MONOTONIC, after which an answer is not waited for any longer.
    package mutating func call(_ arguments: [[UInt8]], until deadline: UInt64 = .max) throws(RunError) -> Reply {
        let reply = try ask(arguments, until: deadline)
        guard followsMoves, primary != nil, let relocation = reply.relocation else { return reply }
        return try follow(relocation, reply, to: arguments, until: deadline)
    }

    /// Sends a command to the node that the sale is connected to.
    mutating func ask(_ arguments: [[UInt8]], until deadline: UInt64) throws(RunError) -> Reply {
        do throws(ConnectionError) {
            return try connection.call(
                arguments, givingUpIf: { Interruption.requests >= 2 || Clock.nanoseconds() > deadline })
        } catch {
            if error == .timeout { isSilent = true }
            if case .oversized(let reply) = error {
                // What comes later may still be asked.
                renewConnection()
                throw RunError(
                    .unavailable,
                    "the reply to \(String(decoding: arguments[0], as: UTF8.self)) is \(reply)")
            }
            // It was closed because the server did not answer.
            let reason = isSilent ? .timeout : secret.shown(error)
            throw RunError(
                .unavailable,
                "the connection to Redis was lost at \(String(decoding: arguments[0], as: UTF8.self)): \(reason)")
        }
    }

    /// The answer to a request; that of another store as the texts of its rows, one after the other.
    mutating func answer(to request: SaleRequest, until deadline: UInt64 = .max) throws(RunError) -> Reply {
        switch request {
        case .command(let command): return try call(command, until: deadline)
        case .query(let question):
            let table = try stores.ask(question, until: deadline)
            var reply = Reply()
            reply.append(.array, integer: table.rowCount * table.columnCount)
            for row in 0..<table.rowCount {
                for column in 0..<table.columnCount {
                    guard let cell = table.cell(row, column) else {
                        reply.append(.null)
                        continue
                    }
                    cell.withUnsafeBytes { reply.append(.string, bytes: $0) }
                }
            }
            return reply
        }
    }

    /// A reply for messages, without the password.
    package func shown(_ reply: Reply) -> String { places.shown(secret.shown(reply)) }
    /// Where the lines of scripts are that the server names.
    package var places: ScriptPlaces { ScriptPlaces(strategy, hashes: scriptHashes) }
    func shown(_ text: String) -> String { secret.shown(text) }

    // MARK: Before the doors open

    /// Makes the sale's keys.
    ///
    /// - Throws: ``RunError`` with 69 if one of them exists already or the server refuses a command.
    package mutating func open() throws(RunError) {
        // None is opened before it is seen that nothing of any is there: closing removes the keys of all.
        _ = try onEachItem { sale throws(RunError) in try sale.expectNoKeys() }
        _ = try onEachItem { sale throws(RunError) in try sale.openItem() }
    }

    private mutating func expectNoKeys() throws(RunError) {
        defer { goHome() }
        for (shelf, key) in commands.keysOnShelves.map({ ($0.shelf, $0.value) }) {
            go(to: shelf)
            let reply = try call([Array("EXISTS".utf8), key])
            guard reply.integer() == 0 else {
                let name = String(decoding: key, as: UTF8.self)
                throw RunError(
                    .unavailable,
                    reply.kind == .error
                        ? "the server refuses EXISTS \(name): \(shown(reply))"
                        : "the key \(name) exists already on the server; nothing was overwritten")
            }
        }
    }

    private mutating func openItem() throws(RunError) {
        defer { goHome() }
        isOpen = true
        for step in commands.openOnShelves {
            go(to: step.shelf)
            try perform(step.value)
        }
        let stock = try readStock()
        guard stock == .units(units) else {
            let line = strategy.stock.calls.first?.line ?? 1
            var found = "; it finds \(stock.inWords)"
            if case .unreadable(let reason) = stock { found = "; but \(reason)" }
            if strategy.open.isEmpty, case .units(let there) = stock, there > 0 {
                found += "; say --units \(there), or give open: what makes them so many"
            }
            throw RunError(
                .usage,
                "\(strategy.file):\(line): after open, the probe (stock:) should find the \(units) units of the sale\(found)"
            )
        }
        try readOtherStocksAtOpening()
        try readLedgersAtOpening()
        if !isPrivate {
            for key in commands.keysOnShelves {
                go(to: key.shelf)
                if try exists(key.value) { keysAtOpening.append(key) }
            }
        }
        try listUnits()
    }

    private mutating func perform(_ request: SaleRequest) throws(RunError) {
        switch request {
        case .command(let command):
            let reply = try call(command)
            guard reply.kind != .error else {
                throw RunError(
                    .unavailable,
                    "the sale cannot be opened: the server answered \(Self.text(of: command)) with \(shown(reply))"
                )
            }
        case .query(let question):
            do throws(RunError) {
                try stores.tell(question)
            } catch {
                throw RunError(error.status, "the sale cannot be opened: \(error.message)")
            }
        }
    }

    private mutating func exists(_ key: [UInt8]) throws(RunError) -> Bool {
        try call([Array("EXISTS".utf8), key]).integer() == 1
    }

    /// Keys that were there when the sale opened and are not now, as far as the server tells.
    package mutating func goneKeys() -> [String] {
        ((try? onEachItem { sale in sale.goneKeysOfItem() }) ?? []).flatMap { $0 }
    }

    private mutating func goneKeysOfItem() -> [String] {
        defer { goHome() }
        return keysAtOpening.filter { key in
            go(to: key.shelf)
            guard connection.isUsable, let reply = try? call([Array("EXISTS".utf8), key.value]) else { return false }
            return reply.integer() == 0
        }.map { shown(String(decoding: $0.value, as: UTF8.self)) }
    }

    /// - Throws: ``RunError`` with 69 if the server refused to serve, which says nothing of the strategy file.
    func checkServed(_ reply: Reply, to command: [[UInt8]]) throws(RunError) {
        guard reply.kind == .error, reply.isRefusal(at: Reply.root) else { return }
        throw RunError(.unavailable, "the server answered \(Self.text(of: command)) with \(shown(reply))")
    }

    /// A command for messages; a script's text is cut short.
    static func text(of command: [[UInt8]]) -> String {
        command.map { argument in
            argument.count > 80 || argument.contains(UInt8(ascii: "\n")) ? "…" : ForeignText.shown(argument)
        }.joined(separator: " ")
    }
}
