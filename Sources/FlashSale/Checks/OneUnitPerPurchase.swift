/// No purchase took two: at most one of its attempts took effect, a retry after an unknown answer included. A buyer's
/// purchases are judged one by one.
///
/// Where a repeated call takes nothing (`idempotent:`), the attempts of a purchase, or all those of a buyer, are one
/// operation and take effect once; they took two if their answers or orders tell of two. Where nobody of a run asked again after
/// a win, that was not put to the test.
enum OneUnitPerPurchase {
    static let name = CheckName.oneUnitPerPurchase

    /// What one purchase (or one buyer, where all of theirs are one operation) may have taken.
    private struct Takings {
        var certain = 0
        var possible = 0
        var certainAttempts: [Attempt] = []
        var openAttempts: [Attempt] = []

        mutating func add(_ operation: Operation, times: Int) {
            certain += times
            possible += times
            if operation.state == .open {
                openAttempts += operation.evidence
            } else {
                certainAttempts += operation.evidence
            }
        }
    }

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        guard facts.recorded.tellsPurchases else {
            return CheckResult(name, .notApplicable, "the history does not say which attempts are one purchase's")
        }
        guard resolution.operations.contains(where: { $0.state != .disproven }) else {
            return CheckResult(name, .notApplicable, "nothing was sold")
        }
        let takings = takings(facts, resolution)
        let twice = evidence(takings.filter { $0.value.certain > 1 }, in: facts, of: "took effect", isCertain: true)
        let evidence = twice + pigeonholes(takings, in: facts, resolution: resolution)
        guard evidence.isEmpty else {
            return CheckResult(
                name, .violated, "\(evidence.count.counted(noun(facts))) got more than one unit", evidence: evidence)
        }
        if let doubt = RepeatedCalls.doubt(facts, resolution) { return CheckResult(name, .inconclusive, doubt) }
        if let doubt = doubt(takings, in: facts, resolution: resolution) { return doubt }
        if Exercise.hasRepeats(facts, resolution) == false {
            return CheckResult(
                name, .notApplicable,
                "not put to the test: the file says idempotent: \(facts.rules.idempotency.rawValue), but no \(noun(facts)) that had won "
                    + "was answered once more")
        }
        return CheckResult(
            name, .upheld, "\(resolution.certainCount.counted(noun(facts))) took effect, each once")
    }

    private static func noun(_ facts: RunFacts) -> String { facts.rules.idempotency == .buyer ? "buyer" : "purchase" }

    private static func key(_ operation: Operation, _ facts: RunFacts) -> Int {
        facts.rules.idempotency == .buyer ? operation.buyer : operation.purchase
    }

    /// Purchases that several operations are of, or of which the ledger or the answers may tell more than one.
    private static func doubtfulKeys(_ facts: RunFacts, _ resolution: Resolution) -> Set<Int> {
        var keys: [Int] = []
        keys.reserveCapacity(resolution.operations.count)
        for operation in resolution.operations where operation.state != .disproven {
            keys.append(key(operation, facts))
        }
        guard facts.rules.idempotency == .none else { return Set(keys) }
        keys.sort()
        var doubtful: Set<Int> = []
        for index in keys.indices.dropFirst() where keys[index] == keys[index - 1] { doubtful.insert(keys[index]) }
        for pool in resolution.partialPools {
            for unknown in resolution.unknowns(of: pool) { doubtful.insert(key(unknown, facts)) }
        }
        return doubtful
    }

    private static func takings(_ facts: RunFacts, _ resolution: Resolution) -> [Int: Takings] {
        let keys = doubtfulKeys(facts, resolution)
        guard !keys.isEmpty else { return [:] }
        var all: [Int: Takings] = [:]
        for operation in resolution.operations
        where operation.state != .disproven && keys.contains(key(operation, facts)) {
            let times = operation.state == .open ? 0 : times(of: operation, in: facts, resolution)
            // In place: a copy of the attempts for each of them would be quadratic.
            all[key(operation, facts), default: Takings()].add(operation, times: times)
        }
        for (pool, open) in Dictionary(grouping: resolution.openUnknowns, by: \.pool) {
            for (key, own) in Dictionary(grouping: open, by: { key($0, facts) }) {
                all[key]?.possible += min(own.count, resolution.book.pools[Int(pool)].most)
            }
        }
        return all
    }

    /// Once, unless what should be one operation tells of several: by different units, or by several orders of its own.
    private static func times(of operation: Operation, in facts: RunFacts, _ resolution: Resolution) -> Int {
        guard facts.rules.idempotency != .none else { return 1 }
        let pool = resolution.book.pools[Int(operation.pool)]
        // Others that the history lacks may share the pool.
        let isAlone = pool.wonCount + pool.unknownCount == 1 && !resolution.historyHasGaps
        let orders = isAlone ? resolution.book.orderCount(pool) : 1
        // What a server forgot that was told before a reset may be taken once more after it.
        guard resolution.epochs == nil else { return max(1, orders) }
        return max(1, operation.toldRemaining.count, orders)
    }

    /// Where a ledger of buyers shows that more unknowns took effect than there are purchases of theirs without a win, some
    /// purchase took two.
    private static func pigeonholes(
        _ takings: [Int: Takings], in facts: RunFacts, resolution: Resolution
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
        _ takings: [Int: Takings], in facts: RunFacts, resolution: Resolution
    ) -> CheckResult? {
        let doubtful = takings.filter { $0.value.possible > 1 }
        guard !doubtful.isEmpty else { return nil }
        let evidence = evidence(doubtful, in: facts, of: "may have taken effect", isCertain: false)
        var largest: [Int: Int] = [:]
        for operation in resolution.operations where operation.state != .disproven {
            largest[key(operation, facts)] = max(largest[key(operation, facts)] ?? 0, operation.mostQuantity)
        }
        let room = largest.values.reduce(0, +)
        if case .units(let final) = facts.epoch.stock, final.magnitude <= 1 << 53, facts.resets.isEmpty,
            facts.epoch.totalUnits - final > room + facts.unsoldHolds(resolution).reduce(0, +), !facts.hasStragglers,
            !resolution.historyHasGaps
        {
            return CheckResult(
                name, .violated,
                "\((facts.epoch.totalUnits - final).counted("unit")) left the stock, but the purchases that may hold one want only "
                    + "\(room.grouped): some took effect more than once", evidence: evidence)
        }
        return CheckResult(
            name, .inconclusive,
            "\(doubtful.count.counted("purchase")) went on after an attempt whose answer was lost, and may hold two units",
            evidence: evidence)
    }

    /// - Parameter isCertain: whether the open ones are left out.
    private static func evidence(
        _ takings: [Int: Takings], in facts: RunFacts, of what: String, isCertain: Bool
    ) -> [CheckResult.Evidence] {
        takings.sorted { $0.key < $1.key }.map { key, taken in
            let attempts = taken.certainAttempts + (isCertain ? [] : taken.openAttempts)
            return CheckResult.Evidence(
                "\(noun(facts)) \(key) \(what) \(isCertain ? taken.certain : taken.possible) times",
                attempts: attempts.sorted { ($0.purchase, $0.number) < ($1.purchase, $1.number) })
        }
    }
}
