internal import FlashSale
internal import Glibc
internal import RedisDriver

/// The sale on the server, as the coordinator handles it: what the server is, opening, reading the end, removing the keys.
struct Sale: ~Copyable {
    /// What the server tells of itself.
    struct ServerFacts {
        var kind = "redis"
        var version = "unknown"
        var mode = "standalone"
        var persistence = "unknown"
        var maxmemoryPolicy: String?
        /// Commands that the server flags `readonly`, in capitals.
        var readOnlyCommands: [String] = []
        /// What a server denied, in words for the user.
        var findings: [Finding] = []
    }

    private var connection: Connection
    private let endpoint: RedisEndpoint
    private let commands: SaleCommands
    private let strategy: Strategy
    private let tag: String
    private let units: Int
    private var isOpen = false
    /// Whether commands touch keys of the sale that the file does not declare, or that hold a buyer and the like.
    private var hasOtherKeys = false

    init(to endpoint: RedisEndpoint, strategy: Strategy, tag: String, units: Int) throws(RunError) {
        do throws(ConnectionError) {
            connection = try Self.connect(endpoint)
        } catch {
            if case .refused(let text) = error {
                throw RunError(
                    69, "could not connect to \(text); is Redis running there? Without --redis a private one is started"
                )
            }
            throw RunError(69, "Redis at \(endpoint.redacted) cannot be used: \(error)")
        }
        self.endpoint = endpoint
        self.strategy = strategy
        self.tag = tag
        self.units = units
        commands = SaleCommands(strategy, saleTag: tag, units: units)
    }

    private static func connect(_ endpoint: RedisEndpoint) throws(ConnectionError) -> Connection {
        try Connection(to: endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 10_000)
    }

    /// Connects again if the connection was lost while buyers bought: servers hang up on those who say nothing.
    /// What follows only reads, and removes our own keys.
    mutating func renewConnection() {
        if connection.isUsable, (try? connection.call(["PING"])) != nil { return }
        if let fresh = try? Self.connect(endpoint) { connection = fresh }
    }

    private mutating func call(_ arguments: [String]) throws(RunError) -> Reply {
        do throws(ConnectionError) {
            return try connection.call(arguments)
        } catch {
            throw RunError(69, "the connection to Redis was lost at \(arguments[0]): \(error)")
        }
    }

    private mutating func call(_ arguments: [[UInt8]]) throws(RunError) -> Reply {
        do throws(ConnectionError) {
            return try connection.call(arguments)
        } catch {
            throw RunError(
                69, "the connection to Redis was lost at \(String(decoding: arguments[0], as: UTF8.self)): \(error)")
        }
    }

    // MARK: Before the doors open

    /// Asks the server what it is, whether it has room for so many connections, and what the strategy's commands do.
    ///
    /// - Throws: ``RunError`` with 69 if it is too small, with 64 if a command is unknown to it or touches other keys.
    mutating func inspect(connectionsNeeded: Int) throws(RunError) -> ServerFacts {
        var facts = ServerFacts()
        let info = try call(["INFO"])
        if info.kind == .string {
            let fields = Self.fields(info.string())
            facts.kind = fields["server_name"] == "valkey" || fields["valkey_version"] != nil ? "valkey" : "redis"
            facts.version = fields["valkey_version"] ?? fields["redis_version"] ?? "unknown"
            facts.mode = fields["redis_mode"] ?? fields["server_mode"] ?? "standalone"
            facts.maxmemoryPolicy = fields["maxmemory_policy"]
            facts.persistence = fields["aof_enabled"] == "1" ? "aof" : "unknown"
            try checkRoom(fields, connectionsNeeded, &facts)
        } else {
            facts.findings.append(
                Finding(
                    "info-denied",
                    "The server denies INFO, so its version and its limits are not known: \(info.description)"))
        }
        if facts.mode == "cluster" {
            throw RunError(
                69, "the server is part of a Redis Cluster, which is not supported yet; give a single server")
        }
        try inspectCommands(&facts)
        return facts
    }

