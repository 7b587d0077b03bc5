import FactsTestSupport
import FlashSale

/// A few holds of a small stock, paid for, given back or left to lapse, served by a right shop in a random order, or by one with a mistake.
///
/// A right shop may accept a payment for a hold that ended, if it takes the unit once more, and may take back what was paid for.
struct PhasedHistory {
    enum Mistake: CaseIterable { case givesTwice, paysLate, losesOrder, reservesTooMuch }

    private enum State { case none, held, paid, back }

    private(set) var units: Int
    private(set) var attempts: [Attempt] = []
    let lapses: UInt64
    private(set) var left: Int?
    private(set) var held: Int?
    /// Purchases that have an order; nil without a ledger.
    private(set) var orders: [Int]?
    /// Whether the mistake was made.
    private(set) var isWrong = false

    private var random: SeededNumbers
    private let mistake: Mistake?
    private let acceptsLate: Bool
    private let refunds: Bool
    private let repeatsDone: Bool
    private var state: [Int: State] = [:]

    init(seed: UInt64, mistake: Mistake? = nil) {
        var random = SeededNumbers(state: seed &* 91 &+ 7)
        units = Int.random(in: 1...3, using: &random)
        lapses = UInt64.random(in: 2...12, using: &random)
        acceptsLate = random.chance(40)
        refunds = random.chance(40)
        repeatsDone = random.chance(60)
        self.mistake = mistake
        self.random = random
        plan()
        serve()
    }

    /// Who calls when, the answers left open.
    private mutating func plan() {
        let lossy = random.chance(30) ? 20 : 0
        for purchase in 1...Int.random(in: 2...4, using: &random) {
            let call = UInt64.random(in: 0...12, using: &random)
            let end = call + UInt64.random(in: 0...4, using: &random)
            let quantity = random.chance(80) ? 1 : 2
            func add(_ phase: AttemptPhase, _ number: Int, _ call: UInt64, _ end: UInt64) {
                attempts.append(
                    Attempt(
                        id: purchase * 10 + number, purchase: purchase, buyer: purchase, number: number,
                        invokedNanoseconds: call, returnedNanoseconds: end, outcome: .held, quantity: quantity,
                        isHole: false, phase: phase))
            }
            add(.reserve, 1, call, end)
            if random.chance(lossy) {
                attempts[attempts.count - 1].outcome = .unknown
                continue
            }
            for (phase, number, chance) in [
                (AttemptPhase.pay, 2, 60), (.pay, 3, 15), (.cancel, 4, 40), (.cancel, 5, 20),
            ] where random.chance(chance) {
                let call = end + UInt64.random(in: 0...12, using: &random)
                add(phase, number, call, call + UInt64.random(in: 0...4, using: &random))
                if random.chance(lossy) { attempts[attempts.count - 1].outcome = .unknown }
            }
        }
    }

    // MARK: The shop

    private mutating func serve() {
        struct Event {
            var instant: UInt64
            var order: UInt64
            var attempt: Int
            var lapses: Bool
        }
        var left = units
        var events = attempts.indices.map { index in
            let attempt = attempts[index]
            let instant = UInt64.random(
                in: attempt.invokedNanoseconds...attempt.returnedNanoseconds!, using: &random)
            return Event(instant: instant, order: random.next(), attempt: index, lapses: false)
        }
        var refused: Set<Int> = []
        while let next = events.indices.min(by: {
            (events[$0].instant, events[$0].order) < (events[$1].instant, events[$1].order)
        }) {
            let event = events.remove(at: next)
            let attempt = attempts[event.attempt]
            let own = state[attempt.purchase] ?? .none
            if event.lapses {
                if own == .held {
                    state[attempt.purchase] = .back
                    left += attempt.quantity
                }
                continue
            }
            // Of a lost answer nobody knows whether it did anything.
            let isLost = attempt.outcome == .unknown
            if isLost, random.chance(30) { continue }
            if attempt.phase == .reserve {
                // Two who read the same number write the same one: only one of them is taken from the stock.
                let isUntaken = mistake == .reservesTooMuch && random.chance(25)
                guard isUntaken || left >= attempt.quantity else {
                    if !isLost { attempts[event.attempt].outcome = .soldOut }
                    refused.insert(attempt.purchase)
                    continue
                }
                if isUntaken { isWrong = true } else { left -= attempt.quantity }
                state[attempt.purchase] = .held
                if !isLost, random.chance(60) { attempts[event.attempt].remaining = left }
                if random.chance(80) {
                    events.append(
                        Event(
                            instant: event.instant + lapses + UInt64.random(in: 0...5, using: &random),
                            order: random.next(), attempt: event.attempt, lapses: true))
                }
                continue
            }
            let done = attempt.phase == .pay ? pay(attempt, own, &left) : cancel(attempt, own, &left)
            if !isLost {
                attempts[event.attempt].outcome =
                    done ? (attempt.phase == .pay ? .won : .returned) : (random.chance(50) ? .conflict : .failed)
            }
        }
        // Nobody pays for what was never held.
        attempts.removeAll { $0.phase != .reserve && refused.contains($0.purchase) }
        for index in attempts.indices where attempts[index].outcome == .unknown && random.chance(50) {
            attempts[index].returnedNanoseconds = nil
        }
        if random.chance(80) { tell(left) }
        if random.chance(60) {
            orders = state.filter { $0.value == .paid }.map(\.key).sorted()
            if mistake == .losesOrder, orders?.isEmpty == false {
                let lost = orders!.removeLast()
                isWrong = attempts.contains { $0.purchase == lost && $0.outcome == .won }
            }
        }
    }

