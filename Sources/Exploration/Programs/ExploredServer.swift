internal import EmbeddedRedis
internal import FlashSale
internal import Proxy
internal import RedisDriver
internal import Strategies

/// The private server behind the proxy, as the one who explores sees it.
struct ExploredServer: ~Copyable {
    private static var clients: Int { 2000 }
    /// A key that would expire within this time by itself is made to stay: only the search decides when it goes.
    private static var shortestMilliseconds: Int { 60_000 }
    private static var longMilliseconds: Int { 3_600_000 }

    let server: EmbeddedServer
    var connection: Connection
    /// Sees what scripts do; nil while there was none.
    private var monitor: Connection?
    private var marks = 0
    /// What Redis held when the sale had not begun.
    private var snapshot: [[[UInt8]]] = []
    private(set) var answersDebug = true
    private(set) var digest: [UInt8] = []
    /// Keys of the first database that have a time to live.
    private(set) var expiring: Set<[UInt8]> = []

    /// Keys that were there when the sale began.
    private var opened: Set<[UInt8]> = []
    /// Keys that have come since, and do not expire.
    private(set) var made: Set<[UInt8]> = []

    init(executable: String, environment: [String: String]) throws(RunError) {
        let server = try Self.start(executable, environment)
        var connection = try Self.connect(to: server)
        let isAnswered = try connection.asked(["DEBUG", "DIGEST"]).kind != .error
        self.server = server
        self.connection = connection
        answersDebug = isAnswered
    }

    private static func connect(to server: EmbeddedServer) throws(RunError) -> Connection {
        do throws(ConnectionError) {
            return try Connection(
                to: server.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 20_000)
        } catch {
            server.stop()
            throw RunError(.unavailable, "the private Redis: \(error)")
        }
    }

    private static func start(_ executable: String, _ environment: [String: String]) throws(RunError) -> EmbeddedServer
    {
        do throws(EmbeddedServerError) {
            do throws(EmbeddedServerError) {
                return try EmbeddedServer.start(
                    persistence: .none, maximumClients: clients, answersDebug: true, executable: executable,
                    environment: environment)
            } catch {
                // Before 7.0 it is answered unasked, and who is told does not start.
                guard case .didNotStart = error else { throw error }
                return try EmbeddedServer.start(
                    persistence: .none, maximumClients: clients, executable: executable, environment: environment)
            }
        } catch {
            throw RunError(.unavailable, error.description)
        }
    }

    // MARK: Before the sale

    /// Remembers all that is there, as what each execution begins with.
    mutating func takeSnapshot() throws(RunError) {
        snapshot = []
        let databases = try connection.asked(["INFO", "keyspace"]).string().split(whereSeparator: \.isNewline)
            .compactMap { $0.hasPrefix("db") ? Int($0.dropFirst(2).prefix { $0.isNumber }) : nil }
        for database in databases {
            let select = [Array("SELECT".utf8), Array(String(database).utf8)]
            _ = try connection.asked(all: [select])
            snapshot.append(select)
            let keys = try connection.asked(["KEYS", "*"])
            for index in 0..<keys.elementCount() {
                guard let node = keys.element(index) else { continue }
                let key = Array(keys.bytes(at: node))
                let value = try connection.asked(["DUMP"], [key])
                let left = try connection.asked(["PTTL"], [key]).integer() ?? -1
                guard value.kind == .string else { continue }
                snapshot.append([
                    Array("RESTORE".utf8), key, Array(String(max(0, left)).utf8), Array(value.bytes()),
                ])
            }
        }
        _ = try connection.asked(["SELECT", "0"])
        snapshot.append([Array("SELECT".utf8), [UInt8(ascii: "0")]])
    }

    /// Puts everything back, and opens the sale.
    mutating func reset(opening commands: [[String]]) throws(RunError) {
        let opening = commands.map { $0.map { Array($0.utf8) } }
        let replies = try connection.asked(all: [[Array("FLUSHALL".utf8)]] + snapshot + opening)
        for (reply, command) in zip(replies.suffix(opening.count), commands) where reply.kind == .error {
            throw RunError(
                .usage, "--open: \(command.joined(separator: " ")) was answered with an error: \(reply.string())")
        }
        expiring = []
        try noteExpiring(among: nil)
        try readDigest()
    }

    private mutating func readDigest() throws(RunError) {
        if answersDebug { digest = Array(try connection.asked(["DEBUG", "DIGEST"]).bytes()) }
    }

    // MARK: After a step

    struct Aftermath {
        /// Whether the data is other than before; true where that is not known.
        var changed: Bool
        /// What the server calls clients whose watched keys were changed.
        var dirty: Set<Int> = []
        /// Keys that scripts were seen to touch; nil where none was watched.
        var touched: [[UInt8]]?
    }

