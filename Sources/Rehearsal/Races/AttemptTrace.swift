internal import FlashSale
internal import Strategies

/// What one attempt of a rehearsal did, as sections that nobody can interrupt: a command, a script, or MULTI to EXEC.
struct AttemptTrace {
    struct Section {
        /// Counted through `buy` and then `finally`.
        var step: Int
        var kind: Kind
        var accesses: [Access]
        /// Keys that a WATCH names.
        var watched: [String] = []
        /// Whether it ends what was watched.
        var endsWatch = false
        /// Of the last reply.
        var reply: String

        enum Kind { case command, script, transaction }
    }

    /// An access with the command that makes it.
    struct Access {
        var access: KeyAccess
        var command: [String]
        /// Which of the step's commands it is; nil inside a script.
        var commandOfStep: Int?
    }

    var buyer: Int
    var purchase: Int
    var sections: [Section] = []

    /// - Parameter strategy: whose steps the exchanges were for.
    init(_ visit: RehearsalRecord.Visit, _ strategy: Strategy) {
        buyer = visit.attempt.buyer
        purchase = visit.attempt.purchase
        let steps = strategy.buy + strategy.finally
        var rest = visit.exchanges[...]
        while let exchange = rest.first {
            guard let step = exchange.step, steps.indices.contains(step) else {
                rest.removeFirst()
                continue
            }
            if case .atomically = steps[step].kind {
                let all = rest.prefix { $0.step == step }
                rest = rest.dropFirst(all.count)
                sections.append(Self.transaction(all, step))
            } else {
                rest.removeFirst()
                sections.append(Self.section(exchange, step))
            }
        }
    }

    private static func transaction(_ exchanges: ArraySlice<RehearsalRecord.Exchange>, _ step: Int) -> Section {
        let reply = exchanges.last?.reply ?? ""
        // Without EXEC's array nothing was executed.
        let ran = exchanges.last?.command.first == "EXEC" && exchanges.last?.isError == false && reply != "(nil)"
        var accesses: [Access] = []
        for (index, exchange) in exchanges.dropFirst().dropLast().enumerated() where ran {
            accesses += KeyAccess.of(exchange.command).map {
                Access(access: $0, command: exchange.command, commandOfStep: index)
            }
        }
        return Section(step: step, kind: .transaction, accesses: accesses, endsWatch: true, reply: reply)
    }

    private static func section(_ exchange: RehearsalRecord.Exchange, _ step: Int) -> Section {
        let command = exchange.command
        if exchange.callsScript {
            let accesses = exchange.inner.flatMap { inner in
                KeyAccess.of(inner.arguments).map { Access(access: $0, command: inner.arguments, commandOfStep: nil) }
            }
            return Section(step: step, kind: .script, accesses: accesses, reply: exchange.reply)
        }
        switch command.first?.uppercased() {
        case "WATCH":
            return Section(
                step: step, kind: .command, accesses: [], watched: Array(command.dropFirst()), reply: exchange.reply)
        case "UNWATCH":
            return Section(step: step, kind: .command, accesses: [], endsWatch: true, reply: exchange.reply)
        default:
            let accesses = exchange.isError ? [] : KeyAccess.of(command)
            return Section(
                step: step, kind: .command,
                accesses: accesses.map { Access(access: $0, command: command, commandOfStep: 0) }, reply: exchange.reply
            )
        }
    }
}

extension AttemptTrace.Section {
    func reads(_ item: KeyAccess.Item, before index: Int? = nil) -> Bool {
        accesses.prefix(index ?? accesses.count).contains { $0.access.effect.isRead && $0.access.item.meets(item) }
    }

    func writes(_ item: KeyAccess.Item) -> Bool {
        accesses.contains { $0.access.effect.isWrite && $0.access.item.meets(item) }
    }
}
