/// Orders of one item in a sale of carts that name buyers only, or nobody: whether there is one for each cart, or one for each line of it.
///
/// Where a cart asks for the item on several lines, both are as good, and what buyers were told says which it is. Of a buyer whose answers were
/// lost each way to read them is tried. Where several ways differ in how many carts took effect, the orders tell nothing.
struct OrdersByBuyer {
    /// A purchase that took the item, or may have: the units of each of its lines.
    private struct Effect {
        var lines: [Int]
        var units: Int { lines.reduce(0, +) }
    }

    /// Of one buyer, or of all.
    private struct Effects {
        var certain: [Effect] = []
        var possible: [Effect] = []

        var haveSeveralLines: Bool { (certain + possible).contains { $0.lines.count > 1 } }
    }

    /// What became of orders.
    enum Reading: Equatable {
        /// One for each cart already, or something else than what buyers were told.
        case asTheyAre
        /// One for each line: as many carts, each of so many units.
        case merged([Int])
        /// Both, and that makes a difference.
        case ambiguous
    }

    /// Beyond so many lost answers nobody tries them all.
    private static let possibleLimit = 8

    static let problem =
        "carts ask for the item on several lines, and its orders name buyers at most, so that orders of lines and orders of carts cannot be told "
        + "apart; let them name the attempt or the purchase (holds:)"

    private var byBuyer: [Int: Effects] = [:]
    private var all = Effects()

    /// - Parameter history: of the item.
    init(_ history: History, item: Int, _ reader: CartReader, _ facts: RunFacts) {
        guard let scenario = facts.recorded.scenario else { return }
        var told: [Int: (won: Int, unknown: Int)] = [:]
        for (_, record) in history.records where record.outcome == .won || record.outcome == .unknown {
            told[record.purchase, default: (0, 0)].won += record.outcome == .won ? 1 : 0
            told[record.purchase, default: (0, 0)].unknown += record.outcome == .unknown ? 1 : 0
        }
        for (purchase, counts) in told.sorted(by: { $0.key < $1.key }) {
            var counts = counts
            if facts.rules.idempotency != .none {
                counts = (min(1, counts.won), counts.won > 0 ? 0 : min(1, counts.unknown))
            }
            let lines = reader.picker.lines(ofPurchase: purchase).filter { $0.item == item }.map(\.quantity)
            let effect = Effect(lines: lines)
            let buyer = scenario.buyer(ofPurchase: purchase)
            byBuyer[buyer, default: Effects()].certain += Array(repeating: effect, count: counts.won)
            byBuyer[buyer, default: Effects()].possible += Array(repeating: effect, count: counts.unknown)
            all.certain += Array(repeating: effect, count: counts.won)
            all.possible += Array(repeating: effect, count: counts.unknown)
        }
    }

    /// What orders of a buyer are.
    ///
    /// - Parameter units: of each order; nil where they do not tell.
    func reading(ofBuyer buyer: Int, count: Int, units: [Int]?) -> Reading {
        read(byBuyer[buyer] ?? Effects(), count: count, units: units?.sorted())
    }

    /// What orders are that name nobody.
    func reading(ofAll count: Int) -> Reading {
        guard all.haveSeveralLines else { return .asTheyAre }
        guard all.possible.isEmpty else { return .ambiguous }
        return read(all, count: count, units: nil)
    }

    private func read(_ effects: Effects, count: Int, units: [Int]?) -> Reading {
        guard effects.haveSeveralLines else { return .asTheyAre }
        guard effects.possible.count <= Self.possibleLimit else { return .ambiguous }
        var readings: [Reading] = []
        func add(_ reading: Reading) {
            if !readings.contains(reading) { readings.append(reading) }
        }
        for choice in 0..<(1 << effects.possible.count) {
            let chosen = effects.possible.indices.filter { choice & 1 << $0 != 0 }.map { effects.possible[$0] }
            let carts = (effects.certain + chosen).map(\.units).sorted()
            let lines = (effects.certain + chosen).flatMap(\.lines).sorted()
            let fitCarts = units.map { $0 == carts } ?? (count == carts.count)
            let fitLines = units.map { $0 == lines } ?? (count == lines.count)
            if fitCarts { add(.asTheyAre) }
            if fitLines, carts.count != lines.count { add(.merged(carts)) }
        }
        return readings.isEmpty ? .asTheyAre : readings.count == 1 ? readings[0] : .ambiguous
    }
}
