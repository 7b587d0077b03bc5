/// Where the ledger and the history differ.
struct LedgerComparison {
    /// What a record contradicts.
    private(set) var contradictions: [CheckResult.Evidence] = []
    /// Orders beyond what the recorded attempts explain.
    private(set) var unexplained: [CheckResult.Evidence] = []
    /// What strangers in the ledger leave open: whose order is missing, if one of them is not that order.
    private(set) var open: [CheckResult.Evidence] = []

    private let resolution: Resolution
    private let scope: Scope
    private let repeatsBuyer: Bool
    /// What each buyer's one operation wanted, where a buyer's calls are one.
    private let quantities: [Int: [Int]]

    init(_ facts: RunFacts, ledger: Ledger, resolution: Resolution) {
        self.resolution = resolution
        scope = resolution.book.scope
        repeatsBuyer = facts.rules.idempotency == .buyer
        quantities =
            repeatsBuyer && ledger.orders.contains { $0.attempt != nil && $0.quantity != nil }
            ? Dictionary(resolution.operations.map { ($0.buyer, $0.quantities) }, uniquingKeysWith: +) : [:]
        for index in ledger.orders.indices { compare(ledger.orders[index], at: index) }
        repeated(ledger)
        unexplained += surplus(facts)
        let missing = self.missing()
        // Each stranger may be the order of one of these.
        if missing.count <= ledger.unreadable.count {
            open = missing
        } else {
            // The order may name the call that a win repeats.
            if facts.rules.idempotency == .none { contradictions += missing } else { unexplained += missing }
        }
        for pool in resolution.book.pools { unexplained += quantities(pool, facts) }
    }

    /// One order with what it names.
    private mutating func compare(_ order: Ledger.Order, at index: Int) {
        switch Scope(order) {
        case .attempt: compare(order, at: index, attempt: order.attempt ?? 0)
        case .purchase:
            let purchase = order.purchase ?? 0
            guard let maker = resolution.book.buyer(ofPurchase: purchase, order) else {
                unexplained.append(.init("the ledger has an order of purchase \(purchase), which nobody made"))
                return
            }
            if let buyer = order.buyer, buyer != maker {
                contradictions.append(
                    .init("the order of purchase \(purchase) is buyer \(buyer)'s, but buyer \(maker) made it"))
            }
        case .buyer, .sale: break
        }
    }

    private mutating func compare(_ order: Ledger.Order, at index: Int, attempt id: Int) {
        guard let attempt = resolution.book.attempt(ofOrder: index) else {
            unexplained.append(.init("the ledger has an order of attempt \(id), which nobody made"))
            return
        }
        let problem: String? =
            if attempt.outcome != .won, attempt.outcome != .unknown {
                "the server has an order of an attempt whose buyer was told \(attempt.outcome.word)"
            } else if let buyer = order.buyer, buyer != attempt.buyer {
                "the order of attempt \(id) is buyer \(buyer)'s, but buyer \(attempt.buyer) made it"
            } else if let purchase = order.purchase, purchase != attempt.purchase {
                "the order of attempt \(id) is purchase \(purchase)'s, but it was purchase \(attempt.purchase)'s"
            } else if let quantity = order.quantity, !isWanted(quantity, attempt) {
                "the order of attempt \(id) is of \(quantity.counted("unit")), but it wanted \(attempt.quantity.grouped)"
            } else {
                nil
            }
        if let problem { contradictions.append(.init(problem, attempts: [attempt])) }
    }

    /// Whether the attempt wanted so many units, or may have repeated one that did.
    private func isWanted(_ quantity: Int, _ attempt: Attempt) -> Bool {
        if quantity == attempt.quantity { return true }
        guard repeatsBuyer else { return false }
        return resolution.historyHasGaps || quantities[attempt.buyer]?.contains(quantity) == true
    }

    /// Attempts with several orders.
    private mutating func repeated(_ ledger: Ledger) {
        var ids = ledger.orders.indices.filter { ledger.orders[$0].attempt != nil }
        ids.sort { (ledger.orders[$0].attempt ?? 0) < (ledger.orders[$1].attempt ?? 0) }
        var start = 0
        while start < ids.count {
            let id = ledger.orders[ids[start]].attempt ?? 0
            var end = start + 1
            while end < ids.count, ledger.orders[ids[end]].attempt == id { end += 1 }
            if end - start > 1 {
                let attempt = resolution.book.attempt(ofOrder: ids[start])
                contradictions.append(
                    .init("attempt \(id) has \(end - start) orders", attempts: attempt.map { [$0] } ?? []))
            }
            start = end
        }
    }

    /// Orders for which there are too few wins and unknowns.
    private func surplus(_ facts: RunFacts) -> [CheckResult.Evidence] {
        var evidence = resolution.book.strays.compactMap { order -> CheckResult.Evidence? in
            guard Scope(order) == .buyer, let buyer = order.buyer else { return nil }
            return .init("the ledger has an order of buyer \(buyer), who never tried to buy")
        }
        // Repeated orders of one attempt are told as such.
        let book = resolution.book
        let pools = book.pools.filter { pool in
            guard book.orderCount(pool) > pool.wonCount + pool.unknownCount else { return false }
            let named = book.orderIndices(pool).compactMap { book.orders[Int($0)].attempt }
            return book.orderCount(pool) - (named.count - Set(named).count) > pool.wonCount + pool.unknownCount
        }
        guard !pools.isEmpty else { return evidence }
        let keys = Set(pools.map(\.key))
        let own = facts.recorded.history.records.filter { keys.contains(scope.key(of: $0.record)) }.map(
            \.record.attempt)
        let attempts = Dictionary(grouping: own, by: scope.key)
        for pool in pools {
            let own = attempts[pool.key] ?? []
            let orders = book.orderCount(pool).counted("order")
            let wins = Int(pool.wonCount)
            let unknowns = Int(pool.unknownCount)
            let operationCount = wins + unknowns
            if scope == .sale {
                evidence.append(
                    .init(
                        "the ledger has \(orders), but only \(wins.counted("buyer")) \(wins == 1 ? "was" : "were") "
                            + "told that they won, and \(unknowns.counted("answer")) \(unknowns == 1 ? "was" : "were") lost"
                    ))
            } else if operationCount == 0 {
                let words = Outcome.allCases.filter { outcome in own.contains { $0.outcome == outcome } }.map(\.word)
                evidence.append(
                    .init(
                        "the server has \(orders) of \(scope.named(pool.key)), which was told only \(words.joined(separator: " and "))",
                        attempts: own))
            } else {
                evidence.append(
                    .init(
                        "\(scope.named(pool.key)) has \(orders), but took effect at most \(operationCount.counted("time"))",
                        attempts: own))
            }
        }
        return evidence
    }

