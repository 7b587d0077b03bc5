import FactsTestSupport
import FlashSale

/// A few attempts at a small stock to which units come back, served by a right server in a random order: some give back what
/// they had, some let it lapse, some lose their answer, and the stock may be filled up in between.
struct ReturningHistory {
    /// What an attempt does with the units that it gets.
    private enum Intent { case buy, giveBack, hold, lose }

    private struct Event {
        var instant: UInt64
        var order: UInt64
        var attempt: Int?
        /// Units that come to the stock; nil for a taking.
        var gives: Int?
    }

    private(set) var units: Int
    private(set) var attempts: [Attempt] = []
    private(set) var restocks: [Restock] = []
    private(set) var final: Int?
    /// Ids of the attempts, or of the purchases, that have an order; nil without a ledger.
    private(set) var orders: [Int]?
    private(set) var isAtomic = true
    let lapses: UInt64?
    let isIdempotent: Bool
    private var random: SeededNumbers
    private var intents: [Intent] = []
    private var events: [Event] = []
    /// Of attempts: whether they were sold their units in the end.
    private var isSold: [Bool] = []
    /// Of attempts: whether they have units now.
    private var has: [Bool] = []

    /// - Parameter idempotent: whether attempts of one purchase may be one operation.
    init(seed: UInt64, idempotent: Bool = false) {
        random = SeededNumbers(state: seed &* 77 &+ 5)
        units = Int.random(in: 1...4, using: &random)
        lapses = random.chance(35) ? UInt64.random(in: 1...6, using: &random) : nil
        let repeats = random.chance(50)
        isIdempotent = idempotent && repeats
        let span = UInt64.random(in: 2...16, using: &random)
        let returns = random.chance(75)
        let lossy = random.chance(40)
        let sizes = random.chance(60) ? 1...1 : 1...2
        for id in 1...Int.random(in: 2...6, using: &random) {
            let call = UInt64.random(in: 0...span, using: &random)
            let end = call + UInt64.random(in: 0...span / 2 + 1, using: &random)
            let purchase = isIdempotent ? Int.random(in: 1...3, using: &random) : id
            attempts.append(
                Attempt(
                    id: id, purchase: purchase, buyer: purchase, invokedNanoseconds: call, returnedNanoseconds: end,
                    outcome: .won, quantity: isIdempotent ? 1 : Int.random(in: sizes, using: &random)))
            let intent: Intent =
                lossy && random.chance(30)
                ? .lose : returns && random.chance(40) ? .giveBack : lapses != nil && random.chance(40) ? .hold : .buy
            intents.append(intent)
            events.append(event(UInt64.random(in: call...end, using: &random), id - 1))
        }
        if random.chance(30) { addRestock(span) }
        isSold = attempts.map { _ in false }
        has = isSold
        serve(tells: random.chance(75))
        if random.chance(50) { writeOrders() }
    }

    private mutating func event(_ instant: UInt64, _ attempt: Int?, gives: Int? = nil) -> Event {
        Event(instant: instant, order: random.next(), attempt: attempt, gives: gives)
    }

    private mutating func addRestock(_ span: UInt64) {
        let call = UInt64.random(in: 0...span, using: &random)
        let end = call + UInt64.random(in: 0...3, using: &random)
        let gives = Int.random(in: 1...2, using: &random)
        restocks.append(Restock(units: gives, invokedNs: call, returnedNs: end))
        events.append(event(UInt64.random(in: call...end, using: &random), nil, gives: gives))
    }

    // MARK: The server

    private mutating func serve(tells: Bool) {
        var left = units
        var remembered: [Int: (holder: Int, told: Int)] = [:]
        while let next = events.indices.min(by: {
            (events[$0].instant, events[$0].order) < (events[$1].instant, events[$1].order)
        }) {
            let event = events.remove(at: next)
            if let gives = event.gives {
                if let index = event.attempt {
                    guard has[index] else { continue }
                    has[index] = false
                    if remembered[attempts[index].purchase]?.holder == index {
                        remembered[attempts[index].purchase] = nil
                    }
                }
                left += gives
                continue
            }
            guard let index = event.attempt else { continue }
            take(index, at: event.instant, from: &left, &remembered)
        }
        for index in attempts.indices {
            if intents[index] == .lose { lose(index) }
            if attempts[index].outcome != .won, attempts[index].outcome != .unknown { attempts[index].remaining = nil }
            if !tells || random.chance(20) { attempts[index].remaining = nil }
        }
        if random.chance(70) { final = left }
    }

