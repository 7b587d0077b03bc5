/// No purchase took two: at most one of its attempts took effect, a retry after an unknown answer included. A buyer's
/// purchases are judged one by one.
///
/// Where a repeated call takes nothing (`idempotent:`), the attempts of a purchase, or all those of a buyer, are one
/// operation and take effect once; they took two if their answers or orders tell of two.
enum OneUnitPerPurchase {
    static let name = "one-unit-per-purchase"

    /// What one purchase (or one buyer, where all of theirs are one operation) may have taken.
    private struct Takings {
        var certain = 0
        var possible = 0
        var mostQuantity = 0
        var certainAttempts: [Attempt] = []
        var openAttempts: [Attempt] = []
    }

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        let takings = takings(facts, resolution)
        let twice = evidence(takings.filter { $0.value.certain > 1 }, facts, "took effect", isCertain: true)
        let evidence = twice + pigeonholes(takings, facts, resolution)
        guard evidence.isEmpty else {
            return CheckResult(
                name, .violated, "\(evidence.count.counted(noun(facts))) got more than one unit", evidence: evidence)
        }
        guard !takings.isEmpty else { return CheckResult(name, .notApplicable, "nothing was sold") }
        return doubt(takings, facts, resolution)
            ?? CheckResult(
                name, .upheld, "\(resolution.certainCount.counted(noun(facts))) took effect, each once")
    }

    private static func noun(_ facts: RunFacts) -> String { facts.idempotency == .buyer ? "buyer" : "purchase" }

    private static func key(_ operation: Operation, _ facts: RunFacts) -> Int {
        facts.idempotency == .buyer ? operation.buyer : operation.purchase
    }

    private static func takings(_ facts: RunFacts, _ resolution: Resolution) -> [Int: Takings] {
        var all: [Int: Takings] = [:]
        for sale in resolution.wins + resolution.provenUnknowns + resolution.openUnknowns {
            var taken = all[key(sale, facts)] ?? Takings()
            let times = sale.state == .open ? 0 : times(sale, facts, resolution)
            taken.certain += times
            taken.possible += times
            taken.mostQuantity = max(taken.mostQuantity, sale.mostQuantity)
            if sale.state == .open {
                taken.openAttempts += sale.evidence
            } else {
                taken.certainAttempts += sale.evidence
            }
            all[key(sale, facts)] = taken
        }
        for (pool, open) in Dictionary(grouping: resolution.openUnknowns, by: \.pool) {
            for (key, own) in Dictionary(grouping: open, by: { key($0, facts) }) {
                all[key]?.possible += min(own.count, resolution.book.pools[pool].most)
            }
        }
        return all
    }

    /// Once, unless what should be one operation tells of several: by different units, or by several orders of its own.
    private static func times(_ sale: Operation, _ facts: RunFacts, _ resolution: Resolution) -> Int {
        guard facts.idempotency != .none else { return 1 }
        let pool = resolution.book.pools[sale.pool]
        let orders = pool.won.count + pool.unknown.count == 1 ? pool.orderCount : 1
        return max(1, sale.toldRemaining.count, orders)
    }

    /// Where a ledger of buyers shows that more unknowns took effect than there are purchases of theirs without a win, some
    /// purchase took two.
    private static func pigeonholes(
        _ takings: [Int: Takings], _ facts: RunFacts, _ resolution: Resolution
    ) -> [CheckResult.Evidence] {
        resolution.partialPools.compactMap { pool in
            let unknowns = resolution.unknowns(of: pool)
            let free = Set(unknowns.map { key($0, facts) }).count { takings[$0]?.certain == 0 }
            guard pool.least > free else { return nil }
            return CheckResult.Evidence(
                "the orders show that \(pool.least) of these took effect, which are attempts of only \(free.counted(noun(facts))) "
                    + "without a win",
                attempts: unknowns.flatMap(\.evidence))
        }
    }

    /// Where a purchase went on after an attempt whose answer was lost, it may hold two; by counting alone, some may have to.
    private static func doubt(
        _ takings: [Int: Takings], _ facts: RunFacts, _ resolution: Resolution
    ) -> CheckResult? {
        let doubtful = takings.filter { $0.value.possible > 1 }
        guard !doubtful.isEmpty else { return nil }
        let evidence = evidence(doubtful, facts, "may have taken effect", isCertain: false)
        let room = takings.values.reduce(0) { $0 + $1.mostQuantity }
        if case .units(let final) = facts.finalStock, final.magnitude <= 1 << 53, facts.scenario.units - final > room,
            !facts.hasStragglers, !resolution.historyHasGaps
        {
            return CheckResult(
                name, .violated,
                "\((facts.scenario.units - final).counted("unit")) left the stock, but the purchases that may hold one want only "
                    + "\(room.grouped): some took effect more than once", evidence: evidence)
        }
        return CheckResult(
            name, .inconclusive,
            "\(doubtful.count.counted("purchase")) went on after an attempt whose answer was lost, and may hold two units",
            evidence: evidence)
    }

    /// - Parameter isCertain: whether the open ones are left out.
    private static func evidence(
        _ takings: [Int: Takings], _ facts: RunFacts, _ what: String, isCertain: Bool
    ) -> [CheckResult.Evidence] {
        takings.sorted { $0.key < $1.key }.map { key, taken in
            let attempts = taken.certainAttempts + (isCertain ? [] : taken.openAttempts)
            return CheckResult.Evidence(
                "\(noun(facts)) \(key) \(what) \(isCertain ? taken.certain : taken.possible) times",
                attempts: attempts.sorted { ($0.purchase, $0.number) < ($1.purchase, $1.number) })
        }
    }
}
