package import FlashSale

/// What is done with each command.
extension SteppedProxy {
    /// Understands what a client has sent, and goes on with it.
    func takeRequests(_ connection: SteppedConnection) throws(RunError) {
        if case .bridge = connection.status { return passBytes(connection) }
        let waiting = connection.pending.count
        while let command = next(of: connection) { connection.pending.append(command) }
        let come = connection.pending.dropFirst(waiting)
        try advance(connection)
        for command in come where connection.pending.contains(where: { $0.serial == command.serial }) {
            events.append(.queued(connection, command))
        }
    }

    private func passBytes(_ connection: SteppedConnection) {
        for command in connection.pending { _ = send(command.bytes, of: connection) }
        connection.pending = []
        _ = send(connection.inbox, of: connection)
        connection.inbox = []
    }

    /// Goes on with what a client has sent, up to the next command that has to wait.
    func advance(_ connection: SteppedConnection) throws(RunError) {
        while !connection.isClosed {
            switch connection.status {
            case .free: break
            case .bridge: return passBytes(connection)
            case .held, .blocked, .closed: return
            }
            guard !connection.pending.isEmpty else { return }
            try meet(connection.pending.removeFirst(), of: connection)
        }
    }

    /// The next whole command of those that were read; nil where there is none yet.
    private func next(of connection: SteppedConnection) -> SteppedCommand? {
        while !connection.isClosed, connection.framed < connection.inbox.count {
            let before = connection.framer.length
            let outcome = connection.inbox.withUnsafeBytes {
                connection.framer.advance(UnsafeRawBufferPointer(rebasing: $0[connection.framed...]))
            }
            connection.framed += connection.framer.length - before
            switch outcome {
            case .incomplete: return nil
            case .broken where connection.isStrangers:
                events.append(.closed(connection, held: nil))
                drop(connection)
                return nil
            case .broken(let reason):
                refuse(connection, "sent what is no command of Redis: \(reason)")
                return nil
            case .empty, .complete:
                let bytes = Array(connection.inbox[..<connection.framed])
                let isInline = connection.framer.isInline
                connection.inbox.removeSubrange(..<connection.framed)
                connection.framed = 0
                connection.framer.next()
                if outcome == .empty { continue }
                connection.hasSpoken = true
                return command(bytes, SteppedCommand.words(of: bytes, isInline: isInline))
            }
        }
        return nil
    }

    private func command(_ bytes: [UInt8], _ words: [[UInt8]]) -> SteppedCommand {
        var words = words
        words[0] = words[0].map(CommandName.capital)
        let traits = traits(of: words)
        var kind = SteppedCommand.Kind.usual
        switch traits.role {
        case .exec: kind = .exec
        case .watch: kind = .watch
        default: if Self.scripts.contains(String(decoding: words[0], as: UTF8.self)) { kind = .script }
        }
        var command = SteppedCommand(
            arguments: words, mayWrite: traits.mayWrite, blocks: traits.blocks, kind: kind, bytes: bytes)
        lastSerial += 1
        command.serial = lastSerial
        return command
    }

    private static var scripts: Set<String> {
        ["EVAL", "EVALSHA", "FCALL", "EVAL_RO", "EVALSHA_RO", "FCALL_RO"]
    }

    func traits(of words: [[UInt8]]) -> CommandTraits {
        words[0].withUnsafeBytes { name in
            guard words.count > 1 else { return table.traits(name, nil) }
            return words[1].withUnsafeBytes { table.traits(name, $0) }
        } ?? CommandTraits()
    }

    // MARK: Meeting a command

    private func meet(_ command: SteppedCommand, of connection: SteppedConnection) throws(RunError) {
        let traits = traits(of: command.arguments)
        switch (traits.role, command.name) {
        case (.monitor, _): return refuse(connection, "sends MONITOR, which tells it more than any client should know")
        case (.silent, let name):
            return refuse(connection, "sends \(name), after which replies are not tied to their commands")
        case (_, "CLUSTER"):
            return refuse(connection, "sends CLUSTER: it has to use one Redis server that is no cluster")
        case (.auth, _): return forward(Array("+OK\r\n".utf8), to: connection)
        case (.hello, _):
            var command = command
            command.bytes = SteppedCommand.encoded(Self.withoutPassword(command.arguments))
            return try pass(command, of: connection)
        case (.subscribe, _) where !connection.isInTransaction:
            guard send(command.bytes, of: connection) else { return drop(connection) }
            connection.status = .bridge
            return
        default: break
        }
        if !holds(connection) || isLocal(command, traits, connection) {
            events.append(.passed(connection, command))
            try pass(command, of: connection)
        } else {
            connection.status = .held(command)
            events.append(.arrived(connection))
        }
    }

