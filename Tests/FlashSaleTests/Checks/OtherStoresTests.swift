import FlashSale
import Testing

/// Stores that keep the same thing, and orders that arrive later.
@Suite struct OtherStoresTests {
    private static func comparison(
        _ subject: StoreComparison.Subject, _ compare: (inout StoreComparison) -> Void
    ) -> StoreComparison {
        var comparison = StoreComparison(subject, first: "redis (line 3)", other: "sql (line 4)")
        compare(&comparison)
        return comparison
    }

    private static func judged(_ change: (inout RunFacts) -> Void) -> [CheckName: CheckResult] {
        var facts = ServedSale().facts
        change(&facts)
        return Dictionary(
            Checks.judge(facts).checks.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: stores-agree

    @Test func mostSalesHaveOneStore() {
        let checks = Self.judged { _ in }
        #expect(checks[.storesAgree] == nil && checks[.ordersKept] == nil && checks.count == 9)
    }

    @Test func agreesWhereBothSayTheSame() {
        let orders = Ledger(orders: [.init(buyer: 1), .init(buyer: 2), .init(buyer: 2)], isAtomic: false)
        var others = orders
        others.orders.reverse()
        let check = Self.judged { facts in
            facts.epoch.stores = [
                Self.comparison(.stock) { $0.compare(.units(3), with: .units(3)) },
                Self.comparison(.orders) { $0.compare(orders, with: others) },
            ]
        }[.storesAgree]
        #expect(check?.result == .upheld)
    }

    @Test func aUnitOfDriftIsFound() {
        let check = Self.judged { facts in
            facts.epoch.stores = [Self.comparison(.stock) { $0.compare(.units(3), with: .units(4)) }]
        }[.storesAgree]
        #expect(check?.result == .violated)
        #expect(check?.evidence.first?.detail.contains("has 3 units left, sql (line 4) has 4: 1 more") == true)
    }

    @Test(arguments: [
        ([1, 2, 2], [1, 2], "1 order only in redis (line 3), 0 only in sql"),
        ([1, 2], [1, 3], "1 order only in redis (line 3), 1 only in sql"),
        ([1], [1, 1, 1], "0 orders only in redis (line 3), 2 only in sql"),
    ]) func anOrderThatOneStoreHasIsNamed(_ first: [Int], _ other: [Int], _ says: String) {
        func ledger(_ buyers: [Int]) -> Ledger {
            var ledger = Ledger(orders: buyers.map { .init(buyer: $0) }, isAtomic: false)
            ledger.mergesRepeats = false
            return ledger
        }
        let check = Self.judged { facts in
            facts.epoch.stores = [Self.comparison(.orders) { $0.compare(ledger(first), with: ledger(other)) }]
        }[.storesAgree]
        #expect(check?.result == .violated)
        #expect(check?.evidence.first?.detail.hasPrefix(says) == true, "\(String(describing: check))")
        #expect(check?.evidence.count ?? 0 > 1)
    }

    /// One store may know less of its orders than another, or keep each of them once.
    @Test(arguments: [
        ([Ledger.Order(attempt: 1), .init(attempt: 2)], false, CheckResult.Result.upheld),
        ([.init(attempt: 1), .init(attempt: 3)], false, .violated),
        ([.init(buyer: 7)], true, .upheld), ([.init(buyer: 8)], true, .violated),
        ([.init(buyer: 7), .init(buyer: 7)], false, .upheld),
        ([.init(quantity: 3)], false, .inconclusive),
        ([], false, .violated),
    ]) func onlyWhatBothTellIsCompared(_ orders: [Ledger.Order], _ merges: Bool, _ result: CheckResult.Result) {
        var other = Ledger(orders: orders, isAtomic: false)
        other.mergesRepeats = merges
        let full = Ledger(
            orders: [.init(attempt: 1, buyer: 7, quantity: 2), .init(attempt: 2, buyer: 7, quantity: 1)],
            isAtomic: false)
        let check = Self.judged { facts in
            facts.epoch.stores = [Self.comparison(.orders) { $0.compare(full, with: other) }]
        }[.storesAgree]
        #expect(check?.result == result, "\(String(describing: check))")
    }

    /// A counter counts orders or units; what is no order may be the one that is missing.
    @Test(arguments: [(2, CheckResult.Result.upheld), (3, .upheld), (4, .violated)]) func countersCount(
        _ count: Int, _ result: CheckResult.Result
    ) {
        let full = Ledger(orders: [.init(buyer: 7, quantity: 2), .init(buyer: 8, quantity: 1)], isAtomic: false)
        var counter = Ledger(orders: [], isAtomic: false)
        counter.countOnly = count
        let check = Self.judged { facts in
            facts.epoch.stores = [Self.comparison(.orders) { $0.compare(full, with: counter) }]
        }[.storesAgree]
        #expect(check?.result == result)
    }

    @Test func strangersAccuseNobody() {
        var other = Ledger(orders: [.init(buyer: 1)], isAtomic: false)
        other.unreadable = ["user-2"]
        let check = Self.judged { facts in
            facts.epoch.stores = [
                Self.comparison(.orders) {
                    $0.compare(Ledger(orders: [.init(buyer: 1), .init(buyer: 2)], isAtomic: false), with: other)
                }
            ]
        }[.storesAgree]
        #expect(check?.result == .inconclusive)
    }

    @Test func whatCannotBeReadProvesNothing() {
        let check = Self.judged { facts in
            facts.epoch.stores = [Self.comparison(.stock) { $0.compare(.units(3), with: .absent) }]
        }[.storesAgree]
        #expect(check?.result == .inconclusive)
    }

    /// An attempt whose end nobody knows may be between the two stores.
    @Test func whoeverIsStillAtWorkIsNotAccused() {
        var sale = ServedSale()
        sale.lose(1, takes: true)
        var facts = sale.facts
        facts.doubts.clientsWereGone = false
        facts.epoch.stores = [Self.comparison(.stock) { $0.compare(.units(3), with: .units(4)) }]
        let check = Checks.judge(facts).checks.first { $0.name == .storesAgree }
        #expect(check?.result == .inconclusive)
    }

    // MARK: orders-kept

    @Test func ordersThatArriveAreKept() {
        let checks = Self.judged { $0.epoch.drain = DrainRecord(seconds: 1.5, left: []) }
        #expect(checks[.ordersKept]?.result == .upheld)
        #expect(checks[.ordersKept]?.detail.contains("1.5 s after the doors closed") == true)
    }

    @Test func anOrderThatNeverArrivesIsLost() {
        let checks = Self.judged { facts in
            facts.epoch.drain = DrainRecord(seconds: 1.5, left: [])
            facts.epoch.ledger?.orders.removeLast()
        }
        #expect(checks[.ordersKept]?.result == .violated)
    }

    @Test func anOrderThatIsThereTwiceIsNotKept() {
        let checks = Self.judged { facts in
            facts.epoch.drain = DrainRecord(seconds: 1.5, left: [])
            if let last = facts.epoch.ledger?.orders.last { facts.epoch.ledger?.orders.append(last) }
            facts.epoch.ledger?.mergesRepeats = false
        }
        #expect(checks[.ordersKept]?.result == .violated)
    }

    /// What the consumers have not written yet may still come.
    @Test(arguments: [true, false]) func nothingIsProvenBeforeTheyAreThrough(_ hasAll: Bool) {
        let checks = Self.judged { facts in
            facts.epoch.drain = DrainRecord(seconds: 30, left: ["XLEN {orders} == 0, and it is 3"])
            if !hasAll { facts.epoch.ledger?.orders.removeLast() }
        }
        #expect(checks[.ordersKept]?.result == .inconclusive)
        #expect(checks[.ordersKept]?.detail.contains("it is 3") == true)
        #expect(checks[.ledger]?.result == (hasAll ? .upheld : .inconclusive))
    }
}
