/// No unit was sold twice: a win of q that left r took positions N−r−q+1 … N−r, no two wins share one, and all are
/// within 1 … N.
enum UniqueUnits {
    static let name = "unique-units"

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        let units = facts.scenario.units
        let sales = resolution.wins + resolution.provenUnknowns
        var claims: [(positions: ClosedRange<Int>, attempt: Attempt)] = []
        var evidence: [CheckResult.Evidence] = []
        for sale in sales where sale.remaining != nil {
            guard let positions = sale.positions(units: units), positions.lowerBound >= 1, positions.upperBound <= units
            else {
                evidence.append(
                    .init(
                        "a win that left \(sale.remaining ?? 0) of \(units.grouped) units took a unit that does not exist",
                        attempts: [sale]))
                continue
            }
            claims.append((positions, sale))
        }
        guard !claims.isEmpty || !evidence.isEmpty else {
            let detail = sales.isEmpty ? "nothing was sold" : "no win says how many units it left"
            return CheckResult(name, .notApplicable, detail)
        }
        claims.sort {
            ($0.positions.lowerBound, $0.attempt.invokedNanoseconds, $0.attempt.id)
                < ($1.positions.lowerBound, $1.attempt.invokedNanoseconds, $1.attempt.id)
        }
        evidence += overlaps(claims)
        guard evidence.isEmpty else {
            return CheckResult(
                name, .violated,
                "\(evidence.count.counted("time")) a unit was sold to more than one buyer, or did not exist",
                evidence: evidence)
        }
        let silent = sales.count - claims.count
        return CheckResult(
            name, .upheld,
            "\(claims.count.counted("win")) took different units"
                + (silent == 0 ? "" : "; \(silent.grouped) more did not say which"))
    }

    /// For each claim that overlaps one before it: the two, where the one before is the one that reaches furthest.
    private static func overlaps(
        _ claims: [(positions: ClosedRange<Int>, attempt: Attempt)]
    ) -> [CheckResult.Evidence] {
        var evidence: [CheckResult.Evidence] = []
        guard var furthest = claims.first else { return [] }
        for claim in claims.dropFirst() {
            if claim.positions.lowerBound <= furthest.positions.upperBound {
                evidence.append(
                    .init(
                        "both buyers were sold unit \(claim.positions.lowerBound)",
                        attempts: [furthest.attempt, claim.attempt]))
            }
            if claim.positions.upperBound > furthest.positions.upperBound { furthest = claim }
        }
        return evidence
    }
}
