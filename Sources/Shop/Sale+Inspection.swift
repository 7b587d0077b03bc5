package import FlashSale
internal import RedisDriver
internal import Strategies

/// What is found out before the doors open.
extension Sale {
    /// Asks the server what it is, whether it has room for so many connections, and what the strategy's commands do.
    ///
    /// - Throws: ``RunError`` with 69 if it is too small or lacks a command that every server has, with 64 if a command is unknown or
    ///   touches other keys.
    package mutating func inspect(connectionsNeeded: Int) throws(RunError) -> ServerFacts {
        var facts = ServerFacts()
        guard hasServer else {
            facts.kind = "service"
            return facts
        }
        let info = try call(["INFO"])
        if info.kind == .string {
            let fields = Self.fields(info.string())
            facts.kind = fields["server_name"] == "valkey" || fields["valkey_version"] != nil ? "valkey" : "redis"
            facts.version = shown(fields["valkey_version"] ?? fields["redis_version"] ?? "unknown")
            facts.mode = shown(fields["redis_mode"] ?? fields["server_mode"] ?? "standalone")
            facts.maxmemoryPolicy = fields["maxmemory_policy"].map { shown($0) }
            facts.persistence = fields["aof_enabled"] == "1" ? "aof" : "unknown"
            try checkRoom(in: fields, forConnections: connectionsNeeded, &facts)
        } else {
            facts.findings.append(
                Finding(
                    .infoDenied,
                    "The server denies INFO, so its version and its limits are not known: \(shown(info))"))
        }
        try checkMode(&facts)
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
        in fields: [String: String], forConnections needed: Int, _ facts: inout ServerFacts
    ) throws(RunError) {
        var limit = fields["maxclients"].flatMap { Int($0) }
        if limit == nil {
            let reply = try call(["CONFIG", "GET", "maxclients"])
            limit = reply.element(1).flatMap { reply.integer(at: $0) }
        }
        guard let limit else {
            facts.findings.append(
                Finding(
                    .maxclientsUnknown,
                    "The server does not tell how many connections it allows, so that could not be checked."))
            return
        }
        let connected = fields["connected_clients"].flatMap { Int($0) } ?? 1
        guard limit.magnitude <= 1 << 31, connected.magnitude <= 1 << 31 else { return }
        guard connected + needed <= limit else {
            throw RunError(
                .unavailable,
                "the server allows \(limit) connections (maxclients) and \(connected) are open; this run needs \(needed) more. "
                    + "Raise maxclients, or use fewer --procs, --threads or --clients")
        }
    }

    /// The strategy's commands as the server knows them: which are readonly, and that each touches our keys only.
    private mutating func inspectCommands(_ facts: inout ServerFacts) throws(RunError) {
        let names = Array(Set(strategy.commands.map(\.name))).sorted()
        let known = try self.facts(of: names)
        if let known {
            for name in names {
                guard let command = known[name] else {
                    let line = strategy.commands.first { $0.name == name }?.line ?? 0
                    // What every server has can only have been taken away.
                    let isKnown = CommandKeys.isWellKnown(name)
                    throw RunError(
                        isKnown ? .unavailable : .usage,
                        "\(strategy.file):\(line): the server (\(facts.kind) \(facts.version)) has no command \(name)"
                            + (isKnown
                                ? "; it was renamed or removed (rename-command), so name a server that has it" : "")
                    )
                }
                if command.flags.contains("readonly") { facts.readOnlyCommands.append(name) }
            }
        } else {
            let denial = try call(["COMMAND", "INFO"] + names)
            facts.findings.append(
                Finding(
                    .commandDenied,
                    "The server denies COMMAND, so every command is taken to have an effect: "
                        + shown(denial)))
        }
        try checkDeclaredKeys()
        try checkScriptKeys()
        try checkSlots()
        for (command, arguments) in commands.examples {
            try check(command, arguments: arguments, facts: known?[command.name])
        }
        if let finding = foreignKeysFinding { facts.findings.append(finding) }
    }

