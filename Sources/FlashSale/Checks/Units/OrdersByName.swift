/// Whether the orders name the units that buyers were told.
///
/// A buyer is told of a unit after its order was written, so a win's unit has an order of that win, unless one that came
/// later may have taken its place. And an order of a buyer who was told all their units names one of these.
struct OrdersByName {
    private struct Entry {
        var name: UInt32
        var order: UInt32
        /// The pool of the operations that the order can be of; ``none`` for no operation.
        var pool: UInt32
    }

    private static var none: UInt32 { .max }

    private let facts: RunFacts
    private let resolution: Resolution
    private let claims: NameClaims
    /// The names that were told, and those that only orders have.
    private var table: NameTable
    /// In the order of the names.
    private var entries: [Entry] = []
    /// The names that attempts were told, in the order of the names.
    private var told: [NameClaims.Claim] = []
    /// How many units of each name were for sale; empty where nobody lists them.
    private var supply: [UInt32] = []
    /// Pools whose orders are found to differ.
    private var differing: Set<UInt32> = []
    private var twice = 0
    private var strange = 0
    private(set) var evidence: [CheckResult.Evidence] = []

    var counts: [(count: Int, what: String)] {
        [
            (twice, "\(twice == 1 ? "has" : "have") more orders than there are"),
            (
                strange,
                "\(strange == 1 ? "has an order" : "have orders") and \(strange == 1 ? "was" : "were") never for sale"
            ),
            (
                evidence.count - twice - strange,
                "\(evidence.count - twice - strange == 1 ? "has" : "have") another order than buyers were told"
            ),
        ]
    }

    /// Whether the ledger names units.
    var areCompared: Bool { !entries.isEmpty }

    init(_ facts: RunFacts, _ resolution: Resolution, _ claims: NameClaims) {
        self.facts = facts
        self.resolution = resolution
        self.claims = claims
        table = claims.names.table
        let book = resolution.book
        guard book.orders.contains(where: { $0.unit != nil }) else { return }
        var pools = [UInt32](repeating: Self.none, count: book.orders.count)
        for (index, pool) in book.pools.enumerated() {
            for order in book.orderIndices(pool) { pools[Int(order)] = UInt32(index) }
        }
        for (index, order) in book.orders.enumerated() {
            guard let unit = order.unit else { continue }
            for name in UnitText.names(in: unit) {
                entries.append(
                    Entry(name: UInt32(table.number(of: name)), order: UInt32(index), pool: pools[index]))
            }
        }
        supply = facts.epoch.forSale?.counts(of: table) ?? []
        entries.sort { $0.name != $1.name ? $0.name < $1.name : $0.order < $1.order }
        told = claims.claims.sorted { left, right in
            left.name != right.name ? left.name < right.name : left.operation < right.operation
        }
    }

    /// Whether each unit that was sold has an order that nothing took the place of.
    private var keepsEveryUnit: Bool {
        guard let ledger = facts.epoch.ledger else { return false }
        return ledger.unitsAreKeys || !ledger.mergesRepeats
    }

    mutating func judge() {
        guard areCompared else { return }
        let keepsEveryUnit = keepsEveryUnit
        var (entry, claim) = (0, 0)
        while entry < entries.count || claim < told.count {
            let name = min(
                entry < entries.count ? entries[entry].name : .max, claim < told.count ? told[claim].name : .max)
            let (firstEntry, firstClaim) = (entry, claim)
            while entry < entries.count, entries[entry].name == name { entry += 1 }
            while claim < told.count, told[claim].name == name { claim += 1 }
            guard !claims.soldTwice.contains(name) else { continue }
            compare(
                name, entries[firstEntry..<entry], told[firstClaim..<claim], keepsEveryUnit: keepsEveryUnit)
        }
        judgeUntold()
    }

