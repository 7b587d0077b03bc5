import FactsTestSupport
import FlashSale

/// A random history, right or wrong, that can be told in other words: with another origin of time, other ids, or its rows and
/// orders in another order. None of these says anything else about the sale.
struct RetoldHistory {
    private(set) var units: Int
    /// nil for a history that another system recorded. With one, ids are planned, and cannot be others.
    private(set) var scenario: Scenario?
    private(set) var attempts: [Attempt]
    private(set) var ledger: Ledger?
    private(set) var final: FinalStock
    private var limit: Int?
    private var idempotency: Idempotency
    private var hasGaps = false
    private var clientsWereGone = true

    /// The first attempt is at 0.
    init(seed: UInt64) {
        var random = SeededNumbers(state: seed)
        switch seed % 4 {
        case 0: self.init(SmallHistory(seed: seed).facts)
        case 1, 2:
            let sale = SimulatedSale(seed: seed, ignoresLimit: random.chance(30)).served
            self.init(sale.facts)
            if seed % 4 == 2 { scenario = sale.scenario }
            if random.chance(20) { final = .units(sale.left + Int.random(in: -1...1, using: &random)) }
            hasGaps = random.chance(10)
        default: self.init(wild: &random)
        }
        if attempts.count > 1, random.chance(20) { spoil(&random) }
        self = starting(at: 0)
    }

    private init(_ facts: RunFacts) {
        units = facts.epoch.units
        attempts = facts.recorded.history.map { $0 }
        ledger = facts.epoch.ledger
        final = facts.epoch.stock
        limit = facts.rules.limit
        idempotency = facts.rules.idempotency
        clientsWereGone = facts.doubts.clientsWereGone
    }

