/// No purchase took two: at most one of its attempts took effect, a retry after an unknown answer included.
enum OneUnitPerPurchase {
    static let name = "one-unit-per-purchase"

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        let certain = Dictionary(grouping: resolution.wins + resolution.provenUnknowns, by: \.purchase)
        let evidence = evidence(certain.filter { $0.value.count > 1 }, "took effect")
        guard evidence.isEmpty else {
            return CheckResult(
                name, .violated, "\(evidence.count.counted("purchase")) got more than one unit", evidence: evidence)
        }
        let possible = Dictionary(
            grouping: resolution.wins + resolution.provenUnknowns + resolution.openUnknowns, by: \.purchase)
        guard !possible.isEmpty else { return CheckResult(name, .notApplicable, "nothing was sold") }
        return doubt(possible, facts)
            ?? CheckResult(name, .upheld, "\(certain.count.counted("purchase")) took effect, each once")
    }

    /// Where a purchase went on after an attempt whose answer was lost, it may hold two; by counting alone, some may have to.
    private static func doubt(_ possible: [Int: [Attempt]], _ facts: RunFacts) -> CheckResult? {
        let doubtful = possible.filter { $0.value.count > 1 }
        guard !doubtful.isEmpty else { return nil }
        let evidence = evidence(doubtful, "may have taken effect")
        let room = possible.values.reduce(0) { $0 + ($1.map(\.quantity).max() ?? 0) }
        if case .units(let final) = facts.finalStock, final.magnitude <= 1 << 53, facts.scenario.units - final > room,
            !facts.hasStragglers
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

    private static func evidence(_ purchases: [Int: [Attempt]], _ what: String) -> [CheckResult.Evidence] {
        purchases.sorted { $0.key < $1.key }.map { purchase, attempts in
            CheckResult.Evidence(
                "purchase \(purchase) \(what) \(attempts.count) times",
                attempts: attempts.sorted { $0.number < $1.number })
        }
    }
}
