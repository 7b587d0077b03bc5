/// The checks, by the names that reports and `run.json` give them. A name has no spaces.
package enum CheckName: String, RecordWord {
    case noOversell = "no-oversell"
    case exactAccounting = "exact-accounting"
    case uniqueUnits = "unique-units"
    case linearizable
    case ledger
    case oneUnitPerPurchase = "one-unit-per-purchase"
    case purchaseLimit = "purchase-limit"
    case completeHistory = "complete-history"
    case meaningful

    package static let kind = "check"
}
