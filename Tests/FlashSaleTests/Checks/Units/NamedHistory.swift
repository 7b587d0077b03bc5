import FactsTestSupport
import FlashSale

/// A few attempts at a few units with names, served by a right sale and then perhaps perturbed: lost answers, wins that tell no
/// name, quantities, repeated calls, names that several units share, and orders that are keyed by the unit or a list of all.
///
/// ``isValid`` says by trying everything whether a right sale can have answered so: straight from what a sale of named units is,
/// without tables, claims or pools.
struct NamedHistory {
    private(set) var units: [String] = []
    private(set) var isListed: Bool
    private(set) var attempts: [Attempt] = []
    /// The unit and the id that each order names; nil without a ledger.
    private(set) var orders: [(unit: String, id: Int)]?
    private(set) var isAtomic = false
    private(set) var unitsAreKeys = false
    /// What orders name.
    let scope: Int
    let isIdempotent: Bool
    private let mayDiffer: Bool
    private var random: SeededNumbers
    /// Who took which unit.
    private var taken: [(unit: String, attempt: Int)] = []

    init(seed: UInt64) {
        random = SeededNumbers(state: seed)
        isIdempotent = random.chance(30)
        isListed = random.chance(70)
        mayDiffer = random.chance(30)
        scope = isIdempotent ? 1 + Int(random.next() % 2) : Int(random.next() % 3)
        let names = ["a", "b", "c", "d", "e"]
        for index in 0..<Int.random(in: 1...4, using: &random) {
            // Without a list, a name is one unit.
            units.append(isListed && index > 0 && random.chance(15) ? units[0] : names[index])
        }
        let quantity = mayDiffer ? 0 : random.chance(25) ? 2 : 1
        for id in 1...Int.random(in: 1...6, using: &random) {
            let purchase = isIdempotent ? Int.random(in: 1...3, using: &random) : id
            attempts.append(
                Attempt(
                    id: id, purchase: purchase, buyer: (purchase + 1) / 2, invokedNanoseconds: UInt64(id),
                    returnedNanoseconds: 100 + UInt64(id), outcome: .conflict,
                    quantity: quantity > 0 ? quantity : 1 + (purchase + Int(seed % 2)) % 2))
        }
        serve()
        if random.chance(60) { writeOrders() }
        if random.chance(90) { perturb() }
        if random.chance(40) { perturb() }
    }

    private func id(_ attempt: Attempt) -> Int { [attempt.id, attempt.purchase, attempt.buyer][scope] }

    private mutating func serve() {
        var stock = units.shuffled(using: &random)
        var remembered: [Int: [String]] = [:]
        for index in attempts.indices {
            let purchase = attempts[index].purchase
            let known = isIdempotent ? remembered[purchase] : nil
            let isLost = random.chance(25)
            var names = known ?? []
            if known == nil {
                guard stock.count >= attempts[index].quantity, !random.chance(8) else { continue }
                // A lost call may never have reached the server.
                if !isLost || random.chance(60) {
                    names = Array(stock.prefix(attempts[index].quantity))
                    stock.removeFirst(names.count)
                    remembered[purchase] = names
                    taken += names.map { ($0, index) }
                }
            }
            attempts[index].outcome = isLost ? .unknown : .won
            if isLost {
                if random.chance(30) { attempts[index].returnedNanoseconds = nil }
            } else if random.chance(85) {
                attempts[index].unit = UnitText.text(names.shuffled(using: &random))
            } else if names.count == 2, random.chance(50) {
                attempts[index].unit = names[0]
            }
        }
    }

    private mutating func writeOrders() {
        isAtomic = random.chance(50)
        unitsAreKeys = Set(units).count == units.count && (random.chance(60) || Set(attempts.map(\.quantity)) != [1])
        guard unitsAreKeys || Set(attempts.map(\.quantity)) == [1] else { return }
        var dropped: Set<Int> = []
        if !isAtomic {
            for index in attempts.indices where attempts[index].outcome == .unknown && random.chance(40) {
                let purchase = attempts[index].purchase
                // Whoever was told that they won has an order.
                let isSure = isIdempotent && attempts.contains { $0.purchase == purchase && $0.outcome == .won }
                if !isSure { dropped.insert(index) }
            }
        }
        orders = taken.filter { !dropped.contains($0.attempt) }.map { ($0.unit, id(attempts[$0.attempt])) }
    }

    private mutating func perturb() {
        let index = Int.random(in: attempts.indices, using: &random)
        let name = ["a", "b", "c", "d", "e"].randomElement(using: &random)!
        switch Int.random(in: 0..<7, using: &random) {
        case 0, 1:
            guard let unit = attempts[index].unit else { return }
            var names = UnitText.names(in: unit)
            names[0] = name
            attempts[index].unit = UnitText.text(names)
        case 2:
            let other = Int.random(in: attempts.indices, using: &random)
            guard attempts[index].unit != nil, attempts[other].unit != nil else { return }
            guard attempts[index].quantity == attempts[other].quantity else { return }
            (attempts[index].unit, attempts[other].unit) = (attempts[other].unit, attempts[index].unit)
        case 3:
            guard let count = orders?.count, count > 0 else { return }
            guard !unitsAreKeys || !orders!.contains(where: { $0.unit == name }) else { return }
            orders![Int.random(in: 0..<count, using: &random)].unit = name
        case 4:
            guard let count = orders?.count, count > 0 else { return }
            orders![Int.random(in: 0..<count, using: &random)].id = id(attempts[index])
        case 5: if orders?.isEmpty == false { orders!.removeLast() }
        default:
            guard orders != nil, !unitsAreKeys || !orders!.contains(where: { $0.unit == name }) else { return }
            orders!.append((name, id(attempts[index])))
        }
    }

