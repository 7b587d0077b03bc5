internal import CLinux
internal import Clients
internal import FlashSale
internal import RedisDriver
internal import Shop
internal import Strategies

/// What scripts are called, in the place of their text or hash.
struct ScriptNames {
    private var names: [String: String] = [:]
    private let functions: SaleFunctions

    init(_ strategy: Strategy, hashes: [String: String], functions: SaleFunctions) {
        self.functions = functions
        for script in strategy.scripts {
            names[script.text] = script.name
            if let hash = hashes[script.name] { names[hash] = script.name }
        }
    }

    /// The arguments of a command for people.
    func shown(_ command: [String]) -> [String] {
        guard command.count > 1 else { return command }
        switch command[0] {
        case "EVAL", "EVALSHA": return [command[0], names[command[1]] ?? command[1]] + command.dropFirst(2)
        case "FCALL" where command[1].hasPrefix(functions.prefix):
            return [command[0], String(command[1].dropFirst(functions.prefix.count))] + command.dropFirst(2)
        default: return command
        }
    }
}

/// The buyers of one sale of a rehearsal: they come one after the other, on the connection of the sale itself.
struct RehearsalBuyers: ~Copyable {
    /// Longer think times are cut to this: with one buyer at a time there is no race to widen.
    private static var longestThoughtMicroseconds: Int { 200_000 }

    /// After which a command that may block is looked at.
    private static var patienceMilliseconds: Int { 300 }

    private let scenario: Scenario
    private let names: ScriptNames
    private let file: String
    private let clock: RehearsalClock
    private var core: ClientCore<StrategyMachine>
    private(set) var visits: [RehearsalRecord.Visit] = []
    /// Whether the stock is looked at after each command; its probe is then among what the server executes.
    var watchesStock = false
    /// Whether the stock was another one in the middle of the visit than before it.
    private var hasMoved = false

    init(program: StrategyProgram, scenario: Scenario, names: ScriptNames, file: String, clock: RehearsalClock) {
        self.file = file
        self.clock = clock
        self.scenario = scenario
        self.names = names
        core = ClientCore(program)
    }

    /// Lets a buyer make one attempt.
    mutating func visit(
        buyer: Int, purchaseOfBuyer: Int = 1, quantity: Int? = nil, repeats: Bool = false, at sale: inout Sale,
        watchedBy monitor: inout MonitoredConnection
    ) throws(RunError) {
        let quantity = quantity ?? scenario.quantity.min
        let purchase = (buyer - 1) * scenario.purchasesPerBuyer + purchaseOfBuyer
        let number = visits.count { $0.attempt.purchase == purchase } + 1
        let id = scenario.attemptID(purchase: purchase, number: number)
        try clock.limit(&sale, lastCommand)
        let before = sale.finalStock()
        hasMoved = false
        try monitor.skip(&sale)
        let invoked = Clock.nanoseconds()
        let (result, unit, exchanges) = try converse(
            AttemptContext(
                buyer: buyer, purchase: purchase, attempt: id, quantity: quantity,
                nowMilliseconds: Clock.wallMilliseconds()),
            from: before, at: &sale, watchedBy: &monitor)
        let attempt = Attempt(
            id: id, purchase: purchase, buyer: buyer, number: number, invokedNanoseconds: invoked,
            returnedNanoseconds: Clock.nanoseconds(), outcome: result.outcome, quantity: quantity,
            remaining: result.remaining, isHole: result.isHole, unit: unit)
        visits.append(
            .init(
                attempt: attempt, isRepeated: repeats, exchanges: exchanges, before: before, after: sale.finalStock(),
                moved: hasMoved))
        try monitor.skip(&sale)
    }

    /// Where the rehearsal is before a buyer comes, for people.
    private var lastCommand: String {
        guard let command = visits.last?.exchanges.last?.command else { return "before the first buyer came" }
        return "after " + command.prefix(2).joined(separator: " ").replacing(WatchedSale.tag, with: "{sale}")
    }

