package import FlashSale

/// What a run's progress is measured by.
package struct ProgressPlan: Sendable, Equatable {
    /// Units when the doors open.
    package var units: Int
    /// Purchases of the whole run; nil where nobody can say how many come.
    package var purchases: Int?
    /// For how long the doors are open; nil where it is until every buyer was served.
    package var seconds: Double?
    package var faults: Int

    package init(units: Int, purchases: Int?, seconds: Double? = nil, faults: Int = 0) {
        self.units = units
        self.purchases = purchases
        self.seconds = seconds
        self.faults = faults
    }

    package init(_ scenario: Scenario) {
        self.init(
            units: scenario.units, purchases: scenario.pace.endsByTime ? nil : scenario.totalPurchases,
            seconds: scenario.pace.durationNanoseconds.map { Double($0) / 1e9 }, faults: scenario.faults?.count ?? 0)
    }
}
