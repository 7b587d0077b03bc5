package import FlashSale
internal import Host
internal import Proxy
internal import RedisDriver
internal import Strategies

/// What is to be judged.
extension ProgramSale {
    package mutating func facts() throws(RunError) -> RunFacts {
        var facts = if let file { try facts(by: file) } else { try factsByFlags() }
        facts.doubts.clientsWereGone = purchases.allSatisfy { $0.phase == .answered }
        return facts
    }

    private mutating func factsByFlags() throws(RunError) -> RunFacts {
        let history = attempts()
        let perBuyer = settings.isOneBuyer ? history.count : 1
        let scenario = Scenario(
            strategy: .init(name: "program", yaml: ""), units: units, buyers: history.count / perBuyer,
            purchasesPerBuyer: perBuyer, quantity: .init(min: settings.quantity, max: settings.quantity), attempts: 1,
            procs: 1, threads: 1)
        let (ledger, problem) = try ledger()
        return RunFacts(
            RecordedAttempts(History(history), of: scenario, workers: [.init(index: 0, reported: Tally(history))]),
            rules: SaleRules(limit: settings.limit, purchaseLimit: settings.purchaseLimit),
            epoch: Epoch(units: units, stock: try stock(), ledger: ledger, ledgerProblem: problem))
    }

    private mutating func facts(by file: SaleFile) throws(RunError) -> RunFacts {
        guard let books else { throw RunError(.bug, "a sale was to be judged that was never opened") }
        let history = purchases.indices.flatMap {
            participants.attempts(of: $0, steps: purchases[$0].steps) ?? []
        }
        var recorded = RecordedAttempts(
            History(history), of: file.scenario(purchases: buyers, units: units, quantity: settings.quantity),
            workers: [.init(index: 0, reported: Tally(history))])
        recorded.tellsUnits = file.strategy.namesUnits
        let epoch: Epoch
        if file.asksThroughProxy {
            // Whoever is asked may ask Redis itself, and everybody is through.
            try proxy.letGo()
            epoch = try ServedThread.run(proxy) { () throws(RunError) in books.epoch() }
        } else {
            epoch = books.epoch()
        }
        return RunFacts(recorded, rules: file.strategy.rules, epoch: epoch)
    }

    /// How each purchase ended, for those who report it.
    package var outcomes: [(outcome: Outcome, answer: ProgramAnswer?)] {
        purchases.indices.map { (outcome(of: $0), purchases[$0].answer) }
    }

    // MARK: Attempts

    private func attempts() -> [Attempt] {
        if case .whole = settings.buyers { return attemptsOfWhole() }
        return purchases.indices.map { index in
            let purchase = purchases[index]
            let outcome = outcome(of: index)
            return Attempt(
                id: index + 1, purchase: index + 1, buyer: settings.isOneBuyer ? 1 : index + 1, client: index,
                invokedNanoseconds: StepTime.invoked(at: purchase.steps.first ?? 0),
                returnedNanoseconds: purchase.answeredAt.map {
                    StepTime.returned(at: max($0 - 1, purchase.steps.last ?? 0, 0))
                },
                outcome: outcome, quantity: settings.quantity,
                remaining: outcome == .won ? purchase.answer.flatMap { settings.remaining?.value(in: $0) } : nil)
        }
    }

    /// Of a program that makes all purchases itself it is known how many were won, and not which.
    private func attemptsOfWhole() -> [Attempt] {
        let answer = purchases.first?.answer
        let wins = answer.flatMap { answer in settings.won?.lines(of: answer) } ?? 0
        let soldOut = answer.flatMap { answer in settings.soldOut?.lines(of: answer) } ?? 0
        let isOpen = answer == nil || answer?.isFailure == true || purchases.contains { $0.isHit }
        return (0..<max(buyers, wins)).map { index in
            let outcome: Outcome =
                index < wins ? .won : index < wins + soldOut ? .soldOut : isOpen ? .unknown : .failed
            return Attempt(
                id: index + 1, purchase: index + 1, buyer: settings.isOneBuyer ? 1 : index + 1, client: index,
                invokedNanoseconds: StepTime.invoked(at: 0),
                returnedNanoseconds: answer == nil ? nil : StepTime.returned(at: max(0, stepCount - 1)),
                outcome: outcome,
                quantity: settings.quantity)
        }
    }

