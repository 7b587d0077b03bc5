import FlashSale

/// A sale that a right server makes: buyers race, answers get lost, lost calls take effect late or never. What really took
/// effect is kept beside what was recorded, so that the checks can be held against the truth.
struct SimulatedSale {
    private(set) var scenario: Scenario
    private(set) var history: [Attempt] = []
    /// What really took units, in the server's order, and those of them whose order was written.
    private(set) var effects: [Attempt] = []
    private(set) var ordered: [Attempt] = []
    private(set) var left: Int
    let keeps: ServedSale.Kind?
    let merges: Bool
    let isAtomic: Bool
    let tellsQuantities: Bool
    let limit: Int?
    let purchaseLimit: Int?
    private let countsCalls: Bool
    let idempotency: Idempotency
    private let sizes: ClosedRange<Int>
    private let tellsRemaining: Bool
    private let ignoresLimit: Bool
    private var random: SplitMix
    private var events: [Event] = []
    /// What repeated calls get: by purchase or by buyer.
    private var remembered: [Int: Attempt] = [:]
    private var held: [Int: Int] = [:]
    /// Of each buyer, what the server counts as purchases.
    private var bought: [Int: Set<Int>] = [:]

    /// A call that reaches the server, and the instants at which it was made and is answered.
    private struct Event {
        var attempt: Attempt
        var instant: UInt64
        var returned: UInt64
        var isLost: Bool
        /// Neither reached the server.
        var isDropped: Bool
    }

    /// Numbers that are the same on every machine (Steele and others, 2014).
    struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// - Parameters:
    ///   - ignoresLimit: whether the server is wrong in that.
    ///   - purchaseLimit: beside the limit in units.
    ///   - countsCalls: whether the server takes each call for a purchase, since it does not know better.
    init(seed: UInt64, ignoresLimit: Bool = false, purchaseLimit: Int? = nil, countsCalls: Bool = false) {
        self.purchaseLimit = purchaseLimit
        self.countsCalls = countsCalls
        self.ignoresLimit = ignoresLimit
        var random = SplitMix(state: seed)
        idempotency = Idempotency.allCases.randomElement(using: &random)!
        limit = [nil, 1, 1, 2, 3].randomElement(using: &random)!
        keeps = [nil, .attempts, .purchases, .buyers, .nothing, .count].randomElement(using: &random)!
        merges = .random(using: &random)
        isAtomic = .random(using: &random)
        tellsQuantities = .random(using: &random)
        tellsRemaining = .random(using: &random)
        sizes = Bool.random(using: &random) ? 1...1 : 1...3
        scenario = Scenario(
            strategy: .init(name: "simulated", yaml: ""), units: .random(in: 3...14, using: &random),
            buyers: .random(in: 3...8, using: &random), purchasesPerBuyer: .random(in: 1...3, using: &random),
            attempts: 3, procs: 1, threads: 4, retryUnknown: .random(using: &random))
        left = scenario.units
        self.random = random
        for purchase in 1...scenario.totalPurchases {
            call(
                purchase, number: 1, at: .random(in: 1...300, using: &self.random),
                Int.random(in: sizes, using: &self.random))
        }
        while let next = events.indices.min(by: { events[$0].instant < events[$1].instant }) {
            serve(events.remove(at: next))
        }
    }

    private mutating func call(_ purchase: Int, number: Int, at invoked: UInt64, _ quantity: Int) {
        let attempt = Attempt(
            id: scenario.attemptID(purchase: purchase, number: number), purchase: purchase,
            buyer: scenario.buyer(ofPurchase: purchase), number: number, invokedNanoseconds: invoked,
            returnedNanoseconds: nil, outcome: .unknown, quantity: quantity)
        let isLost = Int.random(in: 0..<4, using: &random) == 0
        let instant = invoked + .random(in: 0...(isLost ? 400 : 60), using: &random)
        let event = Event(
            attempt: attempt, instant: instant, returned: instant + .random(in: 0...60, using: &random), isLost: isLost,
            isDropped: isLost && .random(using: &random))
        events.append(event)
        guard isLost else { return }
        history.append(attempt)
        if scenario.retryUnknown, number < scenario.attempts {
            call(purchase, number: number + 1, at: invoked + .random(in: 1...200, using: &random), quantity)
        }
    }

