internal import EmbeddedRedis
package import FlashSale
internal import RedisDriver

/// Plays a strategy through on a private Redis, one buyer after the other, and writes down every command and reply.
package struct Rehearsal: ~Copyable {
    /// Units of each sale: few enough to be sold out soon.
    private static var units: Int { 3 }
    /// The most buyers that come, if nobody is ever told that nothing is left.
    private static var buyers: Int { 8 }
    /// Buyers who come to a sale whose stock is gone.
    private static var buyersWithoutStock: Int { 4 }

    private let strategy: Strategy
    private let source: Scenario.StrategySource
    private let server: EmbeddedServer

    private init(_ strategy: Strategy, _ source: Scenario.StrategySource, _ server: EmbeddedServer) {
        self.strategy = strategy
        self.source = source
        self.server = server
    }

    /// Rehearses a strategy.
    ///
    /// - Throws: ``RunError`` with 64 for a mistake that only a server finds, such as a script that does not compile; 69
    ///   if no private server could be started.
    package static func run(_ strategy: Strategy, _ source: Scenario.StrategySource) throws(RunError) -> RehearsalRecord
    {
        let server: EmbeddedServer
        do throws(EmbeddedServerError) {
            server = try EmbeddedServer.start(persistence: .none, maximumClients: 100)
        } catch {
            throw RunError(69, error.description)
        }
        defer { server.stop() }
        return try Rehearsal(strategy, source, server).play()
    }

    private consuming func play() throws(RunError) -> RehearsalRecord {
        var record = RehearsalRecord(server: "", acts: [])
        let single = try act(.single, &record)
        record.acts.append(single)
        // A scheme of one unit for each buyer need not know what to do with a wish for two.
        if strategy.usesQuantity, (strategy.limit ?? 2) >= 2 {
            let quantities = try act(.quantities, &record)
            record.acts.append(quantities)
        }
        let withoutStock = try act(.withoutStock, &record)
        if !withoutStock.visits.isEmpty { record.acts.append(withoutStock) }
        return record
    }

    /// One sale from opening to closing.
    private borrowing func act(
        _ kind: RehearsalRecord.Act.Kind, _ record: inout RehearsalRecord
    ) throws(RunError) -> RehearsalRecord.Act {
        let scenario = Scenario(
            strategy: source, units: Self.units, buyers: Self.buyers, purchasesPerBuyer: 2,
            quantity: Scenario.Range(min: 1, max: kind == .quantities ? 2 : 1), procs: 1, threads: 1)
        var sale = try Sale(
            to: server.endpoint, strategy: strategy, tag: "{stress:check}", units: Self.units, isPrivate: true)
        var facts = try sale.inspect(connectionsNeeded: 2)
        record.server = "\(facts.kind) \(facts.version)"
        try sale.loadScripts(&facts)
        var eye = try MonitoredConnection(to: server.endpoint)
        try eye.skip(&sale)
        try sale.open()
        let names = ScriptNames(strategy, sale.scriptHashes)
        let open = eye.exchanges(of: sale.commands.open, names)
        let isGone = kind == .withoutStock ? try removeStock(&sale) : false
        var stage = RehearsalStage(
            program: StrategyProgram(
                strategy, saleTag: sale.tag, readOnlyCommands: Set(facts.readOnlyCommands),
                scriptHashes: sale.scriptHashes, scenario: scenario),
            scenario: scenario, names: names, file: strategy.file)
        switch kind {
        case .single: try playSingles(&stage, &sale, &eye)
        case .quantities:
            for (buyer, quantity) in [(1, 2), (2, 2), (3, 1), (4, 1)] {
                try stage.visit(buyer: buyer, quantity: quantity, &sale, &eye)
            }
        case .withoutStock:
            // Where opening makes no key, one that is missing is nothing special.
            for buyer in 1...Self.buyersWithoutStock where isGone { try stage.visit(buyer: buyer, &sale, &eye) }
        }
        let checks = kind == .withoutStock ? [] : try judge(stage.visits.map(\.attempt), scenario, &sale)
        if let problem = sale.close() { throw RunError(69, "the rehearsal's keys could not be removed: \(problem)") }
        // After closing, which may call scripts too.
        for stray in try eye.strays(&sale) where !record.strays.contains(stray) { record.strays.append(stray) }
        return RehearsalRecord.Act(kind: kind, units: Self.units, open: open, visits: stage.visits, checks: checks)
    }

    /// The first buyer comes twice; the others once, until two in a row go without.
    private borrowing func playSingles(
        _ stage: inout RehearsalStage, _ sale: inout Sale, _ eye: inout MonitoredConnection
    ) throws(RunError) {
        try stage.visit(buyer: 1, &sale, &eye)
        if strategy.idempotency == .purchase { try stage.visit(buyer: 1, repeats: true, &sale, &eye) }
        try stage.visit(buyer: 1, purchaseOfBuyer: 2, repeats: strategy.idempotency == .buyer, &sale, &eye)
        var refusals = 0
        for buyer in 2...Self.buyers where refusals < 2 {
            try stage.visit(buyer: buyer, &sale, &eye)
            refusals = stage.visits.last?.attempt.outcome == .won ? 0 : refusals + 1
        }
    }

    /// - Returns: whether there was anything to remove.
    private borrowing func removeStock(_ sale: inout Sale) throws(RunError) -> Bool {
        var removed = 0
        for command in sale.commands.stock {
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
        _ history: [Attempt], _ scenario: Scenario, _ sale: inout Sale
    ) throws(RunError) -> [CheckResult] {
        let stock = sale.finalStock()
        let (ledger, problem) = sale.ledger()
        let facts = RunFacts(
            scenario: scenario, history: history, ledger: ledger, ledgerProblem: problem, finalStock: stock,
            workers: [RunFacts.Worker(index: 0, reported: Tally(history))], limit: strategy.limit,
            idempotency: strategy.idempotency)
        return Checks.ofSale(facts)
    }

    /// Plays scripts through before they may touch a server that is not private.
    ///
    /// - Returns: why that could not be done, where there is no private server to do it on.
    /// - Throws: ``RunError`` with 64 if one touches what is not the sale's, or cannot be played through.
    package static func inspect(
        _ strategy: Strategy, _ source: Scenario.StrategySource
    ) throws(RunError) -> String? {
        guard !(strategy.scripts + strategy.libraries).isEmpty else { return nil }
        let record: RehearsalRecord
        do throws(RunError) {
            record = try run(strategy, source)
        } catch {
            guard error.exitCode != 69 else { return error.message }
            throw RunError(
                error.exitCode,
                "\(error.message) (found by a rehearsal on a private server, which scripts go through before they may touch another)"
            )
        }
        guard let stray = record.strays.first else { return nil }
        throw RunError(
            64,
            "\(strategy.file): in a rehearsal on a private server a script called \(stray), which is not this sale's; on a server that is "
                + "not private, scripts may only touch keys with {sale} in their name. Nothing was sent there")
    }
}
