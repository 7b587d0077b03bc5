package import FlashSale
internal import Host
internal import Proxy
internal import RedisDriver
internal import Strategies

/// What is to be judged.
extension ProgramSale {
    package mutating func facts() throws(RunError) -> RunFacts {
        let history = attempts()
        let perBuyer = settings.isOneBuyer ? history.count : 1
        let scenario = Scenario(
            strategy: .init(name: "program", yaml: ""), units: units, buyers: history.count / perBuyer,
            purchasesPerBuyer: perBuyer, quantity: .init(min: settings.quantity, max: settings.quantity), attempts: 1,
            procs: 1, threads: 1)
        let (ledger, problem) = try ledger()
        var facts = RunFacts(
            RecordedAttempts(History(history), of: scenario, workers: [.init(index: 0, reported: Tally(history))]),
            rules: SaleRules(limit: settings.limit, purchaseLimit: settings.purchaseLimit),
            epoch: Epoch(units: units, stock: try stock(), ledger: ledger, ledgerProblem: problem))
        facts.doubts.clientsWereGone = purchases.allSatisfy { $0.phase == .answered }
        return facts
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
                invokedNanoseconds: StepTime.invoked(at: purchase.firstStep ?? 0),
                returnedNanoseconds: purchase.answeredAt.map {
                    StepTime.returned(at: max($0 - 1, purchase.lastStep ?? 0, 0))
                },
                outcome: outcome, quantity: settings.quantity,
                remaining: outcome == .won ? purchase.answer.flatMap { settings.remaining?.value(in: $0) } : nil)
        }
    }

    /// Of a program that makes all purchases itself it is known how many were won, and not which.
    private func attemptsOfWhole() -> [Attempt] {
        let answer = purchases.first?.answer
        let wins = answer.map { settings.won.lines(of: $0) } ?? 0
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
        if settings.won.holds(of: answer) { return .won }
        if let soldOut = settings.soldOut, soldOut.holds(of: answer) { return .soldOut }
        return purchase.isHit || answer.isFailure ? .unknown : .failed
    }

    // MARK: What is left

    /// What is left, and how many orders there are, as far as that can be read; nil where it cannot.
    package mutating func look() throws(RunError) -> (stock: Int?, orders: Int?) {
        let left = try ask(settings.stock).integer()
        guard let command = settings.orders else { return (left, nil) }
        let orders = try ask(command)
        return (left, orders.integer() ?? (orders.kind == .array ? orders.elementCount() : nil))
    }

    /// Keys that the buyers have made, and that do not expire, for people: as ``facts()`` has found them.
    package func leftovers() -> Set<String> { Set(server.keyspace.lasting.map { CommandText.words([$0]) }) }

    /// What a buyer is called in the history.
    package func number(of buyer: Int) -> Int { buyer + 1 }

    private mutating func ask(_ text: String) throws(RunError) -> Reply {
        let words = Self.words(text, units: units)
        return try server.connection.asked(words)
    }

    private mutating func stock() throws(RunError) -> FinalStock {
        let reply = try ask(settings.stock)
        switch reply.kind {
        case .null: return .absent
        case .error: throw RunError(.usage, "--stock: \(settings.stock) was answered with an error: \(reply.string())")
        default: break
        }
        guard let units = reply.integer() else {
            return .unreadable("\(settings.stock) was answered with \(reply.description), which is no number")
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