    private mutating func serve(_ event: Event) {
        var attempt = event.attempt
        if event.isDropped { return }
        let isConflict = Int.random(in: 0..<8, using: &random) == 0
        attempt.outcome = isConflict ? .conflict : .won
        if !isConflict { answer(&attempt, isLost: event.isLost) }
        guard !event.isLost else { return }
        attempt.returnedNanoseconds = event.returned
        history.append(attempt)
        if isConflict, attempt.number < scenario.attempts {
            call(
                attempt.purchase, number: attempt.number + 1, at: event.returned + .random(in: 0...20, using: &random),
                attempt.quantity)
        }
    }

    private mutating func answer(_ attempt: inout Attempt, isLost: Bool) {
        let key: Int? =
            switch idempotency {
            case .none: nil
            case .purchase: attempt.purchase
            case .buyer: attempt.buyer
            }
        if let first = key.flatMap({ remembered[$0] }) {
            attempt.remaining = first.remaining
            writeMissingOrder(of: first, attempt)
            return
        }
        if let limit, !ignoresLimit, held[attempt.buyer, default: 0] + attempt.quantity > limit {
            attempt.outcome = .duplicate
            return
        }
        let purchase = countsCalls ? attempt.id : attempt.purchase
        let others = bought[attempt.buyer, default: []].subtracting([purchase])
        if let purchaseLimit, !ignoresLimit, others.count >= purchaseLimit {
            attempt.outcome = .duplicate
            return
        }
        guard left >= attempt.quantity else {
            attempt.outcome = .soldOut
            return
        }
        left -= attempt.quantity
        held[attempt.buyer, default: 0] += attempt.quantity
        bought[attempt.buyer, default: []].insert(purchase)
        attempt.remaining = tellsRemaining ? left : nil
        if let key { remembered[key] = attempt }
        effects.append(attempt)
        // The connection may be lost between the two commands of a scheme that is not atomic.
        if isAtomic || !isLost || Bool.random(using: &random) { ordered.append(attempt) }
    }

    /// A call that repeats one whose order was lost writes it, in the name of either.
    private mutating func writeMissingOrder(of first: Attempt, _ attempt: Attempt) {
        let isSame: (Attempt) -> Bool =
            idempotency == .buyer ? { $0.buyer == first.buyer } : { $0.purchase == first.purchase }
        guard !ordered.contains(where: isSame) else { return }
        var order = Bool.random(using: &random) ? first : attempt
        order.quantity = first.quantity
        ordered.append(order)
    }

    /// What was recorded of it, with the orders as the ledger keeps them.
    var served: ServedSale {
        var sale = ServedSale()
        sale.scenario = scenario
        sale.history = history
        sale.effects = ordered
        sale.vanished = scenario.units - left - ordered.reduce(0) { $0 + $1.quantity }
        sale.keeps = keeps
        sale.merges = merges
        sale.isAtomic = isAtomic
        sale.tellsQuantities = tellsQuantities
        sale.limit = limit
        sale.purchaseLimit = purchaseLimit
        sale.idempotency = idempotency
        if merges, tellsQuantities {
            // As a hash does whose fields are increased.
            let sums = Dictionary(ordered.map { ($0.buyer, $0.quantity) }, uniquingKeysWith: +)
            let bought = Dictionary(ordered.map { ($0.purchase, $0.quantity) }, uniquingKeysWith: +)
            sale.forge = { ledger in
                for index in ledger.orders.indices where ledger.orders[index].attempt == nil {
                    if let purchase = ledger.orders[index].purchase {
                        ledger.orders[index].quantity = bought[purchase]
                    } else if let buyer = ledger.orders[index].buyer {
                        ledger.orders[index].quantity = sums[buyer]
                    }
                }
            }
        }
        return sale
    }
}