    /// Who was told nothing, who was hit by a fault, and whose program failed may have bought or not; whoever else was not told
    /// that they have bought was told that they have not.
    func outcome(of index: Int) -> Outcome {
        let purchase = purchases[index]
        guard let answer = purchase.answer else { return .unknown }
        if case .outcome(let outcome) = answer.ending { return outcome }
        if let won = settings.won, won.holds(of: answer) { return .won }
        if let soldOut = settings.soldOut, soldOut.holds(of: answer) { return .soldOut }
        return purchase.isHit || answer.isFailure ? .unknown : .failed
    }

    // MARK: What is left

    /// What is left, and how many orders there are, as far as that can be read; nil where it cannot.
    package mutating func look() throws(RunError) -> (stock: Int?, orders: Int?) {
        if let file {
            // Whoever is asked over the proxy would have to wait for those who are held there.
            return file.canBeReadWhileHeld ? books?.look() ?? (nil, nil) : (nil, nil)
        }
        let left = try settings.stock.flatMap { stock throws(RunError) in try ask(stock).integer() }
        guard let command = settings.orders else { return (left, nil) }
        let orders = try ask(command)
        return (left, orders.integer() ?? (orders.kind == .array ? orders.elementCount() : nil))
    }

    /// Keys that the buyers have made, and that do not expire, for people: as ``facts()`` has found them.
    package func leftovers() -> Set<String> { Set(server.keyspace.lasting.map { CommandText.words([$0]) }) }

    /// What a buyer is called in the history.
    package func number(of buyer: Int) -> Int { file == nil ? buyer + 1 : Int(names.buyer(of: buyer)) ?? 0 }

    private mutating func ask(_ text: String) throws(RunError) -> Reply {
        let words = Self.words(text, units: units)
        return try server.connection.asked(words)
    }

    private mutating func stock() throws(RunError) -> FinalStock {
        guard let command = settings.stock else { return .unread }
        let reply = try ask(command)
        switch reply.kind {
        case .null: return .absent
        case .error: throw RunError(.usage, "--stock: \(command) was answered with an error: \(reply.string())")
        default: break
        }
        guard let units = reply.integer() else {
            return .unreadable("\(command) was answered with \(reply.description), which is no number")
        }
        return .units(units)
    }

    /// A number of orders, or the orders with their buyers' numbers in them.
    private mutating func ledger() throws(RunError) -> (ledger: Ledger?, problem: String?) {
        guard let command = settings.orders else { return (nil, nil) }
        let reply = try ask(command)
        if reply.kind == .error {
            throw RunError(.usage, "--orders: \(command) was answered with an error: \(reply.string())")
        }
        if reply.kind == .null { return (Ledger(orders: [], isAtomic: false, countOnly: 0), nil) }
        if let count = reply.integer() { return (Ledger(orders: [], isAtomic: false, countOnly: count), nil) }
        guard reply.kind == .array else {
            return (nil, "\(command) was answered with \(reply.description), which is neither a number nor a list")
        }
        let orders = (0..<reply.elementCount()).map { index in
            let text = reply.element(index).map { reply.string(at: $0) } ?? ""
            guard let purchase = names.purchase(named: text, of: buyers) else { return Ledger.Order() }
            return settings.isOneBuyer
                ? Ledger.Order(purchase: purchase + 1) : Ledger.Order(buyer: purchase + 1)
        }
        return (Ledger(orders: orders, isAtomic: false, mergesRepeats: Self.mergesRepeats(command)), nil)
    }

    /// A list keeps an order as often as it was written.
    private static func mergesRepeats(_ command: String) -> Bool {
        let name = command.split(separator: " ").first?.uppercased() ?? ""
        return !["LRANGE", "XRANGE", "XREVRANGE"].contains(name)
    }
}