    /// Whether nobody else can tell when it is executed.
    private func isLocal(
        _ command: SteppedCommand, _ traits: CommandTraits, _ connection: SteppedConnection
    ) -> Bool {
        switch traits.role {
        case .exec: return !connection.isInTransaction
        case .multi, .discard, .unwatch, .reset: return true
        case .watch: return connection.isInTransaction
        default: break
        }
        if connection.isInTransaction { return true }
        guard traits.isLocal else { return false }
        // All clients share scripts and functions.
        guard ["SCRIPT", "FUNCTION"].contains(command.name), command.arguments.count > 1 else { return true }
        let second = String(decoding: command.arguments[1], as: UTF8.self).uppercased()
        return !["FLUSH", "DELETE", "RESTORE", "KILL"].contains(second)
    }

    private static func withoutPassword(_ words: [[UInt8]]) -> [[UInt8]] {
        let sign = words.indices.first { $0 > 1 && String(decoding: words[$0], as: UTF8.self).uppercased() == "AUTH" }
        guard let sign, sign + 2 < words.count else { return words }
        var words = words
        words.removeSubrange(sign...sign + 2)
        return words
    }

    private func refuse(_ connection: SteppedConnection, _ what: String) {
        if refusal == nil { refusal = "the program \(what)" }
        forward(Array("-ERR \(what) (said by stress explore)\r\n".utf8), to: connection)
        events.append(.closed(connection, held: nil))
        drop(connection)
    }

    // MARK: Passing on

    /// Has a command executed at once.
    private func pass(_ command: SteppedCommand, of connection: SteppedConnection) throws(RunError) {
        _ = try execute(command, of: connection, losesReply: false)
    }

    /// Has a command executed.
    ///
    /// - Returns: its reply; nil where it waits for other clients, or the server has closed the connection.
    private func execute(
        _ command: SteppedCommand, of connection: SteppedConnection, losesReply: Bool
    ) throws(RunError) -> [UInt8]? {
        if let script = Self.script(in: command) { scripts.insert(script) }
        let waits = !connection.isInTransaction && (command.blocks || ["WAIT", "WAITAOF"].contains(command.name))
        guard waits else {
            guard let reply = try exchange(connection, command.bytes, forwards: !losesReply) else {
                events.append(.closed(connection, held: nil))
                drop(connection)
                return nil
            }
            try follow(command, reply, of: connection)
            return reply
        }
        guard send(command.bytes, of: connection) else {
            drop(connection)
            return nil
        }
        connection.status = .blocked(command)
        try afterAll()
        guard SocketWaits.canRead(connection.server, withinNanoseconds: 0) else {
            if losesReply { drop(connection, asLost: true) }
            return nil
        }
        let reply = try awaitReply(connection, forwards: !losesReply)
        connection.status = .free
        return reply
    }

    /// The text of a script that the server knows from now on.
    private static func script(in command: SteppedCommand) -> [UInt8]? {
        switch command.name {
        case "EVAL", "EVAL_RO": command.arguments.count > 1 ? command.arguments[1] : nil
        case "SCRIPT":
            command.arguments.count > 2 && String(decoding: command.arguments[1], as: UTF8.self).uppercased() == "LOAD"
                ? command.arguments[2] : nil
        default: nil
        }
    }

    /// Keeps what a connection is.
    private func follow(_ command: SteppedCommand, _ reply: [UInt8], of connection: SteppedConnection) throws(RunError)
    {
        let isError = reply.first == UInt8(ascii: "-") || reply.first == UInt8(ascii: "!")
        switch traits(of: command.arguments).role {
        case .multi: if !isError { connection.isInTransaction = true }
        case .exec, .discard: if connection.isInTransaction { connection.forgetTransaction() }
        case .reset:
            connection.forgetTransaction()
            connection.database = 0
            try greet(connection)
        case .unwatch where !connection.isInTransaction: connection.watched = []
        case .watch where !connection.isInTransaction && !isError:
            connection.watched += command.arguments.dropFirst().map {
                SteppedConnection.WatchedKey(database: connection.database, key: $0)
            }
        case .select where !connection.isInTransaction && !isError && command.arguments.count > 1:
            connection.database = Int(String(decoding: command.arguments[1], as: UTF8.self)) ?? 0
        default: if connection.isInTransaction, !isError { connection.queued.append(command) }
        }
    }

    // MARK: Releasing

    /// What may happen to a command.
    package enum Delivery: Sendable {
        case whole
        /// It is executed, and its client sees a reset in the place of the reply.
        case lostReply
        /// Its client sees a reset, and the server has never heard of it.
        case lostRequest
    }

    /// Has the command that a connection holds executed, and its client told.
    ///
    /// - Returns: the reply of the server's; nil where there is none, because it waits for others or was lost before the server.
    /// - Throws: 69 where the server is lost.
    @discardableResult
    package func release(
        _ connection: SteppedConnection, _ delivery: Delivery = .whole
    ) throws(RunError) -> [UInt8]? {
        guard let command = connection.held else { return nil }
        if delivery == .lostRequest {
            drop(connection, asLost: true)
            try afterAll()
            return nil
        }
        connection.status = .free
        let reply = try execute(command, of: connection, losesReply: delivery == .lostReply)
        guard delivery == .lostReply else {
            try advance(connection)
            return reply
        }
        drop(connection, asLost: true)
        // What the server still has of it, such as a wait for an element, is gone before anything else happens.
        try afterAll()
        return reply
    }
}
