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
        for (index, step) in (strategy.buy + strategy.finally).enumerated() {
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
            case .think, .finish: break
            }
        }
        add(direct: steps.unwatches, "UNWATCH")
    }

    /// The most that one attempt sends of each.
    package static func most(inOneAttemptOf strategy: Strategy, scriptHashes: [String: String]) -> SentCommands {
        let steps = strategy.buy + strategy.finally
        let writes = steps.map { step in
            // A script that the server forgot is called twice.
            if case .script = step.kind { 2 } else { 1 }
        }
        return SentCommands(
            SentSteps(writes: writes, reloads: steps.map { _ in 1 }, unwatches: 1), of: strategy,
            scriptHashes: scriptHashes)
    }

    private mutating func add(direct count: Int, _ name: String) {
        if count > 0 { byName[name, default: Numbers()].direct += count }
    }

    private mutating func add(queued count: Int, _ name: String) {
        if count > 0 { byName[name, default: Numbers()].queued += count }
    }

    package subscript(name: String) -> Numbers { byName[name] ?? Numbers() }

    package var total: Int { byName.values.reduce(0) { $0 + $1.direct + $1.queued } }
}
