internal import FlashSale
internal import RedisDriver
internal import Shop
internal import Strategies

/// A connection that watches what the server executes (MONITOR), commands of scripts included.
struct MonitoredConnection: ~Copyable {
    /// How many commands of one call of a script are kept to be shown and compared.
    private static var keptCommands: Int { 1000 }

    private var connection: Connection
    private var marks = 0
    /// Commands that scripts sent, each once.
    private var scripted: [[String]] = []
    private var seen: Set<[String]> = []
    private let clock: RehearsalClock

    init(to endpoint: RedisEndpoint, clock: RehearsalClock) throws(RunError) {
        connection = try Self.watching(endpoint)
        self.clock = clock
    }

    private static func watching(_ endpoint: RedisEndpoint) throws(RunError) -> Connection {
        do throws(ConnectionError) {
            var connection = try Connection(
                to: endpoint, name: nil, connectTimeoutMilliseconds: 5000, timeoutMilliseconds: 10_000)
            let reply = try connection.call(["MONITOR"])
            guard reply.kind == .status else {
                throw ConnectionError.protocolViolation(
                    "MONITOR was answered with \(Secret(of: endpoint).shown(reply))")
            }
            return connection
        } catch {
            throw RunError(.unavailable, "the private server cannot be watched: \(error)")
        }
    }

    /// Forgets what was executed until now.
    mutating func skip(_ sale: inout Sale) throws(RunError) { _ = try commands(&sale) }

    /// Commands as exchanges whose replies are not shown.
    borrowing func exchanges(of commands: [[[UInt8]]], _ names: ScriptNames) -> [RehearsalRecord.Exchange] {
        commands.map { command in
            .init(command: names.shown(command.map { String(decoding: $0, as: UTF8.self) }), reply: "")
        }
    }

    /// Adds the commands that scripts sent to the exchanges that called them.
    mutating func tell(_ exchanges: inout [RehearsalRecord.Exchange], _ sale: inout Sale) throws(RunError) {
        var executed = try commands(&sale)[...]
        for index in exchanges.indices where Self.callsScript(exchanges[index].command) {
            while let command = executed.popFirst(), command.isOfScript || !Self.callsScript(command.arguments) {}
            let declared = Self.declaredKeys(exchanges[index].command)
            while let command = executed.first, command.isOfScript {
                executed.removeFirst()
                try clock.check(
                    "while the commands of \(exchanges[index].command.prefix(2).joined(separator: " ")) were read")
                guard exchanges[index].inner.count < Self.keptCommands else {
                    exchanges[index].moreInner += 1
                    continue
                }
                let keys = try Self.keys(of: command.arguments, &sale)
                exchanges[index].inner.append(
                    .init(arguments: command.arguments, undeclaredKeys: keys.filter { !declared.contains($0) }))
            }
        }
        try skip(&sale)
    }

    /// Commands of scripts that touched what is not the sale's, or may have, as text.
    mutating func strays(_ sale: inout Sale) throws(RunError) -> [String] {
        try skip(&sale)
        let facts = try sale.facts(of: Array(Set(scripted.compactMap(\.first)))) ?? [:]
        var strays: [String] = []
        for command in scripted {
            let name = command.first?.uppercased() ?? ""
            try clock.check("while the keys of \(name) in a script were looked up")
            if ForbiddenCommands.reason(againstInScript: name) != nil {
                strays.append(name)
                continue
            }
            switch try sale.keys(of: command.map { Array($0.utf8) }) {
            case .keys(let keys):
                let names = keys.map { String(decoding: $0, as: UTF8.self) }
                if let key = names.first(where: { !sale.owns($0) }) {
                    strays.append("\(name) \(key)")
                } else if facts[command[0]]?.keyPlaces == .untold,
                    let pattern = command.first(where: { $0.utf8.contains(UInt8(ascii: "*")) && !sale.owns($0) }
                    )
                {
                    strays.append("\(name) … \(pattern)")
                }
            case .none: if !CommandKeys.isHarmlessWithoutKeys(name) { strays.append(name) }
            case .untold: strays.append(name)
            }
        }
        return strays
    }

    private static func callsScript(_ command: [String]) -> Bool {
        ["EVAL", "EVALSHA", "FCALL"].contains(command.first?.uppercased())
    }

    private static func declaredKeys(_ command: [String]) -> [String] {
        guard command.count > 2, let count = Int(command[2]) else { return [] }
        return Array(command.dropFirst(3).prefix(count))
    }

    private static func keys(of command: [String], _ sale: inout Sale) throws(RunError) -> [String] {
        guard case .keys(let keys) = try sale.keys(of: command.map { Array($0.utf8) }) else { return [] }
        return keys.map { String(decoding: $0, as: UTF8.self) }
    }

    /// What was executed since the last time, up to a mark that the sale's connection sets now.
    private mutating func commands(_ sale: inout Sale) throws(RunError) -> [MonitorText.Command] {
        marks += 1
        let mark = "stress-mark-\(marks)"
        _ = try sale.call(["ECHO", mark])
        var executed: [MonitorText.Command] = []
        var reply = Reply()
        while true {
            do throws(ConnectionError) {
                try connection.receive(into: &reply)
            } catch {
                if case .oversized(let reply) = error {
                    throw RunError(
                        .usage,
                        "a script sends a command that is too large for a rehearsal: what MONITOR shows of it is \(reply)"
                    )
                }
                throw RunError(.unavailable, "the private server cannot be watched any more: \(error)")
            }
            guard let command = MonitorText.command(reply.string()) else { continue }
            if command.arguments == ["ECHO", mark] { return executed }
            if command.isOfScript {
                try clock.check("while a script sent \(command.arguments.first ?? "something")")
            }
            executed.append(command)
            if command.isOfScript, seen.insert(command.arguments).inserted { scripted.append(command.arguments) }
        }
    }
}
