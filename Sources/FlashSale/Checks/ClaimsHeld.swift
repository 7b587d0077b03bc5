/// What the strategy file claims of itself was not broken in the trial before the run. What was not tested is named, and neither
/// upheld nor violated.
enum ClaimsHeld {
    static let name = CheckName.claimsHeld

    static func check(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        // A check that was violated in the trial was, whatever that says of the claim.
        let broken = facts.claims.filter { $0.result == .broken || $0.check != nil }
        guard broken.isEmpty else {
            return CheckResult(
                name, .violated,
                broken.map { "\($0.claim): \($0.result.rawValue): \($0.detail)" }.joined(separator: "; "))
        }
        let held = facts.claims.filter { $0.result == .held }
        let others = facts.claims.filter { $0.result == .notTested }
        guard !held.isEmpty else { return CheckResult(name, .notApplicable, "no claim was put to the test") }
        return CheckResult(
            name, .upheld,
            "\(held.map(\.claim).joined(separator: ", ")) held in a trial before the run"
                + (others.isEmpty ? "" : "; not tested: \(others.map(\.claim).joined(separator: ", "))"))
    }
}