    private mutating func take(
        _ index: Int, at instant: UInt64, from left: inout Int, _ remembered: inout [Int: (holder: Int, told: Int)]
    ) {
        let attempt = attempts[index]
        if isIdempotent, intents[index] == .buy || intents[index] == .lose, let known = remembered[attempt.purchase] {
            // It is somebody's whose answer was lost, or was sold.
            isSold[known.holder] = true
            attempts[index].remaining = known.told
            // What is sold does not lapse.
            events.removeAll { $0.attempt == known.holder && $0.gives != nil }
            return
        }
        guard left >= attempt.quantity else {
            attempts[index].outcome = .soldOut
            return
        }
        if intents[index] == .lose, random.chance(30) { return }
        left -= attempt.quantity
        has[index] = true
        attempts[index].remaining = left
        let end = attempt.returnedNanoseconds ?? instant
        switch intents[index] {
        case .buy:
            isSold[index] = true
            if isIdempotent { remembered[attempt.purchase] = (index, left) }
        case .giveBack:
            attempts[index].outcome = .returned
            events.append(event(UInt64.random(in: instant...end, using: &random), index, gives: attempt.quantity))
        case .hold:
            attempts[index].outcome = random.chance(50) ? .failed : .conflict
            lapse(index, since: instant)
        case .lose:
            if isIdempotent { remembered[attempt.purchase] = (index, left) }
            if lapses != nil {
                lapse(index, since: instant)
            } else if random.chance(40) {
                // It gave back, and nobody was told.
                events.append(event(UInt64.random(in: instant...end, using: &random), index, gives: attempt.quantity))
            } else {
                isSold[index] = true
            }
        }
    }

    /// Units that are held come back no sooner than so long after they were taken, or later, or never.
    private mutating func lapse(_ index: Int, since instant: UInt64) {
        guard let lapses, random.chance(80) else { return }
        events.append(
            event(instant + lapses + UInt64.random(in: 0...4, using: &random), index, gives: attempts[index].quantity))
    }

    /// What its order names.
    private func key(_ attempt: Attempt) -> Int { isIdempotent ? attempt.purchase : attempt.id }

    private mutating func lose(_ index: Int) {
        attempts[index].outcome = .unknown
        if !random.chance(25) { attempts[index].remaining = nil }
        if random.chance(60) { attempts[index].returnedNanoseconds = nil }
    }

    /// Each unit that is sold has an order; without an atomic ledger, lost answers may have none.
    private mutating func writeOrders() {
        isAtomic = random.chance(50)
        let won = Set(attempts.filter { $0.outcome == .won }.map(key))
        var written: [Int] = []
        for (index, attempt) in attempts.enumerated() where isSold[index] && !written.contains(key(attempt)) {
            if won.contains(key(attempt)) || isAtomic || random.chance(60) { written.append(key(attempt)) }
        }
        orders = written
    }

    // MARK: Mistakes

