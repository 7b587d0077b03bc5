/// Stores that keep the same thing say the same of it once the doors are closed and the consumers are through: as many units
/// left, and the same orders.
enum StoresAgree {
    static let name = CheckName.storesAgree

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        let comparisons = facts.epoch.stores
        guard !comparisons.isEmpty else { return CheckResult(name, .notApplicable, "there is one store only") }
        let evidence = comparisons.flatMap(\.differences)
        guard evidence.isEmpty else {
            // Whoever is still at work may be between the two.
            let result: CheckResult.Result = facts.hasStragglers ? .inconclusive : .violated
            return CheckResult(
                name, result,
                "the stores do not agree once the doors are closed"
                    + (result == .inconclusive
                        ? "; but an attempt whose end is not known may still be under way" : ""),
                evidence: evidence.map { .init($0) })
        }
        if let problem = comparisons.lazy.compactMap(\.problem).first {
            return CheckResult(name, .inconclusive, "the stores could not be compared: \(problem)")
        }
        let subjects = Set(comparisons.map(\.subject.rawValue)).sorted().joined(separator: " and the ")
        return CheckResult(name, .upheld, "\(comparisons.count + 1) stores say the same of the \(subjects)")
    }
}
