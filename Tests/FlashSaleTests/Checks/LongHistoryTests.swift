import FactsTestSupport
import FlashSale
import Testing

/// Histories of many attempts that somebody chose so that a check has as much to do as it can: each takes time in proportion
/// to its length, or says that there is too much to look at. With a comparison of all with all, one of these would take many
/// minutes.
@Suite struct LongHistoryTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var check: CheckName
        var result: CheckResult.Result
        var facts: @Sendable () -> RunFacts

        init(
            _ description: String, _ check: CheckName, _ result: CheckResult.Result,
            _ facts: @escaping @Sendable () -> RunFacts
        ) {
            testDescription = description
            self.check = check
            self.result = result
            self.facts = facts
        }
    }

    static let length = 100_000

    private static func attempt(
        _ id: Int, _ outcome: Outcome, _ call: Int, _ end: Int?, quantity: Int = 1, left: Int? = nil,
        purchase: Int? = nil, buyer: Int? = nil
    ) -> Attempt {
        Attempt(
            id: id, purchase: purchase ?? id, buyer: buyer ?? id, invokedNanoseconds: UInt64(call),
            returnedNanoseconds: end.map { UInt64($0) }, outcome: outcome, quantity: quantity, remaining: left)
    }

    private static func facts(
        units: Int, final: Int? = nil, ledger: Ledger? = nil, _ attempts: [Attempt]
    ) -> RunFacts {
        RunFacts(
            units: units, history: History(attempts), ledger: ledger, finalStock: final.map { .units($0) },
            tellsPurchases: true)
    }

    /// Wins and unknowns by turns, and a sold-out at each position.
    private static func holes() -> RunFacts {
        let pairs = length / 2
        var attempts: [Attempt] = []
        for pair in 1...pairs {
            attempts.append(attempt(pair, .unknown, 10 * pair - 5, 10 * pair + 30))
            attempts.append(attempt(length + pair, .won, 10 * pair, 10 * pair + 30, left: 2 * (pairs - pair)))
            attempts.append(
                attempt(2 * length + pair, .soldOut, 10 * pair, 10 * pair + 60, quantity: 2 * (pairs - pair) + 1))
        }
        return facts(units: 2 * pairs, final: 0, attempts)
    }

    /// No sum of even quantities fills the odd hole between two wins.
    private static func oddHole(takings: Int, told: Int) -> RunFacts {
        let units = 1_000_001
        var attempts = [attempt(1, .won, 0, 10, left: units - 1), attempt(2, .won, 0, 10, left: 0)]
        for index in 0..<takings {
            attempts.append(attempt(10 + index, .unknown, index % 7, nil, quantity: 2 * (1 + index % 100)))
        }
        for index in 0..<told {
            attempts.append(attempt(10_000 + index, .unknown, 0, nil, quantity: 2, left: 1000 + 10 * index))
        }
        return facts(units: units, attempts)
    }

    static let cases: [Case] = [
        Case("sold-outs of as many quantities, each stricter than the one before", .linearizable, .upheld) {
            facts(
                units: 10, (1...length).map { attempt($0, .soldOut, 10, 100 * length - $0, quantity: $0 + 10) })
        },
        Case("as many holes as sold-outs", .linearizable, .upheld) { holes() },
        Case("sums that a sold-out after the other rules out", .linearizable, .upheld) {
            let units = 1_900_000
            var attempts = [attempt(1, .unknown, 0, nil, quantity: 1_800_000)]
            for index in 1...length {
                attempts.append(
                    attempt(1 + index, .soldOut, index, index + length, quantity: units - index + 1))
            }
            return facts(units: units, attempts + (1...10).map { attempt(2 * length + $0, .won, 0, 10) })
        },
        Case("a search among many takings", .linearizable, .inconclusive) { oddHole(takings: 900, told: 0) },
        Case("a search for each way to settle what was told", .linearizable, .inconclusive) {
            oddHole(takings: 20, told: 12)
        },
        // Copies are quick, so that it takes more of them to notice.
        Case("one purchase that took everything", .oneUnitPerPurchase, .violated) {
            facts(
                units: 4 * length, final: 0,
                (1...4 * length).map {
                    attempt($0, .won, 10 * $0, 10 * $0 + 20, left: 4 * length - $0, purchase: 1, buyer: 1)
                })
        },
        Case("one buyer with as many duplicates as wins", .purchaseLimit, .notApplicable) {
            facts(
                units: length,
                (1...length).map {
                    attempt($0, $0.isMultiple(of: 2) ? .duplicate : .won, 10 * $0, 10 * $0 + 20, buyer: 1)
                })
        },
        Case("one buyer with as many wins after as many duplicates", .purchaseLimit, .violated) {
            facts(
                units: length,
                (1...length).map {
                    attempt($0, $0 > length / 2 ? .won : .duplicate, 10 * $0, 10 * $0 + 5, buyer: 1)
                })
        },
        Case("one idempotent buyer who was told as many units as there are", .uniqueUnits, .violated) {
            var idempotent = facts(
                units: length, final: 0,
                (1...length).map { attempt($0, .won, 10 * $0, 10 * $0 + 20, left: length - $0, buyer: 1) })
            idempotent.rules.idempotency = .buyer
            return idempotent
        },
        Case("orders of a quantity that no idempotent buyer wanted", .ledger, .violated) {
            let orders = (1...length).map { Ledger.Order(attempt: $0, buyer: $0, quantity: 3) }
            var idempotent = facts(
                units: 2 * length, ledger: Ledger(orders: orders, isAtomic: true),
                (1...length).map { attempt($0, .won, 10 * $0, 10 * $0 + 20, quantity: 2) })
            idempotent.rules.idempotency = .buyer
            return idempotent
        },
        Case("sums of what each of many buyers may have taken", .exactAccounting, .inconclusive) {
            let buyers = length / 10
            let quantities = [2, 200_000, 4, 160_000]
            let attempts = (0..<4 * buyers).map {
                attempt(1 + $0, .unknown, 0, nil, quantity: quantities[$0 / buyers], buyer: 1 + $0 % buyers)
            }
            let ledger = Ledger(orders: (1...buyers).map { .init(buyer: $0) }, isAtomic: false, mergesRepeats: false)
            return facts(units: 1_000_000_000, final: 500_000_000, ledger: ledger, attempts)
        },
    ]

    @Test("each is judged in time", .timeLimit(.minutes(2)), arguments: cases)
    func judged(_ long: Case) {
        let check = Checks.ofSale(long.facts()).first { $0.name == long.check }
        #expect(check?.result == long.result, "\(check?.detail ?? "")")
    }
}