    private static func fields(_ info: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in info.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[String(line[..<colon])] = String(line[line.index(after: colon)...])
        }
        return fields
    }

    private mutating func checkRoom(
        _ fields: [String: String], _ needed: Int, _ facts: inout ServerFacts
    ) throws(RunError) {
        var limit = fields["maxclients"].flatMap { Int($0) }
        if limit == nil {
            let reply = try call(["CONFIG", "GET", "maxclients"])
            limit = reply.element(1).flatMap { reply.integer(at: $0) }
        }
        guard let limit else {
            facts.findings.append(
                Finding(
                    "maxclients-unknown",
                    "The server does not tell how many connections it allows, so that could not be checked."))
            return
        }
        let connected = fields["connected_clients"].flatMap { Int($0) } ?? 1
        guard limit.magnitude <= 1 << 31, connected.magnitude <= 1 << 31 else { return }
        guard connected + needed <= limit else {
            throw RunError(
                69,
                "the server allows \(limit) connections (maxclients) and \(connected) are open; this run needs \(needed) more. "
                    + "Raise maxclients, or use fewer --procs, --threads or --clients")
        }
    }

    /// The strategy's commands as the server knows them: which are readonly, and that each touches our keys only.
    private mutating func inspectCommands(_ facts: inout ServerFacts) throws(RunError) {
        let names = Array(Set(strategy.commands.map(\.name))).sorted()
        let reply = try call(["COMMAND", "INFO"] + names)
        guard reply.kind == .array else {
            try checkKeys()
            facts.findings.append(
                Finding(
                    "command-denied",
                    "The server denies COMMAND, so every command is taken to have an effect: "
                        + reply.description))
            return
        }
        for (index, name) in names.enumerated() {
            guard let node = reply.element(index), let flags = reply.element(2, of: node) else {
                let line = strategy.commands.first { $0.name == name }?.line ?? 0
                throw RunError(
                    64,
                    "\(strategy.file):\(line): the server (\(facts.kind) \(facts.version)) has no command \(name)"
                )
            }
            let words = (0..<reply.elementCount(at: flags)).compactMap { reply.element($0, of: flags) }.map {
                reply.string(at: $0)
            }
            if words.contains("readonly") { facts.readOnlyCommands.append(name) }
        }
        try checkKeys()
    }

    /// - Throws: ``RunError`` with 64 for a command that touches, or may touch, keys that are not the sale's.
    private mutating func checkKeys() throws(RunError) {
        let declared = Set(commands.keys)
        for (command, arguments) in commands.examples {
            var keys: [[UInt8]] = []
            let reply = try call([Array("COMMAND".utf8), Array("GETKEYS".utf8)] + arguments)
            if reply.kind == .array {
                for index in 0..<reply.elementCount() {
                    if let node = reply.element(index) { keys.append(Array(reply.bytes(at: node))) }
                }
            } else if !reply.string().contains("no key arguments") {
                guard let known = CommandKeys.keys(of: command.name, arguments) else {
                    throw RunError(
                        64,
                        "\(strategy.file):\(command.line): the server denies COMMAND GETKEYS (\(reply.description)), so it cannot be "
                            + "seen which keys \(command.name) touches; only commands with plain keys can be used there"
                    )
                }
                keys = known
            }
            for key in keys {
                let name = String(decoding: key, as: UTF8.self)
                guard name.contains(tag) else {
                    throw RunError(
                        64,
                        "\(strategy.file):\(command.line): \(command.name) uses the key \(name), which is not this sale's; "
                            + "only keys with {sale} in their name may be used")
                }
                if !declared.contains(key) { hasOtherKeys = true }
            }
        }
    }

    /// Makes the sale's keys.
    ///
    /// - Throws: ``RunError`` with 69 if one of them exists already or the server refuses a command.
    mutating func open() throws(RunError) {
        for key in commands.keys {
            let reply = try call([Array("EXISTS".utf8), key])
            guard reply.integer() == 0 else {
                let name = String(decoding: key, as: UTF8.self)
                throw RunError(
                    69,
                    reply.kind == .error
                        ? "the server refuses EXISTS \(name): \(reply.description)"
                        : "the key \(name) exists already on the server; nothing was overwritten")
            }
        }
        isOpen = true
        for command in commands.open {
            let reply = try call(command)
            guard reply.kind != .error else {
                let text = command.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
                throw RunError(69, "the sale cannot be opened: the server answered \(text) with \(reply.description)")
            }
        }
        let stock = finalStock()
        guard stock == .units(units) else {
            throw RunError(
                64,
                "\(strategy.name): after open, the probe (stock:) should find the \(units) units of the sale; it finds "
                    + stock.inWords)
        }
    }

    // MARK: After the sale

    /// Waits until the server has no connection of that name any more, so that no straggler changes the stock later.
    ///
    /// - Returns: whether that could be seen within `seconds`.
    mutating func waitUntilGone(connectionName: String, seconds: Double) -> Bool {
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
    mutating func finalStock() -> FinalStock {
        do throws(RunError) {
            let reply = try call(commands.stock)
            if reply.kind == .null { return .absent }
            if let units = reply.integer() { return .units(units) }
            return .unreadable("the probe answered \(reply.description), which is no number")
        } catch {
            return .unreadable(error.message)
        }
    }

    /// The orders, or why they could not be read; nil and nil where the strategy keeps none.
    mutating func ledger() -> (Ledger?, String?) {
        guard let rule = strategy.ledger, let command = commands.ledger else { return (nil, nil) }
        do throws(RunError) {
            return (try LedgerReading.ledger(try call(command), rule), nil)
        } catch {
            return (nil, error.message)
        }
    }

    /// Removes the sale's keys, whatever single commands say.
    ///
    /// - Returns: why some may be left, or nil.
    mutating func close() -> String? {
        guard isOpen else { return nil }
        isOpen = false
        if !connection.isUsable { renewConnection() }
        var problem: String?
        func note(_ reply: Reply, _ command: [[UInt8]]) {
            guard reply.kind == .error, problem == nil else { return }
            let text = command.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
            problem = "the server answered \(text) with \(reply.description)"
        }
        do throws(RunError) {
            for command in commands.close { note(try call(command), command) }
            for key in commands.keys + (hasOtherKeys || commands.hasKeysOfAttempts ? try scan() : []) {
                let command = [Array("DEL".utf8), key]
                note(try call(command), command)
            }
        } catch {
            return error.message
        }
        return problem
    }

    /// How long a search for keys may take on a server that holds many.
    private static var scanSeconds: Double { 30 }

    /// Every key that holds the sale's tag.
    private mutating func scan() throws(RunError) -> [[UInt8]] {
        let pattern = "*" + tag.flatMap { "{}[]*?\\^".contains($0) ? "\\\($0)" : "\($0)" } + "*"
        var keys: [[UInt8]] = []
        var cursor = "0"
        let deadline = Clock.nanoseconds() + UInt64(Self.scanSeconds * 1e9)
        repeat {
            guard Clock.nanoseconds() < deadline, Interruption.requests < 2 else {
                throw RunError(
                    69, "the search for the keys of this run (SCAN) was not over after \(Int(Self.scanSeconds)) seconds"
                )
            }
            let reply = try call(["SCAN", cursor, "MATCH", pattern, "COUNT", "1000"])
            guard let next = reply.element(0), let list = reply.element(1) else {
                throw RunError(69, "the server answered SCAN with \(reply.description)")
            }
            for index in 0..<reply.elementCount(at: list) {
                if let node = reply.element(index, of: list) { keys.append(Array(reply.bytes(at: node))) }
            }
            cursor = reply.string(at: next)
        } while cursor != "0"
        return keys
    }
}