    /// Whether orders tell no more of a buyer's purchases than how many units these are of together.
    var addsUp: Bool {
        scope == 2 && unitsAreKeys && Set(attempts.map(\.quantity)) != [1]
            && attempts.contains { $0.outcome == .unknown }
    }

    var facts: RunFacts {
        let ledger = orders.map { orders in
            var ledger = Ledger(
                orders: orders.map { order in
                    Ledger.Order(
                        attempt: scope == 0 ? order.id : nil, purchase: scope == 1 ? order.id : nil,
                        buyer: scope == 2 ? order.id : nil, unit: order.unit)
                }, isAtomic: isAtomic, mergesRepeats: false)
            ledger.unitsAreKeys = unitsAreKeys
            return ledger
        }
        var epoch = Epoch(units: units.count, stock: .unread, ledger: ledger)
        if isListed { epoch.forSale = .listed(units) }
        return RunFacts(
            RecordedAttempts(History(attempts), tellsPurchases: true),
            rules: SaleRules(idempotency: isIdempotent ? .purchase : .none), epoch: epoch)
    }

    // MARK: By trying everything

    private struct Call {
        var quantity: Int
        var mustHappen: Bool
        var told: [String]
        var ids: Set<Int>
    }

    /// nil where the calls of one purchase were told more than it can have taken.
    private var calls: [Call]? {
        var groups: [Int: [Attempt]] = [:]
        for attempt in attempts where attempt.outcome == .won || attempt.outcome == .unknown {
            groups[isIdempotent ? attempt.purchase : attempt.id, default: []].append(attempt)
        }
        var calls: [Call] = []
        for (_, group) in groups.sorted(by: { $0.key < $1.key }) {
            var told: [String] = []
            for win in group {
                var rest = told
                for name in UnitText.names(in: win.unit ?? "") {
                    if let place = rest.firstIndex(of: name) { rest.remove(at: place) } else { told.append(name) }
                }
            }
            guard told.count <= group[0].quantity else { return nil }
            calls.append(
                Call(
                    quantity: group[0].quantity, mustHappen: group.contains { $0.outcome == .won }, told: told,
                    ids: Set(group.map(id))))
        }
        return calls
    }

    var isValid: Bool {
        guard let calls else { return false }
        var left: [String: Int] = [:]
        for unit in units { left[unit, default: 0] += 1 }
        return search(calls[...], orders ?? [], left, free: units.count)
    }

    /// - Parameters:
    ///   - left: units of each name; a name that is not listed is one unit where nobody lists them.
    ///   - free: units in all.
    private func search(
        _ calls: ArraySlice<Call>, _ orders: [(unit: String, id: Int)], _ left: [String: Int], free: Int
    ) -> Bool {
        guard let call = calls.first else { return orders.isEmpty && free >= 0 }
        let rest = calls.dropFirst()
        if !call.mustHappen, search(rest, orders, left, free: free) { return true }
        guard free >= call.quantity else { return false }
        // Without an order: no ledger, or an answer that was lost before it was written.
        if self.orders == nil || (!call.mustHappen && !isAtomic) {
            if let left = take(call.told, from: left), search(rest, orders, left, free: free - call.quantity) {
                return true
            }
        }
        guard self.orders != nil else { return false }
        let own = orders.indices.filter { call.ids.contains(orders[$0].id) }
        for choice in choices(of: call.quantity, from: own[...]) {
            let units = choice.map { orders[$0].unit }
            var missing = units
            let isTold = call.told.allSatisfy { name in
                guard let place = missing.firstIndex(of: name) else { return false }
                missing.remove(at: place)
                return true
            }
            guard isTold, let left = take(units, from: left) else { continue }
            let others = orders.indices.filter { !choice.contains($0) }.map { orders[$0] }
            if search(rest, others, left, free: free - call.quantity) { return true }
        }
        return false
    }

    private func take(_ names: [String], from left: [String: Int]) -> [String: Int]? {
        var left = left
        for name in names {
            let count = left[name] ?? (isListed ? 0 : 1)
            guard count > 0 else { return nil }
            left[name] = count - 1
        }
        return left
    }

    private func choices(of count: Int, from indices: ArraySlice<Int>) -> [[Int]] {
        guard count > 0 else { return [[]] }
        guard let first = indices.first else { return [] }
        let rest = indices.dropFirst()
        return choices(of: count - 1, from: rest).map { [first] + $0 } + choices(of: count, from: rest)
    }
}
