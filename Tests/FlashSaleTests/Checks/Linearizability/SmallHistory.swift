import FactsTestSupport
import FlashSale

/// A few attempts at a small stock, served by a right server in a random order and then perhaps perturbed: with lost
/// answers, quantities, sold-outs, wins that say what they left or do not, a last read or none, a ledger that is atomic or
/// not, and repeated calls.
struct SmallHistory {
    enum Quantities: CaseIterable { case ones, twos, mixed }
    enum Told: CaseIterable { case always, never, sometimes }

    var units = 1
    var attempts: [Attempt] = []
    var final: Int?
    /// Ids of the attempts or of the purchases that have an order; nil without a ledger.
    var orders: [Int]?
    var isAtomic = true
    let isIdempotent: Bool
    let quantities: Quantities
    private var random: SeededNumbers
    /// Attempt or purchase that really took units.
    private var effects: [Int] = []

    init(seed: UInt64) {
        random = SeededNumbers(state: seed)
        isIdempotent = random.chance(25)
        quantities = Quantities.allCases.randomElement(using: &random)!
        let told = Told.allCases.randomElement(using: &random)!
        units = Int.random(in: 1...(quantities == .ones ? 4 : 7), using: &random)
        let span = UInt64.random(in: 2...14, using: &random)
        let lossy = random.chance(60)
        var points: [(instant: UInt64, index: Int)] = []
        for id in 1...Int.random(in: 1...7, using: &random) {
            let call = UInt64.random(in: 0...span, using: &random)
            let end = call + UInt64.random(in: 0...span, using: &random)
            let purchase = isIdempotent ? Int.random(in: 1...4, using: &random) : id
            let quantity: Int =
                switch quantities {
                case .ones: 1
                case .twos: 2
                // The same for all attempts of a purchase.
                case .mixed: 1 + (purchase + Int(seed % 3)) % 3
                }
            attempts.append(
                Attempt(
                    id: id, purchase: purchase, buyer: purchase, invokedNanoseconds: call, returnedNanoseconds: end,
                    outcome: .won, quantity: quantity))
            points.append((UInt64.random(in: call...end, using: &random), id - 1))
        }
        serve(points.sorted { $0.instant < $1.instant }.map(\.index), told, lossy)
        if random.chance(60) {
            orders = effects
            isAtomic = random.chance(60)
            if !isAtomic {
                // An answer may be lost before the order is written.
                let won = Set(attempts.filter { $0.outcome == .won }.map(key))
                var written: [Int] = []
                for effect in effects where won.contains(effect) || random.chance(60) { written.append(effect) }
                orders = written
            }
        }
        if random.chance(90) { perturb() }
        if random.chance(15) { perturb() }
    }

    private func key(_ attempt: Attempt) -> Int { isIdempotent ? attempt.purchase : attempt.id }

    private mutating func serve(_ order: [Int], _ told: Told, _ lossy: Bool) {
        var left = units
        var remembered: [Int: Int] = [:]
        for index in order {
            var attempt = attempts[index]
            let isLost = lossy && random.chance(35)
            if isIdempotent, let known = remembered[attempt.purchase] {
                attempt.remaining = known
            } else if random.chance(8) {
                attempt.outcome = .conflict
            } else if left < attempt.quantity {
                attempt.outcome = .soldOut
            } else if isLost && random.chance(30) {
                // It never reached the server.
            } else {
                left -= attempt.quantity
                attempt.remaining = left
                remembered[attempt.purchase] = left
                effects.append(key(attempt))
            }
            if isLost {
                attempt.outcome = .unknown
                if !random.chance(25) { attempt.remaining = nil }
                if random.chance(60) { attempt.returnedNanoseconds = nil }
            } else if told == .never || (told == .sometimes && random.chance(50)) {
                attempt.remaining = nil
            }
            attempts[index] = attempt
        }
        if random.chance(70) { final = left }
    }