    /// Looks at what a step has done.
    ///
    /// - Parameters:
    ///   - footprint: what it may have changed.
    ///   - asksDirty: whether anybody watches a key.
    ///   - ranScript: whether a script ran that the monitor has seen.
    mutating func look(
        after footprint: Footprint, asksDirty: Bool, ranScript: Bool
    ) throws(RunError) -> Aftermath {
        if footprint.mayWrite { try noteExpiring(among: footprint) }
        var commands: [[[UInt8]]] = []
        if answersDebug, footprint.mayWrite { commands.append([Array("DEBUG".utf8), Array("DIGEST".utf8)]) }
        if asksDirty, footprint.mayWrite { commands.append([Array("CLIENT".utf8), Array("LIST".utf8)]) }
        var replies = try connection.asked(all: commands)[...]
        var aftermath = Aftermath(changed: footprint.mayWrite)
        if answersDebug, footprint.mayWrite, let reply = replies.popFirst() {
            let now = Array(reply.bytes())
            aftermath.changed = now != digest
            digest = now
        }
        if let list = replies.popFirst() { aftermath.dirty = Self.dirty(list.string()) }
        if ranScript { aftermath.touched = try touched() }
        return aftermath
    }

    private static func dirty(_ list: String) -> Set<Int> {
        var found: Set<Int> = []
        for line in list.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let id = fields.first(where: { $0.hasPrefix("id=") }).flatMap({ Int($0.dropFirst(3)) }),
                let flags = fields.first(where: { $0.hasPrefix("flags=") }), flags.dropFirst(6).contains("d")
            else { continue }
            found.insert(id)
        }
        return found
    }

    /// Finds out which keys have a time to live, and has them stay for long.
    ///
    /// - Parameter footprint: nil for all keys.
    private mutating func noteExpiring(among footprint: Footprint?) throws(RunError) {
        var keys = footprint.map { Array($0.writtenKeys) } ?? []
        if footprint == nil || footprint?.writes([]) == true {
            keys = try allKeys()
            expiring = []
        }
        if footprint == nil { opened = Set(keys) }
        let replies = try connection.asked(all: keys.map { [Array("PTTL".utf8), $0] })
        for (key, reply) in zip(keys, replies) {
            guard let left = reply.integer(), left >= 0 else {
                expiring.remove(key)
                continue
            }
            expiring.insert(key)
            // Whoever watches it has just been told of the write anyway.
            if left < Self.shortestMilliseconds {
                _ = try connection.asked(["PEXPIRE"], [key, Array(String(left + Self.longMilliseconds).utf8)])
            }
        }
    }

    /// Of the first database.
    private mutating func allKeys() throws(RunError) -> [[UInt8]] {
        let all = try connection.asked(["KEYS", "*"])
        return (0..<all.elementCount()).compactMap { index in all.element(index).map { Array(all.bytes(at: $0)) } }
    }

    /// Finds what the sale has made and left behind.
    mutating func findMade() throws(RunError) {
        made = Set(try allKeys()).subtracting(opened).subtracting(expiring)
    }

    /// Lets a key expire now, so that whoever watches it is told.
    mutating func expire(_ key: [UInt8]) throws(RunError) {
        _ = try connection.asked(["PEXPIREAT"], [key, [UInt8(ascii: "1")]])
    }

    /// Ends the wait of a client that waits for others, as if its time were over.
    mutating func endWait(of client: Int) throws(RunError) {
        _ = try connection.asked(["CLIENT", "UNBLOCK", String(client)])
    }

    // MARK: Scripts

    /// Has the next script seen.
    mutating func watchScripts() throws(RunError) {
        guard monitor == nil else { return }
        do throws(ConnectionError) {
            var watching = try Connection(
                to: server.endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 5000)
            _ = try watching.call(["MONITOR"])
            monitor = consume watching
        } catch {
            throw RunError(.unavailable, "the private Redis cannot be watched: \(error)")
        }
    }

    /// The commands that scripts have called since the last look, as MONITOR shows them.
    private mutating func touched() throws(RunError) -> [[UInt8]] {
        guard monitor != nil else { return [] }
        marks += 1
        let mark = "explored-\(marks)"
        _ = try connection.asked(["ECHO", mark])
        var found: [[UInt8]] = []
        do throws(ConnectionError) {
            while true {
                var reply = Reply()
                try monitor?.receive(into: &reply)
                let line = reply.string()
                if line.hasSuffix("\"\(mark)\"") { return found }
                if line.contains(" lua] ") { found += try keys(in: line) }
            }
        } catch {
            throw RunError(.unavailable, "the private Redis cannot be watched: \(error)")
        }
    }

    private mutating func keys(in line: String) throws(ConnectionError) -> [[UInt8]] {
        guard let end = line.firstIndex(of: "]") else { return [] }
        let words = MonitorWords.read(line[end...])
        let reply = try connection.call([Array("COMMAND".utf8), Array("GETKEYS".utf8)] + words)
        guard reply.kind == .array else { return [] }
        return (0..<reply.elementCount()).compactMap { reply.element($0).map { Array(reply.bytes(at: $0)) } }
    }
}