    private mutating func tell(_ left: Int) {
        let onHold = state.filter { $0.value == .held }.keys.reduce(0) { sum, purchase in
            sum + (attempts.first { $0.purchase == purchase }?.quantity ?? 0)
        }
        if random.chance(60) { held = onHold }
        self.left = left + (held ?? 0)
    }

    private mutating func pay(_ attempt: Attempt, _ own: State, _ left: inout Int) -> Bool {
        switch own {
        case .held:
            state[attempt.purchase] = .paid
            return true
        case .paid: return repeatsDone
        case .none: return false
        case .back:
            if mistake == .paysLate {
                isWrong = true
                state[attempt.purchase] = .paid
                return true
            }
            guard acceptsLate, left >= attempt.quantity else { return false }
            left -= attempt.quantity
            state[attempt.purchase] = .paid
            return true
        }
    }

    private mutating func cancel(_ attempt: Attempt, _ own: State, _ left: inout Int) -> Bool {
        switch own {
        case .none: return false
        case .back:
            guard mistake == .givesTwice else { return repeatsDone }
            isWrong = true
            left += attempt.quantity
            return true
        case .paid:
            guard refunds else { return false }
            fallthrough
        case .held:
            state[attempt.purchase] = .back
            left += attempt.quantity
            return true
        }
    }

    // MARK: Mistakes in what was told

    mutating func perturb() {
        let index = Int.random(in: attempts.indices, using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0:
            attempts[index].outcome =
                attempts[index].phase == .cancel ? .returned : attempts[index].phase == .pay ? .won : .held
        case 1: attempts[index].outcome = attempts[index].phase == .reserve ? .soldOut : .conflict
        case 2: if let told = left { left = max(held ?? 0, told + (random.chance(50) ? 1 : -1)) }
        case 3: if orders?.isEmpty == false { orders?.removeFirst() }
        case 4:
            attempts[index].invokedNanoseconds += 8
            attempts[index].returnedNanoseconds = attempts[index].returnedNanoseconds.map { $0 + 8 }
        case 5:
            let by = min(8, attempts[index].invokedNanoseconds)
            attempts[index].invokedNanoseconds -= by
            attempts[index].returnedNanoseconds = attempts[index].returnedNanoseconds.map { $0 - by }
        default:
            if let told = attempts[index].remaining { attempts[index].remaining = told + (random.chance(50) ? 1 : -1) }
        }
        if attempts[index].outcome != .held { attempts[index].remaining = nil }
        if attempts[index].outcome != .unknown, attempts[index].returnedNanoseconds == nil {
            attempts[index].returnedNanoseconds = attempts[index].invokedNanoseconds + 3
        }
    }

    // MARK: What it is

    var isValid: Bool { PhasedBruteForce(self).isValid }

    var facts: RunFacts {
        let scenario = Scenario(
            strategy: .init(name: "phased", yaml: ""), units: units, buyers: 8, attempts: 8, procs: 1, threads: 8)
        let ledger = orders.map { Ledger(orders: $0.map { .init(purchase: $0) }, isAtomic: false, mergesRepeats: true) }
        var facts = RunFacts(
            scenario: scenario, history: attempts, ledger: ledger, finalStock: left.map { .units($0) } ?? .unread,
            workers: [.init(index: 0, reported: Tally(attempts))])
        facts.rules.givesBack = true
        facts.rules.lapsesNanoseconds = lapses
        facts.epoch.held = held
        return facts
    }
}