    private mutating func perturb() {
        let index = Int.random(in: attempts.indices, using: &random)
        switch Int.random(in: 0..<9, using: &random) {
        case 0:
            if let remaining = attempts[index].remaining {
                attempts[index].remaining = remaining + (random.chance(50) ? 1 : -1)
            } else if attempts[index].outcome == .won {
                attempts[index].remaining = Int.random(in: 0..<units, using: &random)
            }
        case 1:
            let other = Int.random(in: attempts.indices, using: &random)
            let times = (attempts[index].invokedNanoseconds, attempts[index].returnedNanoseconds)
            guard (attempts[index].outcome == .unknown) == (attempts[other].outcome == .unknown) else { return }
            attempts[index].invokedNanoseconds = attempts[other].invokedNanoseconds
            attempts[index].returnedNanoseconds = attempts[other].returnedNanoseconds
            (attempts[other].invokedNanoseconds, attempts[other].returnedNanoseconds) = times
        case 2: attempts[index].outcome = attempts[index].outcome == .won ? .soldOut : .won
        case 3: attempts[index].outcome = .conflict
        case 4: if let told = final { final = max(0, told + (random.chance(50) ? 1 : -1)) }
        case 5:
            let order = key(attempts[index])
            orders?.append(order)
        case 6: if orders?.isEmpty == false { orders?.removeFirst() }
        case 7:
            // Later than it was.
            attempts[index].invokedNanoseconds += 6
            if let returned = attempts[index].returnedNanoseconds { attempts[index].returnedNanoseconds = returned + 6 }
        default:
            let by = min(6, attempts[index].invokedNanoseconds)
            attempts[index].invokedNanoseconds -= by
            if let returned = attempts[index].returnedNanoseconds {
                attempts[index].returnedNanoseconds = returned - by
            }
        }
        if attempts[index].outcome != .won, attempts[index].outcome != .unknown { attempts[index].remaining = nil }
        if attempts[index].outcome != .unknown, attempts[index].returnedNanoseconds == nil {
            attempts[index].returnedNanoseconds = attempts[index].invokedNanoseconds + 3
        }
    }

    // MARK: What it is

    /// By brute force, and by what orders mean: an order is an effect's, a win has one, and where the ledger is atomic nothing
    /// without one took anything.
    var isValid: Bool {
        var groups: [Int: [Attempt]] = [:]
        var steps: [BruteForce.Step] = []
        for attempt in attempts {
            if attempt.outcome == .won || attempt.outcome == .unknown {
                groups[key(attempt), default: []].append(attempt)
            }
            if attempt.outcome == .soldOut {
                steps.append(
                    .init(
                        call: attempt.invokedNanoseconds, end: attempt.returnedNanoseconds ?? .max,
                        quantity: attempt.quantity, isSoldOut: true, isOptional: false))
            }
        }
        let ordered = orders.map { Set($0) }
        if let orders, let ordered {
            guard orders.count == ordered.count, ordered.allSatisfy({ groups[$0] != nil }) else { return false }
        }
        for (key, members) in groups {
            let wins = members.filter { $0.outcome == .won }
            let told = Set(wins.compactMap(\.remaining))
            guard told.count <= 1, told.allSatisfy({ $0 >= 0 }) else { return false }
            if let ordered, !wins.isEmpty, !ordered.contains(key) { return false }
            if let ordered, isAtomic, !ordered.contains(key) { continue }
            let firstReturn = wins.compactMap(\.returnedNanoseconds).min()
            // A call after the first answer only repeats it.
            let early = members.filter { $0.invokedNanoseconds <= firstReturn ?? .max }
            steps.append(
                .init(
                    call: early.map(\.invokedNanoseconds).min() ?? 0,
                    end: firstReturn ?? early.map { $0.returnedNanoseconds ?? .max }.max() ?? .max,
                    quantity: members[0].quantity,
                    remaining: told.first ?? (wins.isEmpty && early.count == 1 ? early[0].remaining : nil),
                    isSoldOut: false, isOptional: wins.isEmpty && ordered?.contains(key) != true))
        }
        return BruteForce(units: units, final: final, steps: steps).isValid()
    }

    var facts: RunFacts {
        let scenario = Scenario(
            strategy: .init(name: "small", yaml: ""), units: units, buyers: 8, attempts: 8, procs: 1, threads: 8)
        let ledger = orders.map { ids in
            Ledger(
                orders: ids.map { isIdempotent ? .init(purchase: $0) : .init(attempt: $0) }, isAtomic: isAtomic,
                mergesRepeats: false)
        }
        return RunFacts(
            scenario: scenario, history: attempts, ledger: ledger,
            finalStock: final.map { .units($0) } ?? .unread,
            workers: [.init(index: 0, reported: Tally(attempts))], idempotency: isIdempotent ? .purchase : .none)
    }
}
