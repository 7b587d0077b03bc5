internal import EmbeddedRedis
package import FlashSale
internal import RedisDriver
internal import Shop
package import Strategies

/// Plays a strategy through on a private Redis, one buyer after the other, and writes down every command and reply.
package struct Rehearsal: ~Copyable {
    /// Connections to the private server: the sale's, the one that watches, and room for those that are closing.
    private static var clients: Int { 10 }
    /// Buyers who come to a sale whose stock is gone.
    private static var buyersWithoutStock: Int { 4 }

    let strategy: Strategy
    let source: Scenario.StrategySource
    let server: EmbeddedServer
    let plan: RehearsalPlan
    let clock: RehearsalClock
    /// In place of the file's own.
    let thinkTime: Scenario.Range?

    private init(
        of strategy: Strategy, from source: Scenario.StrategySource, on server: EmbeddedServer, clock: RehearsalClock,
        thinkTime: Scenario.Range?, purchasesPerBuyer: Int?
    ) {
        self.strategy = strategy
        self.source = source
        self.server = server
        self.clock = clock
        self.thinkTime = thinkTime
        plan = RehearsalPlan(strategy, purchasesPerBuyer: purchasesPerBuyer)
    }

    /// Rehearses a strategy.
    ///
    /// - Parameters:
    ///   - seconds: after which it is cut short.
    ///   - thinkTime: in place of the file's own.
    ///   - purchasesPerBuyer: of the run that is to follow, if there is one.
    /// - Throws: ``RunError`` with 64 for a mistake that only a server finds, such as a script that does not compile; 69
    ///   if no private server could be started.
    package static func run(
        _ strategy: Strategy, _ source: Scenario.StrategySource, withinSeconds seconds: Double = RehearsalClock.seconds,
        thinkTime: Scenario.Range? = nil, purchasesPerBuyer: Int? = nil
    ) throws(RunError) -> RehearsalRecord {
        let clock = RehearsalClock(seconds: seconds)
        let server: EmbeddedServer
        var topology: EmbeddedTopology?
        do throws(EmbeddedServerError) {
            // Buyers who wait for replicas meet them here, too.
            if strategy.waitedReplicas > 0 {
                let started = try EmbeddedTopology.start(
                    .replicas(min(strategy.waitedReplicas, Topology.replicaBounds.upperBound)), persistence: .none,
                    maximumClients: Self.clients)
                (topology, server) = (started, started.nodes[0])
            } else {
                server = try EmbeddedServer.start(persistence: .none, maximumClients: Self.clients)
            }
        } catch {
            throw RunError(.unavailable, error.description)
        }
        defer {
            topology?.stop()
            server.stop()
        }
        return try Rehearsal(
            of: strategy, from: source, on: server, clock: clock, thinkTime: thinkTime,
            purchasesPerBuyer: purchasesPerBuyer
        ).play()
    }

    private consuming func play() throws(RunError) -> RehearsalRecord {
        var record = RehearsalRecord(server: "", acts: [])
        do throws(RunError) {
            try play(&record)
        } catch {
            // What was played until then is true all the same.
            guard clock.isOver else { throw error }
            record.cutShort = error.message
        }
        return record
    }

    private borrowing func play(_ record: inout RehearsalRecord) throws(RunError) {
        let single = try act(.single, &record)
        record.acts.append(single)
        // A strategy that allows one unit per buyer need not handle a purchase of two.
        if !plan.wishes.isEmpty {
            let quantities = try act(.quantities, &record)
            record.acts.append(quantities)
        }
        let withoutStock = try act(.withoutStock, &record)
        if !withoutStock.visits.isEmpty { record.acts.append(withoutStock) }
        if !strategy.scriptCalls.isEmpty { try lookAtScripts(&record) }
        try tryRestocks(&record)
        try lookForReturns(&record)
    }

    /// One sale from opening to closing.
    private borrowing func act(
        _ kind: RehearsalRecord.Act.Kind, _ record: inout RehearsalRecord
    ) throws(RunError) -> RehearsalRecord.Act {
        let units = kind == .quantities ? plan.unitsForWishes : plan.units
        let wishes = kind == .quantities ? plan.wishes : [plan.quantity]
        let scenario = Scenario(
            strategy: source, units: units, buyers: max(plan.buyers, wishes.count),
            purchasesPerBuyer: plan.purchasesOfFirstBuyer,
            quantity: Scenario.Range(min: wishes.min() ?? 1, max: wishes.max() ?? 1),
            // A purchase may be repeated after its last attempt.
            attempts: RehearsalPlan.attempts + 1, procs: 1, threads: 1, thinkTimeMicroseconds: thinkTime)
        try clock.check("before a sale of \(units.counted("unit"))")
        var watched = try WatchedSale.open(at: server.endpoint, strategy, units: units, clock: clock)
        record.server = "\(watched.facts.kind) \(watched.facts.version)"
        let open = watched.monitor.exchanges(
            of: watched.sale.commands.open.compactMap(\.command), watched.names)
        let isGone = kind == .withoutStock ? try removeStock(&watched.sale) : false
        var buyers = RehearsalBuyers(
            program: StrategyProgram(
                strategy, saleTag: watched.sale.tag, readOnlyCommands: Set(watched.facts.readOnlyCommands),
                scriptHashes: watched.sale.scriptHashes, scenario: scenario),
            scenario: scenario, names: watched.names, file: strategy.file, clock: clock)
        switch kind {
        case .single: try playSingles(by: &buyers, at: &watched.sale, watchedBy: &watched.monitor)
        case .quantities:
            for (index, quantity) in plan.wishes.enumerated() {
                try buyers.visit(buyer: index + 1, quantity: quantity, at: &watched.sale, watchedBy: &watched.monitor)
                if case .units(let left)? = buyers.visits.last?.after, left <= 0, index >= 3 { break }
            }
        case .withoutStock:
            // If `open:` makes no key, a missing one is the normal state.
            for buyer in 1...Self.buyersWithoutStock where isGone {
                try buyers.visit(buyer: buyer, quantity: plan.quantity, at: &watched.sale, watchedBy: &watched.monitor)
            }
        }
        let checks =
            kind == .withoutStock
            ? [] : try judge(buyers.visits.map(\.attempt), of: scenario, on: &watched.sale, noting: &record)
        try watched.close(noting: &record)
        return RehearsalRecord.Act(kind: kind, units: units, open: open, visits: buyers.visits, checks: checks)
    }

    /// Calls each script and function of the file once more, also where no buyer came to it, and notes what nobody has seen
    /// answered. A step that only a race reaches would otherwise be sent unseen.
    private borrowing func lookAtScripts(_ record: inout RehearsalRecord) throws(RunError) {
        try clock.check("before each script was called once more")
        var watched = try WatchedSale.open(at: server.endpoint, strategy, units: plan.units, clock: clock)
        let played = record.acts.filter { $0.kind != .withoutStock }.flatMap(\.visits)
        var answered: Set<String> = []
        var errors: [String: String] = [:]
        for exchange in played.flatMap(\.exchanges) where exchange.callsScript {
            if exchange.isError {
                errors[exchange.command[1]] = exchange.reply
            } else {
                answered.insert(exchange.command[1])
            }
        }
        for (call, command) in watched.sale.commands.scriptExamples {
            try clock.limit(&watched.sale, "before \(call.callee.title) was called once more")
            guard let reply = try answer(of: &watched.sale, to: command, call.callee.title) else {
                answered.insert(call.callee.name)
                continue
            }
            if reply.kind == .error {
                errors[call.callee.name] = watched.sale.shown(reply)
            } else {
                answered.insert(call.callee.name)
            }
        }
        for callee in strategy.scriptCalls.map(\.callee) where !answered.contains(callee.name) {
            let sentence = "\(callee.title) gave nothing but errors: \(errors[callee.name] ?? "none")"
            if !record.unseen.contains(sentence) { record.unseen.append(sentence) }
        }
        // The rest of a script that raised an error has not been seen.
        for visit in played where visit.attempt.outcome == .unknown {
            guard let exchange = visit.exchanges.last(where: \.callsScript), exchange.isError else { continue }
            record.unseen.append(
                "\(exchange.command[0] == "FCALL" ? "function" : "script") \(exchange.command[1]) was broken off by an error that no outcome of the file names: \(exchange.reply)"
            )
            break
        }
        record.unknownCommands = try watched.unknownCommands(record.acts.flatMap(\.visits).flatMap(\.exchanges), errors)
        try watched.close(noting: &record)
    }

    /// What a script answers; nil for a reply that is too large, after which the sale has another connection.
    private borrowing func answer(
        of sale: inout Sale, to command: [[UInt8]], _ title: String
    ) throws(RunError) -> Reply? {
        sale.connection.replyLimit = ReplyLimit.ofABuyer
        defer { sale.connection.replyLimit = ReplyLimit.ofAnAnswer }
        do throws(ConnectionError) {
            return try sale.connection.call(command)
        } catch {
            guard case .oversized = error else {
                guard error == .timeout else {
                    throw RunError(.unavailable, "the private server was lost in the rehearsal, at \(title): \(error)")
                }
                throw RunError(
                    .usage,
                    "\(strategy.file): \(title) did not answer in time in the rehearsal; is there a loop in it that never ends?"
                )
            }
            sale.renewConnection()
            return nil
        }
    }

    /// The first buyer comes twice, or once more than is allowed; the others once, until two in a row get nothing.
    borrowing func playSingles(
        by buyers: inout RehearsalBuyers, at sale: inout Sale, watchedBy monitor: inout MonitoredConnection
    ) throws(RunError) {
        for purchase in 1...plan.purchasesOfFirstBuyer {
            try self.purchase(
                purchase, of: 1, repeats: purchase > 1 && strategy.idempotency == .buyer, by: &buyers, at: &sale,
                watchedBy: &monitor)
            if purchase == 1, strategy.idempotency == .purchase {
                try buyers.visit(buyer: 1, quantity: plan.quantity, repeats: true, at: &sale, watchedBy: &monitor)
            }
        }
        var refusals = 0
        for buyer in 2...plan.buyers where refusals < 2 {
            try purchase(1, of: buyer, by: &buyers, at: &sale, watchedBy: &monitor)
            refusals = buyers.visits.last?.attempt.outcome == .won ? 0 : refusals + 1
        }
    }

    /// A purchase goes on after a conflict and after a failure, as it does in a run.
    private borrowing func purchase(
        _ number: Int, of buyer: Int, repeats: Bool = false, by buyers: inout RehearsalBuyers, at sale: inout Sale,
        watchedBy monitor: inout MonitoredConnection
    ) throws(RunError) {
        for _ in 1...RehearsalPlan.attempts {
            try buyers.visit(
                buyer: buyer, purchaseOfBuyer: number, quantity: plan.quantity, repeats: repeats, at: &sale,
                watchedBy: &monitor)
            let outcome = buyers.visits.last?.attempt.outcome
            guard outcome == .conflict || outcome == .failed else { return }
        }
    }

    /// - Returns: whether there was anything to remove.
    private borrowing func removeStock(_ sale: inout Sale) throws(RunError) -> Bool {
        var removed = 0
        for case .command(let command) in sale.commands.stock {
            let reply = try sale.call([Array("COMMAND".utf8), Array("GETKEYS".utf8)] + command)
            guard reply.kind == .array else { continue }
            for index in 0..<reply.elementCount() {
                guard let node = reply.element(index) else { continue }
                removed += try sale.call([Array("DEL".utf8), Array(reply.bytes(at: node))]).integer() ?? 0
            }
        }
        return removed > 0
    }

    private borrowing func judge(
        _ history: [Attempt], of scenario: Scenario, on sale: inout Sale, noting record: inout RehearsalRecord
    ) throws(RunError) -> [CheckResult] {
        let stock = sale.finalStock()
        let (ledger, problem) = sale.ledger()
        if let problem, case .script? = strategy.ledger?.read {
            record.unseen.append("the ledger's script gave no orders: \(problem)")
        }
        var facts = RunFacts(
            RecordedAttempts(History(history), of: scenario, workers: [.init(index: 0, reported: Tally(history))]),
            rules: strategy.rules,
            epoch: Epoch(units: scenario.units, stock: stock, ledger: ledger, ledgerProblem: problem))
        if let rule = strategy.ledger, let mistake = LedgerFit.mistake(facts, wanted: rule.inWords) {
            throw RunError(.usage, "\(strategy.file):\(rule.line): \(mistake)")
        }
        facts.epoch.forSale = sale.forSale
        return Checks.ofSale(facts)
    }
}
