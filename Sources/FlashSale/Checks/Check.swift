/// A pure function from what was recorded to what it shows, and the name that it has in reports.
package struct Check {
    package let name: CheckName
    private let body: (RunFacts, Resolution) throws(CheckFailure) -> CheckResult

    package init(_ name: CheckName, _ body: @escaping (RunFacts, Resolution) throws(CheckFailure) -> CheckResult) {
        self.name = name
        self.body = body
    }

    /// Runs the check. One that gives up is inconclusive: it accuses nobody and clears nobody.
    func result(_ facts: RunFacts, _ resolution: Resolution) -> CheckResult {
        do throws(CheckFailure) {
            return try body(facts, resolution)
        } catch {
            return CheckResult(name, .inconclusive, "the check did not come to its end: \(error.reason)")
        }
    }
}

/// The checks, by the names that reports and `run.json` give them. A name has no spaces.
package enum CheckName: String, RecordWord {
    case noOversell = "no-oversell"
    case exactAccounting = "exact-accounting"
    case uniqueUnits = "unique-units"
    case linearizable
    case ledger
    case oneUnitPerPurchase = "one-unit-per-purchase"
    case purchaseLimit = "purchase-limit"
    case storesAgree = "stores-agree"
    case ordersKept = "orders-kept"
    case heldThenSold = "held-then-sold"
    case givenBackOnce = "given-back-once"
    case acknowledgedSalesKept = "acknowledged-sales-kept"
    case cartsWhole = "carts-whole"
    case claimsHeld = "claims-held"
    case completeHistory = "complete-history"
    case meaningful

    package static let kind = "check"

    /// Whether only sales of a certain build have it: the others' reports do not mention it.
    package var isOfSomeSalesOnly: Bool {
        [.storesAgree, .ordersKept, .acknowledgedSalesKept, .claimsHeld].contains(self) || isOfHolds
    }

    /// Whether only sales have it in which purchases take their time.
    package var isOfHolds: Bool { self == .heldThenSold || self == .givenBackOnce }
}

/// A check gave up because there was too much to look at.
package struct CheckFailure: Error, Equatable {
    /// For the user.
    package var reason: String

    package init(_ reason: String) { self.reason = reason }
}
