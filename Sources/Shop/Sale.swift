internal import CSystem
package import FlashSale
internal import Glibc
internal import Host
package import RedisDriver
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
    package let endpoint: RedisEndpoint
    /// What its connections are called, so that others see that the run is going on.
    private let connectionName: String?
    let secret: Secret
    package let commands: SaleCommands
    package let strategy: Strategy
    package let tag: String
    private let units: Int
    /// Whether the server is ours alone.
    package let isPrivate: Bool
    var isOpen = false
    /// Whether the server has left a question without an answer.
    package internal(set) var isSilent = false
    /// The SHA-1 of the strategy's scripts, by their names.
    package var scriptHashes: [String: String] = [:]
    /// Libraries of functions that were not on the server before.
    var loadedLibraries: [String] = []
    /// What the probe found where the file says that a number below 0 means sold out.
    package private(set) var stockBelowZero: Int?
    /// What the ledger held when the doors opened; nil where nobody looked.
    var ledgerAtOpening: Ledger?
    /// The names of the units that were for sale when it opened; nil where the file does not list them.
    package private(set) var forSale: UnitsForSale?
    /// Whether commands touch keys of the sale that the file does not declare, or that hold a buyer and the like.
    var hasOtherKeys = false
    /// Keys without the sale's tag that its commands touch, which a private server alone may have.
    package internal(set) var foreignKeys: [String] = []

    /// - Parameters:
    ///   - units: of stock, when it opens.
    ///   - isPrivate: whether the server is ours alone.
    ///   - connectionName: what its connections are called on the server.
    package init(
        to endpoint: RedisEndpoint, strategy: Strategy, tag: String, units: Int, isPrivate: Bool,
        connectionName: String? = nil
    ) throws(RunError) {
        do throws(ConnectionError) {
            connection = try Self.connect(to: endpoint, name: connectionName)
        } catch {
            if case .refused(let text) = error {
                throw RunError(
                    .unavailable,
                    "could not connect to \(text); is Redis running there? Without --redis a private one is started"
                )
            }
            throw RunError(.unavailable, "Redis at \(endpoint.redacted) cannot be used: \(error)")
        }
        self.endpoint = endpoint
        secret = Secret(of: endpoint)
        self.connectionName = connectionName
        self.strategy = strategy
        self.tag = tag
        self.units = units
        self.isPrivate = isPrivate
        commands = SaleCommands(strategy, saleTag: tag, units: units)
    }

    /// The same strategy under another tag, on a connection of its own.
    ///
    /// - Throws: ``RunError`` with 69 if that cannot be opened.
    package func another(tag: String) throws(RunError) -> Sale {
        var other = try Sale(
            to: endpoint, strategy: strategy, tag: tag, units: units, isPrivate: isPrivate,
            connectionName: connectionName)
        other.hasOtherKeys = hasOtherKeys
        return other
    }

    private static func connect(
        to endpoint: RedisEndpoint, name: String?, withinMilliseconds limit: Int = 10_000
    ) throws(ConnectionError) -> Connection {
        try Connection(
            to: endpoint, name: name, connectTimeoutMilliseconds: min(limit, 5000), timeoutMilliseconds: limit)
    }

    /// Replaces the connection.
    ///
    /// - Parameter limit: how long the server may take for each answer.
    mutating func connectAgain(withinMilliseconds limit: Int) throws(ConnectionError) {
        connection = try Self.connect(to: endpoint, name: connectionName, withinMilliseconds: limit)
    }

    /// Connects again if the connection was lost while buyers bought: servers hang up on those who say nothing.
    /// What follows only reads, and removes our own keys.
    package mutating func renewConnection() {
        if connection.isUsable, (try? call(["PING"])) != nil { return }
        // A server that did not answer now would keep us waiting for every further question, too.
        guard !isSilent, let fresh = try? Self.connect(to: endpoint, name: connectionName) else { return }
        connection = fresh
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
        do throws(ConnectionError) {
            return try connection.call(
                arguments, givingUpIf: { Interruption.requests >= 2 || Clock.nanoseconds() > deadline })
        } catch {
            if error == .timeout { isSilent = true }
            // It was closed because the server did not answer.
            let reason = isSilent ? .timeout : secret.shown(error)
            throw RunError(
                .unavailable,
                "the connection to Redis was lost at \(String(decoding: arguments[0], as: UTF8.self)): \(reason)")
        }
    }

    /// A reply for messages, without the password.
    package func shown(_ reply: Reply) -> String { places.shown(secret.shown(reply)) }
    /// Where the lines of scripts are that the server names.
    package var places: ScriptPlaces { ScriptPlaces(strategy, hashes: scriptHashes) }
    /// A part of one.
    func shown(_ text: String) -> String { secret.shown(text) }

    // MARK: Before the doors open

    /// Makes the sale's keys.
    ///
    /// - Throws: ``RunError`` with 69 if one of them exists already or the server refuses a command.
    package mutating func open() throws(RunError) {
        for key in commands.keys {
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
        isOpen = true
        for command in commands.open {
            let reply = try call(command)
            guard reply.kind != .error else {
                throw RunError(
                    .unavailable,
                    "the sale cannot be opened: the server answered \(Self.text(of: command)) with \(shown(reply))"
                )
            }
        }
        let stock = finalStock()
        guard stock == .units(units) else {
            let line = strategy.stock.calls.first?.line ?? 1
            var found = "; it finds \(stock.inWords)"
            if case .unreadable(let reason) = stock { found = "; but \(reason)" }
            throw RunError(
                .usage,
                "\(strategy.file):\(line): after open, the probe (stock:) should find the \(units) units of the sale\(found)"
            )
        }
        readLedgerAtOpening()
        try listUnits()
    }

    /// Asks which units with a name are for sale.
    private mutating func listUnits() throws(RunError) {
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
        guard case .listed(let call)? = strategy.forSale, let command = commands.units else { return }
        let reply = try self.call(command)
        forSale = .listed(
            try UnitListReading.names(
                reply, units: units, place: "\(strategy.file):\(call.line)", shown: { shown($0) }))
    }

    // MARK: After the sale

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
            var numbers: [Int] = []
            for (command, missing) in zip(commands.stock, strategy.stock.missing(units: units)) {
                let reply = try call(command)
                if reply.kind == .null {
                    guard let missing else { return .absent }
                    numbers.append(missing)
                    continue
                }
                guard let number = reply.integer() else {
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
        } catch {
            return .unreadable(error.message)
        }
    }

    /// A command for messages; a script's text is cut short.
    static func text(of command: [[UInt8]]) -> String {
        command.map { argument in
            let text = String(decoding: argument, as: UTF8.self)
            return text.contains(where: \.isNewline) || text.count > 80 ? "…" : text
        }.joined(separator: " ")
    }
}
