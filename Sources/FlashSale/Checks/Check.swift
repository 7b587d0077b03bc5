/// A pure function from what was recorded to what it shows, and the name that it has in reports.
package struct Check {
    package let name: CheckName
    private let body: (RunFacts, Resolution) throws(CheckFailure) -> CheckResult

    package init(_ name: CheckName, _ body: @escaping (RunFacts, Resolution) throws(CheckFailure) -> CheckResult) {
        self.name = name
        self.body = body
    }

    /// What it finds. One that does not come to its end accuses nobody and clears nobody.
    func result(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        do throws(CheckFailure) {
            return try body(facts, resolution)
        } catch {
            return CheckResult(name, .inconclusive, "the check did not come to its end: \(error.reason)")
        }
    }
}