    /// Whatever a file can say, within a few instants and ids, so that much of it meets.
    private init(wild random: inout SeededNumbers) {
        units = .random(in: 1...5, using: &random)
        limit = [nil, 1, 2].randomElement(using: &random)!
        let idempotency = Idempotency.allCases.randomElement(using: &random)!
        self.idempotency = idempotency
        let repeats = random.chance(30)
        let left = 0...units
        attempts = (1...Int.random(in: 1...7, using: &random)).map { number in
            let invoked = UInt64.random(in: 0...4, using: &random)
            let outcome =
                random.chance(50) ? Outcome.won : Outcome.allCases.randomElement(using: &random)!
            let isOpen = outcome == .unknown && random.chance(60)
            let purchase = Int.random(in: 1...4, using: &random)
            return Attempt(
                id: repeats ? .random(in: 1...5, using: &random) : number, purchase: purchase,
                // Calls that are repeated are those of one buyer.
                buyer: idempotency == .none ? .random(in: 1...3, using: &random) : 1 + purchase / 2,
                number: .random(in: 1...3, using: &random),
                invokedNanoseconds: invoked,
                returnedNanoseconds: isOpen ? nil : invoked + .random(in: 0...3, using: &random), outcome: outcome,
                quantity: random.chance(70) ? 1 : 2,
                remaining: random.chance(60) ? left.randomElement(using: &random)! : nil)
        }
        final = random.chance(60) ? .units(left.randomElement(using: &random)!) : .unread
        guard random.chance(60) else { return }
        let orders = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            let own = attempts.randomElement(using: &random)!
            return Ledger.Order(
                attempt: random.chance(40) ? own.id : nil, purchase: random.chance(40) ? own.purchase : nil,
                buyer: random.chance(60) ? .random(in: 1...3, using: &random) : nil,
                quantity: random.chance(30) ? own.quantity : nil)
        }
        ledger = Ledger(orders: orders, isAtomic: random.chance(50), mergesRepeats: random.chance(50))
    }

    /// Lets attempts happen at the same instant, or be there twice.
    private mutating func spoil(_ random: inout SeededNumbers) {
        let (one, other) = (
            attempts.indices.randomElement(using: &random)!, attempts.indices.randomElement(using: &random)!
        )
        if random.chance(50) {
            attempts[one].invokedNanoseconds = attempts[other].invokedNanoseconds
            attempts[one].returnedNanoseconds = attempts[one].returnedNanoseconds.map {
                max($0, attempts[one].invokedNanoseconds)
            }
        } else if scenario == nil {
            attempts.append(attempts[one])
        }
    }

    // MARK: Other words

    private var span: (first: UInt64, last: UInt64) {
        let times = attempts.flatMap { [$0.invokedNanoseconds, $0.returnedNanoseconds ?? $0.invokedNanoseconds] }
        return (times.min() ?? 0, times.max() ?? 0)
    }

    func starting(at origin: UInt64) -> Self {
        let first = span.first
        var retold = self
        for index in attempts.indices {
            retold.attempts[index].invokedNanoseconds = attempts[index].invokedNanoseconds - first + origin
            retold.attempts[index].returnedNanoseconds = attempts[index].returnedNanoseconds.map { $0 - first + origin }
        }
        return retold
    }

    func ending(at end: UInt64) -> Self { starting(at: end - (span.last - span.first)) }

    /// - Returns: nil where ids are planned.
    func renamed(_ random: inout SeededNumbers) -> Self? {
        guard scenario == nil else { return nil }
        var retold = self
        var names = (attempts: [Int: Int](), purchases: [Int: Int](), buyers: [Int: Int]())
        // Small numbers and large ones, so that they change places as often as not.
        let largest = random.chance(50) ? 1 << 53 : 200
        func rename(_ id: Int, _ names: inout [Int: Int]) -> Int {
            if let known = names[id] { return known }
            var name = Int.random(in: 1...largest, using: &random)
            while names.values.contains(name) { name = .random(in: 1...largest, using: &random) }
            names[id] = name
            return name
        }
        for index in attempts.indices {
            retold.attempts[index].id = rename(attempts[index].id, &names.attempts)
            retold.attempts[index].purchase = rename(attempts[index].purchase, &names.purchases)
            retold.attempts[index].buyer = rename(attempts[index].buyer, &names.buyers)
        }
        for (index, order) in (ledger?.orders ?? []).enumerated() {
            retold.ledger?.orders[index].attempt = order.attempt.map { rename($0, &names.attempts) }
            retold.ledger?.orders[index].purchase = order.purchase.map { rename($0, &names.purchases) }
            retold.ledger?.orders[index].buyer = order.buyer.map { rename($0, &names.buyers) }
        }
        return retold
    }

    func permuted(_ random: inout SeededNumbers) -> Self {
        var retold = self
        retold.attempts.shuffle(using: &random)
        retold.ledger?.orders.shuffle(using: &random)
        return retold
    }

    // MARK: What it says

    /// With its rows as they lie.
    var facts: RunFacts {
        var facts: RunFacts
        if let scenario {
            facts = RunFacts(
                scenario: scenario, history: History(asTheyLie: attempts), ledger: ledger, finalStock: final,
                workers: [.init(index: 0, reported: Tally(attempts))], wasInterrupted: true)
        } else {
            facts = RunFacts(
                units: units, history: History(asTheyLie: attempts), ledger: ledger, finalStock: final,
                tellsPurchases: true)
        }
        facts.rules.limit = limit
        facts.rules.idempotency = idempotency
        facts.doubts.clientsWereGone = clientsWereGone
        if hasGaps { facts.recorded.journalProblems = ["damaged"] }
        return facts
    }

    /// The verdict, every check's result, and the figures beside them.
    var said: [String: String] {
        let facts = facts
        let verdict = Checks.judge(facts)
        var said = Dictionary(uniqueKeysWithValues: verdict.checks.map { ($0.name.rawValue, $0.result.word) })
        said["verdict"] = verdict.result.word
        said["sold"] = "\(verdict.soldToBuyers) and \(verdict.inDoubt)"
        said["overlapping"] = "\(Checks.overlapping(facts))"
        said["findings"] = verdict.findings.map(\.name.rawValue).joined(separator: " ")
        return said
    }
}

extension History {
    /// Records in the order of the attempts, as a file has them.
    convenience init(asTheyLie attempts: [Attempt]) {
        let bytes = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Swift.max(1, attempts.count) * JournalRecord.size, alignment: JournalRecord.size)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        for (slot, attempt) in attempts.enumerated() {
            JournalRecord.store(attempt, to: bytes.baseAddress! + slot * JournalRecord.size)
        }
        self.init(RecordMemory(UnsafeRawBufferPointer(bytes)) { $0.deallocate() }, count: attempts.count)
    }
}
