internal import CSystem
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

    var connection: Connection
    private let endpoint: RedisEndpoint
    private let secret: Secret
    let commands: SaleCommands
    let strategy: Strategy
    let tag: String
    private let units: Int
    /// Whether the server is ours alone.
    let isPrivate: Bool
    private var isOpen = false
    /// Whether the server has left a question without an answer.
    private var isSilent = false
    /// The SHA-1 of the strategy's scripts, by their names.
    var scriptHashes: [String: String] = [:]
    /// Libraries of functions that were not on the server before.
    var loadedLibraries: [String] = []
    /// What the probe found where the file says that a number below 0 means sold out.
    private(set) var stockBelowZero: Int?
    /// Whether commands touch keys of the sale that the file does not declare, or that hold a buyer and the like.
    var hasOtherKeys = false

    init(to endpoint: RedisEndpoint, strategy: Strategy, tag: String, units: Int, isPrivate: Bool) throws(RunError) {
        do throws(ConnectionError) {
            connection = try Self.connect(endpoint)
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
        self.strategy = strategy
        self.tag = tag
        self.units = units
        self.isPrivate = isPrivate
        commands = SaleCommands(strategy, saleTag: tag, units: units)
    }

    /// The same strategy under another tag, on a connection of its own.
    ///
    /// - Throws: ``RunError`` with 69 if that cannot be opened.
    func another(tag: String) throws(RunError) -> Sale {
        var other = try Sale(to: endpoint, strategy: strategy, tag: tag, units: units, isPrivate: isPrivate)
        other.hasOtherKeys = hasOtherKeys
        return other
    }

    private static func connect(_ endpoint: RedisEndpoint) throws(ConnectionError) -> Connection {
        try Connection(to: endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 10_000)
    }

    /// Connects again if the connection was lost while buyers bought: servers hang up on those who say nothing.
    /// What follows only reads, and removes our own keys.
    mutating func renewConnection() {
        if connection.isUsable, (try? call(["PING"])) != nil { return }
        // Whoever did not answer now will not answer the next question either, and each would be waited for.
        guard !isSilent, let fresh = try? Self.connect(endpoint) else { return }
        connection = fresh
    }

    mutating func call(_ arguments: [String]) throws(RunError) -> Reply { try call(arguments.map { Array($0.utf8) }) }

    mutating func call(_ arguments: [[UInt8]]) throws(RunError) -> Reply {
        do throws(ConnectionError) {
            return try connection.call(arguments, givingUpIf: { Interruption.requests >= 2 })
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
    func shown(_ reply: Reply) -> String { secret.shown(reply) }
    /// A part of one.
    func shown(_ text: String) -> String { secret.shown(text) }

    // MARK: Before the doors open

    /// Makes the sale's keys.
    ///
    /// - Throws: ``RunError`` with 69 if one of them exists already or the server refuses a command.
    mutating func open() throws(RunError) {
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
            var numbers: [Int] = []
            for command in commands.stock {
                let reply = try call(command)
                if reply.kind == .null { return .absent }
                guard let number = reply.integer() else {
                    return .unreadable("the probe answered \(shown(reply)), which is no number")
                }
                numbers.append(number)
            }
            guard let units = strategy.stock.units(from: numbers) else {
                return .unreadable("the probe's numbers are too large to be added")
            }
            guard units < 0, strategy.stock.belowZeroIsSoldOut else { return .units(units) }
            stockBelowZero = units
            return .units(0)
        } catch {
            return .unreadable(error.message)
        }
    }

    /// The orders, or why they could not be read; nil and nil where the strategy keeps none.
    mutating func ledger() -> (Ledger?, String?) {
        guard let rule = strategy.ledger, let command = commands.ledger else { return (nil, nil) }
        do throws(RunError) {
            var ledger = try LedgerReading.ledger(try call(command), rule, shown: secret.shown)
            ledger.unreadable = ledger.unreadable.map(secret.shown)
            return (ledger, nil)
        } catch {
            return (nil, error.message)
        }
    }

    /// A command for messages; a script's text is cut short.
    private static func text(of command: [[UInt8]]) -> String {
        command.map { argument in
            let text = String(decoding: argument, as: UTF8.self)
            return text.contains(where: \.isNewline) || text.count > 80 ? "…" : text
        }.joined(separator: " ")
    }

    /// Removes the sale's keys and libraries, whatever single commands say.
    ///
    /// - Returns: why some may be left, or nil.
    mutating func close() -> String? {
        var problems: [String] = []
        if isOpen {
            isOpen = false
            // Keys that stay are worth another try, but not to somebody who has asked twice.
            if Interruption.requests < 2 { isSilent = false }
            if !connection.isUsable { renewConnection() }
            problems += removeKeys(after: commands.close).map { [$0] } ?? []
        }
        problems += removeLibraries().map { [$0] } ?? []
        return problems.first
    }

    /// Removes the keys of a sale of the same strategy that is closed, in case that a straggler has made some again.
    ///
    /// - Returns: why some may be left, or nil.
    func sweep(tag: String) -> String? {
        do throws(RunError) {
            var other = try another(tag: tag)
            return other.removeKeys(after: [])
        } catch {
            return error.message
        }
    }

    /// - Parameter closing: commands that come first.
    private mutating func removeKeys(after closing: [[[UInt8]]]) -> String? {
        var problem: String?
        func note(_ reply: Reply, _ command: [[UInt8]]) {
            guard reply.kind == .error, problem == nil else { return }
            problem = "the server answered \(Self.text(of: command)) with \(shown(reply))"
        }
        do throws(RunError) {
            for command in closing { note(try call(command), command) }
            for key in commands.keys { note(try call([Array("DEL".utf8), key]), [Array("DEL".utf8), key]) }
            guard hasOtherKeys || commands.hasKeysOfAttempts else { return problem }
            for key in try scan() { note(try call([Array("DEL".utf8), key]), [Array("DEL".utf8), key]) }
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
            guard Interruption.requests < 2 else {
                throw RunError(.interrupted, "the search for the keys of this run (SCAN) was interrupted")
            }
            guard Clock.nanoseconds() < deadline else {
                throw RunError(
                    .unavailable,
                    "the search for the keys of this run (SCAN) was not over after \(Int(Self.scanSeconds)) seconds"
                )
            }
            let reply = try call(["SCAN", cursor, "MATCH", pattern, "COUNT", "1000"])
            guard let next = reply.element(0), let list = reply.element(1) else {
                throw RunError(.unavailable, "the server answered SCAN with \(shown(reply))")
            }
            for index in 0..<reply.elementCount(at: list) {
                if let node = reply.element(index, of: list) { keys.append(Array(reply.bytes(at: node))) }
            }
            cursor = reply.string(at: next)
        } while cursor != "0"
        return keys
    }
}
