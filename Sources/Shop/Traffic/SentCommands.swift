package import Strategies

/// Commands that were sent, by name in capitals. What follows a name, as in SCRIPT LOAD, does not count as part of it.
package struct SentCommands: Sendable, Equatable {
    package struct Numbers: Sendable, Equatable {
        /// Sent by themselves: the server executes each once.
        package var direct = 0
        /// Sent between MULTI and EXEC: the server executes each once or, where EXEC gives up, not at all.
        package var queued = 0

        package init(direct: Int = 0, queued: Int = 0) {
            self.direct = direct
            self.queued = queued
        }
    }

    /// Without entries that are zero.
    package private(set) var byName: [String: Numbers] = [:]

    package init(_ byName: [String: Numbers] = [:]) { self.byName = byName }

    /// Counts what the steps sent that clients wrote.
    ///
    /// - Parameter scriptHashes: those with which the strategy was prepared: a script with one is called by EVALSHA.
    package init(_ steps: SentSteps, of strategy: Strategy, scriptHashes: [String: String]) {
        for (index, step) in strategy.allSteps.enumerated() {
            let writes = index < steps.writes.count ? steps.writes[index] : 0
            let reloads = index < steps.reloads.count ? steps.reloads[index] : 0
            switch step.kind {
            case .send(let command): add(direct: writes, command.name)
            case .atomically(let commands):
                add(direct: writes, "MULTI")
                for command in commands { add(queued: writes, command.name) }
                add(direct: writes, "EXEC")
            case .script(let call):
                add(direct: writes, strategy.commandName(of: call, hashes: scriptHashes))
                switch call.callee {
                case .script: add(direct: reloads, "SCRIPT")
                case .function: add(direct: reloads * strategy.libraries.count, "FUNCTION")
                }
            case .http(let request): add(direct: writes, request.method)
            case .program, .command, .think, .finish: break
            }
        }
        add(direct: steps.unwatches, "UNWATCH")
    }

    /// The most that one attempt sends of each.
    package static func most(inOneAttemptOf strategy: Strategy, scriptHashes: [String: String]) -> SentCommands {
        let steps = strategy.allSteps
        let writes = steps.map { step in
            // A script that the server forgot is called twice.
            if case .script = step.kind { 2 } else { 1 }
        }
        return SentCommands(
            SentSteps(writes: writes, reloads: steps.map { _ in 1 }, unwatches: 1), of: strategy,
            scriptHashes: scriptHashes)
    }

    mutating func add(direct count: Int, _ name: String) {
        if count > 0 { byName[name, default: Numbers()].direct += count }
    }

    private mutating func add(queued count: Int, _ name: String) {
        if count > 0 { byName[name, default: Numbers()].queued += count }
    }

    package subscript(name: String) -> Numbers { byName[name] ?? Numbers() }

    package var total: Int { byName.values.reduce(0) { $0 + $1.direct + $1.queued } }
}

/// Which commands the scripts and functions of a strategy may call: the server counts those under their own names, so that
/// nobody can tell them from commands that were sent.
package enum ScriptReach: Sendable, Equatable {
    /// These, in capitals; none where there are no scripts.
    case commands(Set<String>)
    /// Every command that Redis lets a script call.
    case anything

    /// What the scripts of `strategy` call by name, if all of their calls are understood.
    package init(_ strategy: Strategy) {
        let texts = (strategy.scripts + strategy.libraries).map(\.text)
        let callsFunction = strategy.scriptCalls.contains { call in
            if case .function = call.callee { true } else { false }
        }
        guard !callsFunction || !strategy.libraries.isEmpty, texts.allSatisfy(Self.isUnderstood) else {
            self = .anything
            return
        }
        self = .commands(Set(texts.flatMap { LuaReading($0).calledCommands.map(\.name) }))
    }

    /// Whether every `call` that the text has is one whose command is known.
    private static func isUnderstood(_ text: String) -> Bool {
        let calls = LuaLexer.tokens(of: text).count { token in
            (token.kind == .name || token.kind == .string) && (token.text == "call" || token.text == "pcall")
        }
        return calls == LuaReading(text).calledCommands.count
    }

    package func includes(_ name: String) -> Bool {
        switch self {
        case .commands(let names): names.contains(name)
        case .anything: !Self.beyond.contains(name)
        }
    }

    /// Commands that Redis flags `noscript`: scripts cannot call them.
    private static let beyond: Set<String> = [
        "ACL", "ASKING", "AUTH", "BGREWRITEAOF", "BGSAVE", "CLIENT", "CLUSTER", "CONFIG", "DEBUG", "DISCARD", "EVAL",
        "EVALSHA", "EVALSHA_RO", "EVAL_RO", "EXEC", "FCALL", "FCALL_RO", "FUNCTION", "HELLO", "LATENCY", "MEMORY",
        "MODULE", "MONITOR", "MULTI", "PSUBSCRIBE", "PSYNC", "REPLICAOF", "REPLCONF", "RESET", "SAVE", "SCRIPT",
        "SHUTDOWN", "SLAVEOF", "SLOWLOG", "SUBSCRIBE", "SYNC", "UNSUBSCRIBE", "UNWATCH", "WATCH",
    ]
}
