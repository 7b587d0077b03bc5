internal import CLinux
package import EmbeddedRedis
package import FlashSale
internal import RedisDriver
internal import Shop
package import Strategies

/// A sale of a strategy on a private server, whose buyers run the same machine as in a run, each on a connection of its own.
package struct StrategySale: SteppedSale, ~Copyable {
    /// The sale's own part of every key.
    static let tag = "{stress:explore}"
    /// Numbers that are told apart from what is left of a stock.
    static let firstBuyer = 101
    /// 2026-01-01 in milliseconds, so that what depends on the time is the same in all executions.
    static let now = 1_767_225_600_000

    var sale: Sale
    private let program: StrategyProgram
    let scenario: Scenario
    var participants: [ExploredBuyer] = []
    var keyspace = Keyspace()
    private var footprints = CommandFootprints()
    /// In capitals.
    private let readOnlyCommands: Set<String>
    /// nil where no script is called.
    private let scripts: ScriptWatch?
    private let words: CommandWords
    private let ledgerFields: LedgerFields
    var steps = 0
    /// The step that has restarted the server, which has forgotten all scripts since.
    var restartedAt: Int?
    /// What tells the server the time of day; nil where that goes on by itself.
    let clock: ServerClock?
    /// How many milliseconds have passed in this order, and the step with which some did last.
    var passed = 0
    var passedAt: Int?
    package private(set) var disturbance: String?
    package var notes: [String] { [] }
    package let areAlike: Bool
    package let width: Int

    /// Who buys what.
    package struct Settings: Sendable {
        package var buyers: Int
        package var purchasesPerBuyer = 1
        package var units: Int
        package var quantity = 1
        /// Of each purchase, at most.
        package var attempts = 1
        package var retryUnknown = false
        /// What follows the hold of each purchase, where purchases take their time. Those that are not named pay.
        package var afterHold: [AfterHold] = []
        /// What each purchase wants, where purchases have carts: ``units`` are then those of each item. Empty where they have none.
        package var carts: [[CartLine]] = []

        package init(buyers: Int, units: Int) {
            self.buyers = buyers
            self.units = units
        }
    }

    private init(
        sale: consuming Sale, program: StrategyProgram, scenario: Scenario,
        participants: [ExploredBuyer], plans: [PurchasePlan], clock: ServerClock?,
        keyspace: Keyspace, readOnlyCommands: Set<String>, scripts: ScriptWatch?
    ) {
        let strategy = sale.strategy
        // Whose two purchases are meant cannot be exchanged freely with another's.
        areAlike = strategy.buyersAreAlike && scenario.purchasesPerBuyer == 1 && Set(plans).count == 1
        width = areAlike ? 1 + plans[0].places.count : 1
        self.clock = clock
        ledgerFields = LedgerFields(of: strategy, tag: sale.tag)
        words = CommandWords(strategy, hashes: sale.scriptHashes, tag: sale.tag)
        self.sale = sale
        self.program = program
        self.scenario = scenario
        self.participants = participants
        self.keyspace = keyspace
        self.readOnlyCommands = readOnlyCommands
        self.scripts = scripts
    }

    /// Starts a server for sales that are explored one after the other. It is gone with the value.
    ///
    /// - Parameters:
    ///   - stopsClock: whether no time passes for it but where an order says so.
    ///   - executable: our own binary.
    /// - Throws: 69 if there can be none.
    package static func startServer(
        stopsClock: Bool = false, executable: String = "/proc/self/exe"
    ) throws(RunError) -> EmbeddedServer {
        do throws(EmbeddedServerError) {
            return try EmbeddedServer.start(
                persistence: .none, maximumClients: stopsClock ? 4 * mostClients : mostClients,
                stopsClock: stopsClock, executable: executable)
        } catch {
            throw RunError(.unavailable, error.description)
        }
    }

    /// Buyers, and what looks on; what follows holds comes on top.
    private static let mostClients = 100

    /// Removes all that is on a private server, and opens the sale there.
    ///
    /// - Parameter server: for as long as the sale is explored for nothing else.
    /// - Throws: 64 for a mistake that only a server finds; 69 if the server is lost.
    package static func open(
        _ strategy: Strategy, from source: Scenario.StrategySource, _ settings: Settings, on server: EmbeddedServer
    ) throws(RunError) -> StrategySale {
        let scenario = scenario(strategy, source, settings)
        var sale = try Sale(
            to: server.endpoint, strategy: strategy, tag: tag, units: scenario.units, goods: scenario.items,
            isPrivate: true)
        for command in [["FLUSHALL"], ["FUNCTION", "FLUSH"], ["SCRIPT", "FLUSH"]] { _ = try sale.call(command) }
        if let clock = server.clock { try stop(clock, of: &sale) }
        let plans = plans(scenario, settings)
        let count = plans.reduce(0) { $0 + 1 + $1.places.count }
        var facts = try sale.inspect(connectionsNeeded: count + 2)
        try sale.loadScripts(&facts)
        try sale.open()
        let program = StrategyProgram(
            strategy, saleTag: sale.tag, readOnlyCommands: Set(facts.readOnlyCommands),
            scriptHashes: sale.scriptHashes, scenario: scenario)
        var participants: [ExploredBuyer] = []
        var keyspace = Keyspace()
        let watches = strategy.allSteps.flatMap(\.calls).contains(where: \.isScript)
        let scripts: ScriptWatch?
        do throws(ConnectionError) {
            try keyspace.remember(&sale.connection)
            scripts = watches ? try ScriptWatch.start(at: server.endpoint) : nil
            for (index, plan) in plans.enumerated() {
                for place in [nil] + plan.places.map(Optional.some) {
                    participants.append(
                        try ExploredBuyer(
                            purchase: firstPurchase(scenario) + index, place: place, program: program,
                            scenario: scenario, at: server.endpoint, now: now))
                }
            }
        } catch {
            throw lost(error)
        }
        return StrategySale(
            sale: sale, program: program, scenario: scenario, participants: participants,
            plans: plans, clock: server.clock, keyspace: keyspace, readOnlyCommands: Set(facts.readOnlyCommands),
            scripts: scripts)
    }

    static func lost(_ error: ConnectionError) -> RunError {
        RunError(.unavailable, "the private server was lost while orders were explored: \(error)")
    }

    // MARK: One execution

    package var buyers: Int { participants.count }

    package mutating func begin() throws(RunError) {
        steps = 0
        disturbance = nil
        try resetClock()
        do throws(ConnectionError) {
            // What the last execution left under way must not reach the next one's stock.
            try keyspace.reset(&sale.connection)
            if restartedAt != nil {
                for script in sale.strategy.scripts { _ = try sale.connection.call(["SCRIPT", "LOAD", script.text]) }
                restartedAt = nil
            }
            for buyer in participants { try buyer.begin(program, now: Self.now) }
        } catch {
            throw Self.lost(error)
        }
    }

    package mutating func offers() throws(RunError) -> [Offer] {
        if keyspace.someTimeIsOver { disturbance = "a key expired by itself, in the middle of an order" }
        do throws(ConnectionError) {
            var offers = try heldOffers()
            if offers.isEmpty, try awaitAnybody() {
                try followHolds(toldAt: max(0, steps - 1))
                offers = try heldOffers()
            }
            guard !offers.isEmpty || participants.contains(where: \.isBlocked) else { return [] }
            if !offers.isEmpty { offers.append(.restart(of: participants.indices)) }
            if let lapse { offers.append(lapse) }
            for key in keyspace.expiring.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                offers.append(expiry(of: key))
            }
            return offers
        } catch {
            throw Self.lost(error)
        }
    }

    private mutating func heldOffers() throws(ConnectionError) -> [Offer] {
        let names = participants.map(\.names)
        var offers: [Offer] = []
        for (index, buyer) in participants.enumerated() {
            guard let group = buyer.next else { continue }
            let footprint = try footprint(of: group, by: buyer)
            let phrase = Phrase(group.commands.flatMap(\.words), names: names)
            let question = Self.question(group, footprint)
            let text = group.visible.map { words.text(of: $0.words) }.joined(separator: ", ")
            let shown = group.isTransaction ? "EXEC (\(text))" : text
            let causes =
                [group.isTransaction ? buyer.overtakenBy : nil, restartedAt, passedAt].compactMap(\.self)
                + buyer.causes
            for choice in [
                Choice.run(buyer: index, ordinal: 0), .loseReply(buyer: index, ordinal: 0),
                .loseRequest(buyer: index, ordinal: 0), .crash(buyer: index),
            ] {
                offers.append(
                    Offer(
                        choice, phrase: phrase, question: question, footprint: footprint, causes: causes,
                        words: shown))
            }
        }
        return offers
    }

    private mutating func footprint(of group: CommandGroup, by buyer: ExploredBuyer) throws(ConnectionError)
        -> Footprint
    {
        // Nothing of it will be executed.
        if group.isTransaction, buyer.overtakenBy != nil { return Footprint() }
        var footprint = Footprint()
        if group.isTransaction { for key in buyer.watched { footprint.read(key) } }
        for command in group.visible {
            if let fields = ledgerFields.footprint(of: command.words, named: command.name) {
                footprint.formUnion(fields)
            } else {
                footprint.formUnion(
                    try footprints.keys(
                        of: command.words, mayWrite: !readOnlyCommands.contains(command.name),
                        asking: &sale.connection
                    ).footprint)
            }
        }
        return footprint
    }

    private static func question(_ group: CommandGroup, _ footprint: Footprint) -> UInt64 {
        var digest = Digest()
        for command in group.visible { digest.add(command.words[0]) }
        for key in footprint.names { digest.add(key) }
        return digest.value
    }

    private func expiry(of key: [UInt8]) -> Offer {
        var footprint = Footprint()
        footprint.write(key)
        var offer = Offer(
            .expire(key: key), phrase: Phrase([key]), question: 0, footprint: footprint,
            words: "\(words.text(of: [key])) expires")
        // What else depends on the time then happens as well.
        if clock != nil { (offer.footprint, offer.struck) = (.everything, Set(participants.indices)) }
        return offer
    }

    package func number(of buyer: Int) -> Int { participants[buyer].number }

    package func part(of buyer: Int) -> AttemptPhase? { takesTime ? participants[buyer].part : nil }

    /// Whether units are on hold first, and what follows decides.
    var takesTime: Bool { scenario.phases != nil }

    package mutating func look() throws(RunError) -> (stock: Int?, orders: Int?) {
        let reads = try sale.onEachItem { sale throws(RunError) in (sale.finalStock(), sale.ledger().0?.orders.count) }
        var stock: Int? = 0
        for read in reads {
            if case .units(let units) = read.0 { stock = stock.map { $0 + units } } else { stock = nil }
        }
        return (stock, reads.reduce(0) { sum, read in sum.flatMap { sum in read.1.map { sum + $0 } } })
    }

    // MARK: The end

    package mutating func hasLearned() throws(RunError) -> Bool {
        do throws(ConnectionError) {
            var hasLearned = false
            for stray in try scripts?.strays(asking: &sale.connection) ?? [] where footprints.widen(stray.script) {
                hasLearned = true
            }
            return hasLearned
        } catch {
            throw Self.lost(error)
        }
    }

    package func leftovers() -> Set<String> { Set(keyspace.lasting.map { words.text(of: [$0]) }) }
}