    /// Carries out the core's orders until the attempt is over.
    private mutating func converse(
        _ context: AttemptContext, from stock: FinalStock, at sale: inout Sale,
        watchedBy monitor: inout MonitoredConnection
    ) throws(RunError) -> (AttemptResult, unit: String?, [RehearsalRecord.Exchange]) {
        core.machine.context = context
        sale.connection.replyLimit = ReplyLimit.ofABuyer
        defer { sale.connection.replyLimit = ReplyLimit.ofAnAnswer }
        var order = core.start(isConnected: sale.connection.isUsable)
        var waiting: [[String]] = []
        var exchanges: [RehearsalRecord.Exchange] = []
        var reply = Reply()
        while true {
            switch order {
            case .end(let ending):
                try monitor.tell(&exchanges, &sale)
                if ending.spoilsConnection {
                    sale.connection.close()
                    sale.renewConnection()
                }
                let names = ending.result.namesUnits ? UnitNameList(core.machine.unitNames) : nil
                let unit = names.map { UnitText.text($0.map { String(decoding: $0, as: UTF8.self) }) }
                return (ending.result, unit, exchanges)
            case .think(let microseconds):
                Clock.sleep(
                    until: Clock.nanoseconds() + UInt64(min(microseconds, Self.longestThoughtMicroseconds)) * 1000)
                order = core.afterThinking()
            case .send, .receive:
                let asked = Clock.nanoseconds()
                var hasAnswer = false
                do throws(ConnectionError) {
                    if order == .send {
                        waiting += WrittenCommand.all(in: core.machine.output).map {
                            $0.words.map { String(decoding: $0, as: UTF8.self) }
                        }
                        try sale.connection.refuseSurplus()
                        try sale.connection.send(core.machine.output)
                    }
                    hasAnswer = isAnswered(waiting.first ?? [], at: &sale)
                    if hasAnswer { try sale.connection.receive(into: &reply) }
                } catch {
                    guard case .oversized(let size) = error else {
                        throw problem(error, at: waiting.first, since: asked)
                    }
                    exchanges.append(unread(size, of: waiting.first ?? []))
                    order = core.refused(oversized: size.description)
                    sale.renewConnection()
                    continue
                }
                guard hasAnswer else {
                    throw silence(
                        at: waiting.first, since: asked, blocks: BlockedClients.areThere(at: sale.endpoint))
                }
                let command = waiting.isEmpty ? [] : waiting.removeFirst()
                exchanges.append(
                    .init(
                        command: names.shown(command), reply: sale.shown(reply), isError: reply.kind == .error,
                        step: core.machine.stepOfNextReply, lack: core.machine.lack(of: reply)))
                order = core.received(reply)
                // In between, other replies would come before the probe's.
                if watchesStock, waiting.isEmpty, sale.finalStock() != stock { hasMoved = true }
            // Nobody would learn anything from the rest of a rehearsal without its server.
            case .open, .pause, .sendStruck, .follow: throw problem(.closed, at: nil, since: Clock.nanoseconds())
            }
        }
    }

    /// Whether the command has an answer in time. One that waits for somebody else and gives itself no end is not waited for:
    /// nobody else is there.
    private borrowing func isAnswered(_ command: [String], at sale: inout Sale) -> Bool {
        if BlockingCommand.hasNoEnd(command) {
            if sale.connection.awaitReply(atMostMilliseconds: Self.patienceMilliseconds) { return true }
            if BlockedClients.areThere(at: sale.endpoint) { return false }
        }
        return sale.connection.awaitReply()
    }

    /// A reply that was too large to be read.
    private func unread(_ size: OversizedReply, of command: [String]) -> RehearsalRecord.Exchange {
        .init(
            command: names.shown(command), reply: "(\(size); it was not read)", step: core.machine.stepOfNextReply)
    }

    /// Why a command had no answer.
    ///
    /// - Parameter blocks: whether the server does nothing but wait for somebody else.
    private func silence(at words: [String]?, since asked: UInt64, blocks: Bool) -> RunError {
        guard blocks, let words else { return problem(.timeout, at: words, since: asked) }
        let command = words.joined(separator: " ").replacing(WatchedSale.tag, with: "{sale}")
        return RunError(
            .usage,
            "\(file): \(command) blocks: it waits for what somebody else does, and nobody did it in the rehearsal within "
                + "\(Self.words(since: asked)); give it a time of its own that is shorter than --timeout, and an outcome for nil"
        )
    }

    /// The time since then, in seconds.
    private static func words(since asked: UInt64) -> String {
        Int((Double(Clock.nanoseconds() - asked) / 1e9).rounded(.up)).counted("second")
    }

    private func problem(_ error: ConnectionError, at words: [String]?, since asked: UInt64) -> RunError {
        let command = words.map { names.shown($0).prefix(2).joined(separator: " ") } ?? "a command"
        switch error {
        case .timeout:
            return RunError(
                .usage,
                "\(file): \(command) did not answer within \(Self.words(since: asked)) in the rehearsal; is there a loop in it that "
                    + "never ends?")
        case .protocolViolation, .oversized:
            return RunError(.usage, "\(file): the reply to \(command) cannot be read in the rehearsal: \(error)")
        case .refused, .notLocated, .unsecured, .closed, .lost, .rejected:
            return RunError(
                .unavailable, "the private server was lost in the middle of the rehearsal, at \(command): \(error)")
        }
    }
}
