import FactsTestSupport
import FlashSale

/// A right sale whose server is struck in the middle: buyers race, answers get lost, and a fault makes the server forget the end of what
/// it did, removes its stock, or sets it anew. What really happened is kept beside what was recorded.
struct ResetSale {
    static let kinds: [FaultKind] = [.crashRedis, .evictStock, .restockReset, .evictKeys]

    let units: Int
    let keepsOrders: Bool
    let isAtomic: Bool
    let tellsRemaining: Bool
    var history: [Attempt] = []
    var resets: [StockReset] = []
    /// Nil once the key is gone.
    var stock: Int?
    /// Ids of attempts that have an order.
    var orders: [Int] = []
    /// Wins that buyers were told of and that a reset undid: their orders went, or their units are for sale again.
    var forgotten: Set<Int> = []
    var unitsAgain = 0
    /// Units that the server sold, over all.
    var taken = 0
    private var random: SeededNumbers
    private var log: [(id: Int, quantity: Int, instant: UInt64)] = []
    private let isMixed: Bool

    private struct Step {
        var instant: UInt64
        /// An index into the history; nil for a reset.
        var attempt: Int?
    }

    init(seed: UInt64) {
        random = SeededNumbers(state: seed &* 0x9E37_79B9_7F4A_7C15)
        units = Int.random(in: 1...12, using: &random)
        stock = units
        keepsOrders = random.chance(60)
        isAtomic = random.chance(60)
        tellsRemaining = random.chance(75)
        isMixed = random.chance(30)
        let isLossy = random.chance(50)
        let count = Int.random(in: 2...16, using: &random)
        let gap = UInt64.random(in: 1...40, using: &random)
        var steps: [Step] = []
        for index in 0..<count {
            let call = 1000 + UInt64(index) * gap + UInt64.random(in: 0...gap, using: &random)
            let end = call + UInt64.random(in: 1...(3 * gap), using: &random)
            history.append(
                Attempt(
                    id: index + 1, purchase: index + 1, buyer: index + 1, invokedNanoseconds: call,
                    returnedNanoseconds: end, outcome: .won,
                    quantity: isMixed ? Int.random(in: 1...2, using: &random) : 1))
            steps.append(Step(instant: UInt64.random(in: call...end, using: &random), attempt: index))
        }
        let span = UInt64(count + 3) * gap
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            steps.append(Step(instant: 1000 + UInt64.random(in: 0...span, using: &random)))
        }
        for step in steps.sorted(by: { $0.instant < $1.instant }) {
            if let attempt = step.attempt {
                serve(attempt, at: step.instant, isLossy: isLossy)
            } else {
                reset(at: step.instant)
            }
        }
        // A lost order is the scheme's business only where it says that they are atomic.
        if !isAtomic {
            let lost = Set(history.filter { $0.outcome == .unknown }.map(\.id))
            orders.removeAll { lost.contains($0) && $0.isMultiple(of: 2) }
        }
    }

    private mutating func serve(_ index: Int, at instant: UInt64, isLossy: Bool) {
        let isLost = isLossy && random.chance(30)
        let quantity = history[index].quantity
        if isLost, random.chance(30) {
            // It never reached the server.
        } else if let left = stock, left >= quantity {
            stock = left - quantity
            if tellsRemaining { history[index].remaining = left - quantity }
            taken += quantity
            log.append((history[index].id, quantity, instant))
            orders.append(history[index].id)
        } else {
            history[index].outcome = stock == nil ? .failed : .soldOut
        }
        guard isLost else { return }
        history[index].outcome = .unknown
        history[index].remaining = nil
        history[index].returnedNanoseconds = nil
    }

    private mutating func reset(at instant: UInt64) {
        // One fault comes after the other.
        guard instant > 10 + (resets.last?.endedNs ?? 0) else { return }
        let kind = Self.kinds.randomElement(using: &random)!
        let start = instant - UInt64.random(in: 0...5, using: &random)
        let end = instant + UInt64.random(in: 0...5, using: &random)
        let before = stock
        var told: StockReset.Reading? = stock.map { .units($0) } ?? .absent
        switch kind {
        case .crashRedis:
            told = nil
            if random.chance(20) {
                stock = nil
                undo(log.count)
            } else if let left = stock {
                let count = random.chance(50) ? 0 : Int.random(in: 0...log.count, using: &random)
                let undone = log.suffix(count)
                // Later resets bring the log to an end.
                stock = left + undone.reduce(0) { $0 + $1.quantity }
                undo(count)
            }
        case .evictStock: stock = nil
        case .restockReset:
            stock = units
            unitsAgain += max(0, min(taken, units - (before ?? 0)))
        default:
            stock = nil
            undo(log.count)
        }
        // What was there before is not undone twice.
        log = []
        resets.append(
            StockReset(
                kind, startedNs: start, endedNs: end, before: told, after: stock.map { .units($0) } ?? .absent,
                cutConnections: false, mayForget: kind == .crashRedis))
    }

    private mutating func undo(_ count: Int) {
        let gone = stock == nil ? Set(orders) : Set(log.suffix(count).map(\.id))
        forgotten.formUnion(gone)
        orders.removeAll(where: gone.contains)
    }

    /// Wins that buyers were told of, and that were undone.
    var acknowledgedForgotten: Int { history.count { $0.outcome == .won && forgotten.contains($0.id) } }

    var facts: RunFacts {
        let scenario = Scenario(
            strategy: .init(name: "reset", yaml: ""), units: units, buyers: history.count, attempts: 1, procs: 1,
            threads: 1)
        let ledger =
            keepsOrders
            ? Ledger(orders: orders.map { .init(attempt: $0, buyer: $0) }, isAtomic: isAtomic, mergesRepeats: false)
            : nil
        var facts = RunFacts(
            scenario: scenario, history: history, ledger: ledger,
            finalStock: stock.map { .units($0) } ?? .absent,
            workers: [.init(index: 0, reported: Tally(history))], wasInterrupted: true)
        facts.resets = resets
        return facts
    }
}