    /// Wins without an order.
    private func missing() -> [CheckResult.Evidence] {
        let operations = resolution.operations
        let book = resolution.book
        return book.pools.compactMap { pool in
            guard book.orderCount(pool) < pool.wonCount else { return nil }
            // What was lost with a reset is told as such (``AcknowledgedSales``).
            let wanted =
                resolution.epochs.map { epochs in
                    book.wanted(pool, operations) { !epochs.ranges.isEarly(Int($0)) }
                } ?? book.wanted(pool, operations)
            let orders = book.orderCount(pool)
            guard orders < wanted else { return nil }
            let attempts = scope == .sale ? [] : resolution.wins(of: pool).flatMap(\.evidence)
            if scope == .sale {
                return .init(
                    "\(wanted.counted("buyer")) \(wanted == 1 ? "was" : "were") told that they won, but the server has only "
                        + orders.counted("order"))
            } else if orders == 0 {
                return .init("a buyer was told that they won, but the server has no order of it", attempts: attempts)
            }
            return .init(
                "\(scope.named(pool.key)) was told \(wanted.counted("time")) that they won, but the server has only "
                    + orders.counted("order"), attempts: attempts)
        }
    }

    /// Orders whose quantity no operation of the pool wanted. Those of attempts are compared with these alone.
    ///
    /// Where the server keeps one order for each id, its quantity is what that id has bought in all: every win is in it, and
    /// unknowns may be. An entry that a later purchase overwrote has lost the one before. Otherwise each win has an order of
    /// its quantity, and each further order the quantity of an unknown.
    private func quantities(_ pool: OrderPool, _ facts: RunFacts) -> [CheckResult.Evidence] {
        let orders = resolution.book.orderIndices(pool)
        var told: [Int] = []
        for index in orders where resolution.book.orders[Int(index)].attempt == nil {
            if let quantity = resolution.book.orders[Int(index)].quantity { told.append(quantity) }
        }
        guard !told.isEmpty, pool.wonCount + pool.unknownCount > 0 else { return [] }
        let won = resolution.wins(of: pool)
        let operations = won + resolution.unknowns(of: pool)
        let least = operations.map(\.leastQuantity).min() ?? 0
        let most = operations.reduce(0) { $0 + $1.mostQuantity }
        let wanted = Set(operations.flatMap(\.quantities))
        let adds = pool.mayMerge && scope != .sale
        let wins = won.reduce(0) { $0 + $1.leastQuantity }
        // A reset may have taken some of them back.
        let mayLack = resolution.epochs.map { resolution.book.hasEarly(pool, $0.ranges) } ?? false
        let fits =
            if mayLack {
                told.allSatisfy { $0 >= least && $0 <= most }
            } else if adds {
                (wins...max(wins, most)).contains(told.reduce(0, +))
            } else if pool.mayMerge {
                told.allSatisfy { $0 >= least && $0 <= most }
            } else if told.count < orders.count || operations.contains(where: { $0.quantities.count > 1 }) {
                told.allSatisfy(wanted.contains)
            } else {
                areThose(of: pool, told)
            }
        guard !fits else { return [] }
        let listed = told.prefix(5).map(\.grouped).joined(separator: ", ")
        return [
            .init(
                "the \(told.count == 1 ? "order" : "orders") of \(scope.named(pool.key)) \(told.count == 1 ? "is" : "are") of "
                    + "\(listed)\(told.count > 5 ? " …" : "") units, but \(scope == .sale ? "buyers" : "it") "
                    + (adds
                        ? "won \(wins.counted("unit")) in all"
                        : "wanted \(wanted.sorted().prefix(5).map(\.grouped).joined(separator: " or "))"),
                attempts: scope == .sale ? [] : operations.flatMap(\.evidence))
        ]
    }

    private func areThose(of pool: OrderPool, _ told: [Int]) -> Bool {
        // How many are missing or left over is told elsewhere.
        var left = Dictionary(told.map { ($0, 1) }, uniquingKeysWith: +)
        var missing = 0
        for win in resolution.wins(of: pool) {
            let quantity = win.leastQuantity
            if left[quantity, default: 0] > 0 { left[quantity, default: 0] -= 1 } else { missing += 1 }
        }
        var unknown = Dictionary(
            resolution.unknowns(of: pool).map { ($0.leastQuantity, 1) }, uniquingKeysWith: +)
        var strange = 0
        for (quantity, count) in left {
            let own = unknown[quantity, default: 0]
            unknown[quantity] = nil
            strange += max(0, count - own)
        }
        let operationCount = Int(pool.wonCount + pool.unknownCount)
        return missing <= max(0, Int(pool.wonCount) - told.count) && strange <= max(0, told.count - operationCount)
    }
}
