import FactsTestSupport
import FlashSale
import Testing

/// A sale of units with names, as tests make it up: each attempt overlaps all others, and each is a purchase of its own.
struct NamedSale: CustomTestStringConvertible, Sendable {
    var what: String
    var testDescription: String { what }
    var units = 3
    var attempts: [Attempt] = []
    var orders: [Ledger.Order]?
    var unitsAreKeys = true
    var mergesRepeats = false
    var forSale: UnitsForSale? = .listed(["a", "b", "c"])
    var idempotency = Idempotency.none
    /// What the check of units should say.
    var expected: CheckResult.Result
    /// What its sentence or its evidence should say.
    var says: String

    /// - Parameter told: of each buyer from 1, what they won; an empty text is a win without a name.
    init(
        _ what: String, _ told: [String], _ expected: CheckResult.Result = .violated, says: String = "",
        _ change: (inout NamedSale) -> Void = { _ in }
    ) {
        self.what = what
        self.expected = expected
        self.says = says
        for unit in told { win(unit) }
        change(&self)
    }

    mutating func win(_ unit: String, buyer: Int? = nil, purchase: Int? = nil, quantity: Int? = nil) {
        add(.won, unit, buyer: buyer, purchase: purchase, quantity: quantity)
    }

    mutating func add(
        _ outcome: Outcome, _ unit: String, buyer: Int? = nil, purchase: Int? = nil, quantity: Int? = nil
    ) {
        let id = attempts.count + 1
        attempts.append(
            Attempt(
                id: id, purchase: purchase ?? id, buyer: buyer ?? id,
                number: attempts.count { $0.purchase == purchase ?? id } + 1, invokedNanoseconds: UInt64(id),
                returnedNanoseconds: UInt64(100 + id), outcome: outcome,
                quantity: quantity ?? max(1, UnitText.names(in: unit).count), unit: unit.isEmpty ? nil : unit))
    }

    /// - Parameter owners: units and the buyers whose they are.
    mutating func order(_ owners: KeyValuePairs<String, Int>) {
        orders = owners.map { Ledger.Order(buyer: $0.value, unit: $0.key) }
    }

    mutating func orderByAttempt(_ owners: KeyValuePairs<Int, String>) {
        orders = owners.map { Ledger.Order(attempt: $0.key, unit: $0.value) }
        unitsAreKeys = false
        mergesRepeats = true
    }

    var facts: RunFacts {
        let ledger = orders.map {
            var ledger = Ledger(orders: $0, isAtomic: false, mergesRepeats: mergesRepeats)
            ledger.unitsAreKeys = unitsAreKeys
            return ledger
        }
        var epoch = Epoch(units: units, stock: .unread, ledger: ledger)
        epoch.forSale = forSale
        return RunFacts(
            RecordedAttempts(History(attempts), tellsPurchases: true), rules: SaleRules(idempotency: idempotency),
            epoch: epoch)
    }

    var checks: [CheckResult] { Checks.ofSale(facts) }
}