    /// The orders of one unit with those who were told it.
    private mutating func compare(
        _ name: UInt32, _ orders: ArraySlice<Entry>, _ told: ArraySlice<NameClaims.Claim>, keepsEveryUnit: Bool
    ) {
        if !supply.isEmpty, supply[Int(name)] == 0 {
            // Whoever was told it is told of as such. An order of nobody's is told of where orders are compared.
            guard told.isEmpty, let order = orders.first(where: { $0.pool != Self.none }) else { return }
            strange += 1
            evidence.append(
                .init(
                    "unit \(shown(name)) was never for sale, but is \(named(resolution.book.orders[Int(order.order)]))'s in the orders",
                    attempts: attempts(of: order.pool)))
            return
        }
        // Where nobody lists what is for sale, a name is one unit.
        let supply = supply.isEmpty ? 1 : Int(supply[Int(name)])
        if orders.count > supply {
            twice += 1
            let listed = orders.prefix(3).map { self.named(resolution.book.orders[Int($0.order)]) }
            evidence.append(
                .init(
                    "unit \(shown(name)) has orders of \(listed.joined(separator: " and of "))",
                    attempts: told.prefix(1).map { facts.recorded.history[$0.position] }))
            return
        }
        for claim in told {
            let operation = resolution.operations[Int(claim.operation)]
            guard operation.state == .won, !orders.contains(where: { $0.pool == operation.pool }) else { continue }
            let attempt = facts.recorded.history[claim.position]
            if let other = orders.first {
                guard supply == 1 || keepsEveryUnit else { continue }
                differing.insert(operation.pool)
                differing.insert(other.pool)
                evidence.append(
                    .init(
                        "unit \(shown(name)) is \(named(resolution.book.orders[Int(other.order)]))'s in the orders, but this buyer was told that it is theirs",
                        attempts: [attempt]))
            } else if hasOtherOrder(operation.pool, keepsEveryUnit: keepsEveryUnit) {
                differing.insert(operation.pool)
                evidence.append(
                    .init(
                        "a buyer was told that unit \(shown(name)) is theirs, but their \(orderText(operation.pool))",
                        attempts: [attempt]))
            }
        }
    }

    /// Those that an order of the pool may be of, a few of them.
    private func attempts(of pool: UInt32) -> [Attempt] {
        let book = resolution.book
        let pool = book.pools[Int(pool)]
        let operations = Array(book.won(pool).prefix(3)) + book.unknown(pool).prefix(3)
        return operations.prefix(3).flatMap { resolution.operations[Int($0)].positions.prefix(3) }
            .map { facts.recorded.history[$0] }
    }

    /// Whether a win of the pool whose unit has no order must have had one: its orders name other units, and none of them can have
    /// taken its place.
    private func hasOtherOrder(_ pool: UInt32, keepsEveryUnit: Bool) -> Bool {
        let book = resolution.book
        guard keepsEveryUnit || !book.pools[Int(pool)].mayMerge else { return false }
        guard facts.epoch.ledger?.unreadable.isEmpty == true else { return false }
        // The order may name the call that a win repeats.
        guard facts.rules.idempotency == .none || !resolution.historyHasGaps else { return false }
        let orders = book.orderIndices(book.pools[Int(pool)])
        return !orders.isEmpty && orders.allSatisfy { book.orders[Int($0)].unit != nil }
    }

    /// Orders of units that nobody was told of, whose buyers were told all that they have.
    private mutating func judgeUntold() {
        guard !resolution.historyHasGaps else { return }
        let book = resolution.book
        var toldIn: [UInt32: Set<UInt32>] = [:]
        for claim in told { toldIn[resolution.operations[Int(claim.operation)].pool, default: []].insert(claim.name) }
        for entry in entries where entry.pool != Self.none && !differing.contains(entry.pool) {
            let pool = book.pools[Int(entry.pool)]
            guard pool.wonCount > 0, pool.unknownCount == 0, toldIn[entry.pool]?.contains(entry.name) != true,
                book.won(pool).allSatisfy({ claims.isWhole[Int($0)] })
            else { continue }
            differing.insert(entry.pool)
            evidence.append(
                .init(
                    "unit \(shown(entry.name)) is \(named(book.orders[Int(entry.order)]))'s in the orders, but nobody was told so",
                    attempts: attempts(of: entry.pool)))
        }
    }

    private func orderText(_ pool: UInt32) -> String {
        let book = resolution.book
        let units = book.orderIndices(book.pools[Int(pool)]).compactMap { book.orders[Int($0)].unit }
        let names = units.flatMap { UnitText.names(in: $0) }.prefix(3).map { UnitText.shown($0) }
        return "\(names.count == 1 ? "order is" : "orders are") of \(names.joined(separator: ", "))"
    }

    private func named(_ order: Ledger.Order) -> String {
        if let attempt = order.attempt { return "attempt \(attempt)" }
        if let purchase = order.purchase { return "purchase \(purchase)" }
        return order.buyer.map { "buyer \($0)" } ?? "nobody"
    }

    private func shown(_ name: UInt32) -> String { UnitText.shown(table.name(Int(name))) }
}
