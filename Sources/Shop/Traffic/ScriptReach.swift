package import Strategies

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