    /// Changes something, so that it may be wrong.
    mutating func perturb() {
        let index = Int.random(in: attempts.indices, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            if let remaining = attempts[index].remaining {
                attempts[index].remaining = remaining + (random.chance(50) ? 1 : -1)
            }
        case 1: attempts[index].outcome = .soldOut
        case 2: attempts[index].outcome = .won
        case 3: attempts[index].outcome = .returned
        case 4: attempts[index].outcome = .conflict
        case 5: if let told = final { final = max(0, told + (random.chance(50) ? 1 : -1)) }
        case 6: orders?.append(attempts[index].id)
        case 7: if orders?.isEmpty == false { orders?.removeFirst() }
        case 8:
            attempts[index].invokedNanoseconds += 6
            attempts[index].returnedNanoseconds = attempts[index].returnedNanoseconds.map { $0 + 6 }
        default:
            let by = min(6, attempts[index].invokedNanoseconds)
            attempts[index].invokedNanoseconds -= by
            attempts[index].returnedNanoseconds = attempts[index].returnedNanoseconds.map { $0 - by }
        }
        if attempts[index].outcome != .won, attempts[index].outcome != .unknown { attempts[index].remaining = nil }
        if attempts[index].outcome != .unknown, attempts[index].returnedNanoseconds == nil {
            attempts[index].returnedNanoseconds = attempts[index].invokedNanoseconds + 3
        }
    }

    // MARK: What it is

    /// By brute force, and by what orders mean. Not for repeated calls that are one operation.
    var isValid: Bool {
        let ordered = orders.map { Set($0) }
        if let orders, let ordered, orders.count != ordered.count { return false }
        var steps: [ReturningBruteForce.Step] = []
        for attempt in attempts {
            let call = attempt.invokedNanoseconds
            let end = attempt.returnedNanoseconds ?? .max
            let hasOrder = ordered?.contains(attempt.id) == true
            func taking(_ told: Int?, isOptional: Bool) {
                steps.append(
                    .init(call: call, end: end, change: -attempt.quantity, told: told, isOptional: isOptional))
            }
            func giving(from call: UInt64, to end: UInt64, mustFollow: Bool) {
                steps.append(
                    .init(
                        call: call, end: end, change: attempt.quantity, isOptional: !mustFollow, after: steps.count - 1,
                        mustFollow: mustFollow))
            }
            if hasOrder, attempt.outcome != .won, attempt.outcome != .unknown { return false }
            switch attempt.outcome {
            case .won:
                if ordered != nil, !hasOrder { return false }
                if let told = attempt.remaining, told < 0 { return false }
                taking(attempt.remaining, isOptional: false)
            case .unknown:
                // What an attempt without an answer has learned is not compared where it may have given back since.
                taking(nil, isOptional: !hasOrder)
                let isDisproven = ordered != nil && isAtomic && !hasOrder
                if !hasOrder {
                    // What is on hold at the end has no order, whatever the ledger says.
                    giving(from: call, to: lapses == nil ? end : .max, mustFollow: isDisproven && lapses == nil)
                }
            case .soldOut: steps.append(.init(call: call, end: end, soldOutFor: attempt.quantity))
            case .returned:
                taking(nil, isOptional: false)
                giving(from: call, to: end, mustFollow: true)
            case .conflict, .failed:
                guard let lapses else { continue }
                taking(nil, isOptional: true)
                giving(from: call + lapses, to: .max, mustFollow: false)
            case .duplicate, .held: continue
            }
        }
        for restock in restocks {
            steps.append(.init(call: restock.invokedNs, end: restock.returnedNs ?? .max, change: restock.units))
        }
        return ReturningBruteForce(units: units, final: final, steps: steps).isValid()
    }

    /// Whether units can come back at all.
    var comesBack: Bool { lapses != nil || !restocks.isEmpty || attempts.contains { $0.outcome == .returned } }

    var facts: RunFacts {
        let scenario = Scenario(
            strategy: .init(name: "returning", yaml: ""), units: units, buyers: 8, attempts: 8, procs: 1, threads: 8)
        let ledger = orders.map { ids in
            Ledger(
                orders: ids.map { isIdempotent ? .init(purchase: $0) : .init(attempt: $0) }, isAtomic: isAtomic,
                mergesRepeats: false)
        }
        var facts = RunFacts(
            scenario: scenario, history: attempts, ledger: ledger, finalStock: final.map { .units($0) } ?? .unread,
            workers: [.init(index: 0, reported: Tally(attempts))], idempotency: isIdempotent ? .purchase : .none)
        facts.rules.givesBack = true
        facts.rules.lapsesNanoseconds = lapses
        facts.epoch.restocks = restocks
        return facts
    }
}
