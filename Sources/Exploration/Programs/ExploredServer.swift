internal import EmbeddedRedis
internal import FlashSale
internal import RedisDriver
internal import Strategies

/// The private server behind the proxy, as the one who explores sees it.
struct ExploredServer: ~Copyable {
    private static var clients: Int { 2000 }

    let server: EmbeddedServer
    var connection: Connection
    private(set) var keyspace = Keyspace()
    /// As it was before any sale opened.
    private var base = Keyspace()
    /// Sees what scripts do; nil while there was none.
    private var scripts: ScriptWatch?

    init(executable: String, environment: [String: String]) throws(RunError) {
        let server = try Self.start(executable, environment)
        let connection = try Self.connect(to: server)
        self.server = server
        self.connection = connection
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
            return try EmbeddedServer.start(
                persistence: .none, maximumClients: clients, executable: executable, environment: environment)
        } catch {
            throw RunError(.unavailable, error.description)
        }
    }

    /// Does something with the connection to it.
    private mutating func ask<Answer>(
        _ body: (inout ExploredServer) throws(ConnectionError) -> Answer
    ) throws(RunError) -> Answer {
        do throws(ConnectionError) {
            return try body(&self)
        } catch {
            throw RunError(.unavailable, "the private Redis was lost: \(error)")
        }
    }

    // MARK: Before the sale

    /// Remembers all that is there, as what each sale begins with.
    mutating func takeSnapshot() throws(RunError) {
        try ask { server throws(ConnectionError) in try server.base.remember(&server.connection) }
    }

    /// Puts everything back to where it was before any sale.
    mutating func resetToBase() throws(RunError) {
        try ask { server throws(ConnectionError) in try server.base.reset(&server.connection) }
    }

    /// Remembers all that is there, as what each execution begins with.
    mutating func rememberOpening() throws(RunError) {
        try ask { server throws(ConnectionError) in try server.keyspace.remember(&server.connection) }
    }

    /// Opens a sale.
    ///
    /// - Throws: 64 where a command is answered with an error.
    mutating func open(by commands: [[String]]) throws(RunError) {
        for command in commands {
            let reply = try connection.asked(command)
            guard reply.kind != .error else {
                throw RunError(
                    .usage, "--open: \(command.joined(separator: " ")) was answered with an error: \(reply.string())")
            }
        }
    }

    /// Puts everything back to where it was then.
    mutating func reset() throws(RunError) {
        try ask { server throws(ConnectionError) in try server.keyspace.reset(&server.connection) }
    }

    // MARK: Steps

    /// Looks at what a step has done.
    ///
    /// - Parameters:
    ///   - footprint: what it may have changed.
    ///   - areWatched: whether anybody watches a key.
    mutating func look(after footprint: Footprint, areWatched: Bool) throws(RunError) -> Keyspace.Change {
        try ask { server throws(ConnectionError) in
            try server.keyspace.look(after: footprint, areWatched: areWatched, &server.connection)
        }
    }

    /// Lets a key expire now.
    mutating func expire(_ key: [UInt8]) throws(RunError) {
        try ask { server throws(ConnectionError) in try server.keyspace.expire(key, &server.connection) }
    }

    /// Ends the wait of a client that waits for others, as if its time were over.
    mutating func endWait(of client: Int) throws(RunError) {
        _ = try connection.asked(["CLIENT", "UNBLOCK", String(client)])
    }

    // MARK: Scripts

    /// As after a restart.
    mutating func forgetScripts() throws(RunError) { _ = try connection.asked(["SCRIPT", "FLUSH"]) }

    /// Gives the server scripts that it may have forgotten.
    mutating func remember(_ texts: Set<[UInt8]>) throws(RunError) {
        try ask { server throws(ConnectionError) in
            for text in texts { _ = try server.connection.call([Array("SCRIPT".utf8), Array("LOAD".utf8), text]) }
        }
    }

    /// Has the next script seen.
    mutating func watchScripts() throws(RunError) {
        guard scripts == nil else { return }
        try ask { server throws(ConnectionError) in server.scripts = try ScriptWatch.start(at: server.server.endpoint) }
    }

    /// What scripts have done since the last look that they had not said.
    mutating func strays() throws(RunError) -> [ScriptWatch.Stray] {
        try ask { server throws(ConnectionError) in
            try server.scripts?.strays(asking: &server.connection) ?? []
        }
    }
}
