extension CheckResult {
    /// With the account in three columns before it, where units on hold are counted apart.
    func withColumns(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        guard let held = facts.epoch.held, case .units(let final) = facts.epoch.stock, final.magnitude <= 1 << 53,
            held.magnitude <= 1 << 53
        else { return self }
        var result = self
        result.detail =
            "\((final - max(0, held)).grouped) left, \(held.grouped) held and \(resolution.certainUnits.grouped) sold, of "
            + "\(facts.epoch.totalUnits.grouped): \(detail)"
        return result
    }
}