    /// Whether a key's name says that it is this sale's.
    package func owns(_ name: String) -> Bool {
        name.contains(tag) || (commands.shelves.count > 0 && Shelves.isTag(in: name, of: tag))
    }

    /// The tag that is in an example's arguments: that of the first shelf, or of the whole sale.
    private func exampleTag(_ arguments: [[UInt8]]) -> String {
        let shelf = commands.tag(of: min(1, commands.shelves.count))
        return arguments.contains { String(decoding: $0, as: UTF8.self).contains(shelf) } ? shelf : tag
    }

    /// - Throws: ``RunError`` with 64 for a command that touches, or may touch, keys that are not the sale's.
    private mutating func check(
        _ command: Strategy.Command, arguments: [[UInt8]], facts: CommandFacts?
    ) throws(RunError) {
        let place = "\(strategy.file):\(command.line)"
        if !isPrivate,
            let reason = facts?.reasonKeysMayMove(command.arguments, examples: arguments, tag: exampleTag(arguments))
        {
            throw RunError(
                .usage,
                "\(place): \(command.name) may touch other keys than this sale's: \(reason). On a server that is not private, key "
                    + "counts and option words must be written out; run without --redis, or write them as literals")
        }
        // Without them nobody knows whether a value could move its keys, whatever COMMAND GETKEYS says of an example.
        guard isPrivate || facts != nil || CommandKeys.keys(of: command.name, arguments) != nil else {
            throw RunError(
                .usage,
                "\(place): the server denies COMMAND INFO, so it cannot be seen whether \(command.name) may touch other keys than "
                    + "this sale's; only commands with plain keys can be used there")
        }
        let keys: [[UInt8]]
        switch try self.keys(of: arguments) {
        case .keys(let found): keys = found
        case .none:
            guard isPrivate || CommandKeys.isHarmlessWithoutKeys(command.name) else {
                throw RunError(
                    .usage,
                    "\(place): \(command.name) has no key, so it cannot be seen what it acts on; on a server that is not private, only "
                        + "keys with {sale} in their name may be used")
            }
            keys = []
        case .untold(let answer):
            guard let known = CommandKeys.keys(of: command.name, arguments) else {
                throw RunError(
                    .usage,
                    "\(place): the server denies COMMAND GETKEYS (\(answer)), so it cannot be "
                        + "seen which keys \(command.name) touches; only commands with plain keys can be used there")
            }
            keys = known
        }
        let declared = Set(commands.keys)
        for key in keys {
            let name = String(decoding: key, as: UTF8.self)
            guard owns(name) else {
                if mayTouchForeignKeys {
                    if !foreignKeys.contains(name) { foreignKeys.append(name) }
                    continue
                }
                throw RunError(
                    .usage,
                    "\(place): \(command.name) uses the key \(name), which is not this sale's; "
                        + "only keys with {sale} in their name may be used")
            }
            if !declared.contains(key) { hasOtherKeys = true }
        }
        for key in keys { try checkSlot(of: key, in: .command(command)) }
    }

    /// Nobody can see beforehand which keys a script touches; what it is given as KEYS can be seen. On a private server it
    /// may be given anything, such as a buyer's id; on a server of somebody else only keys of this sale.
    private mutating func checkScriptKeys() throws(RunError) {
        for (call, keys) in commands.scriptKeys {
            hasOtherKeys = true
            guard !isPrivate else { continue }
            for key in keys {
                let name = String(decoding: key, as: UTF8.self)
                guard owns(name) else {
                    throw RunError(
                        .usage,
                        "\(strategy.file):\(call.line): \(call.callee.title) is given \(name) among its keys, which is not this sale's. On a "
                            + "server that is not private, only keys with {sale} in their name may be used; give it among args, or "
                            + "run without --redis")
                }
                try checkSlot(of: key, in: .script(call))
            }
        }
    }
}
