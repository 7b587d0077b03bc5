/// No purchase took two: at most one of its attempts took effect, a retry after an unknown answer included.
enum OneUnitPerPurchase {
    static let name = "one-unit-per-purchase"

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        let sales = Dictionary(grouping: resolution.wins + resolution.provenUnknowns, by: \.purchase)
        let evidence = sales.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { purchase, attempts in
            CheckResult.Evidence(
                "purchase \(purchase) took effect \(attempts.count.grouped) times",
                attempts: attempts.sorted { $0.number < $1.number })
        }
        guard evidence.isEmpty else {
            return CheckResult(
                name, .violated, "\(evidence.count.counted("purchase")) got more than one unit", evidence: evidence)
        }
        guard !sales.isEmpty else { return CheckResult(name, .notApplicable, "nothing was sold") }
        return CheckResult(name, .upheld, "\(sales.count.counted("purchase")) took effect, each once")
    }
}
