import FlashSale
import Testing

/// Forged sales in which purchases take their time: each check with what is wrong, and with its right twin.
@Suite struct PhasedSaleTests {
    static let late: [Case] = [
        Case(
            "a hold that lapsed is sold on and paid for by both", .heldThenSold, .violated,
            says: "1 payment came when the hold may have ended"
        ) { sale in
            sale.hold(1, 0, 10)
            sale.hold(2, 150, 160)
            sale.pay(2, 170, 180)
            sale.pay(1, 170, 190)
        },
        Case(
            "a hold that lapsed is sold on, and the late payment is refused", .heldThenSold, .upheld,
            says: "of which 0 were accepted"
        ) { sale in
            sale.hold(1, 0, 10)
            sale.hold(2, 150, 160)
            sale.pay(2, 170, 180)
            sale.pay(1, 170, 190, .conflict)
        },
        Case(
            "a late payment takes the unit that has come back", .heldThenSold, .upheld, says: "of which 1 was accepted"
        ) { sale in
            sale.hold(1, 0, 10)
            sale.pay(1, 170, 190)
        },
        Case("a late payment leaves the unit where it is", .heldThenSold, .violated) { sale in
            sale.hold(1, 0, 10)
            sale.pay(1, 170, 190)
            sale.left = 1
        },
        Case("a payment in time beside a unit too many accuses no payment", .heldThenSold, .notApplicable) { sale in
            sale.hold(1, 0, 10)
            sale.pay(1, 20, 30)
            sale.left = 1
        },
        Case("a payment that was told has no order", .heldThenSold, .violated, says: "1 payment is lost") { sale in
            sale.hold(1, 0, 10)
            sale.pay(1, 20, 30)
            sale.orders = []
        },
        Case("the order of a payment whose answer was lost", .ledger, .upheld) { sale in
            sale.hold(1, 0, 10)
            sale.pay(1, 20, nil, .unknown)
            sale.orders = [1]
        },
        Case("an order of a hold that nobody paid for", .ledger, .violated) { sale in
            sale.hold(1, 0, 10)
            sale.orders = [1]
            sale.held = 1
        },
        Case("nobody paid", .heldThenSold, .notApplicable, says: "nobody paid") { sale in
            sale.hold(1, 0, 10)
            sale.held = 1
        },
        Case("nobody paid late", .heldThenSold, .notApplicable, says: "none of them for a hold that may have lapsed") {
            sale in
            sale.hold(1, 0, 10)
            sale.pay(1, 20, 30)
        },
        Case("a late payment, and the stock is not known", .heldThenSold, .inconclusive) { sale in
            sale.hold(1, 0, 10)
            sale.pay(1, 170, 190)
            sale.left = nil
        },
    ]

    static let back: [Case] = [
        Case("a hold comes back twice", .givenBackOnce, .violated, says: "1 unit more is sold or left") { sale in
            sale.hold(1, 0, 10)
            sale.cancel(1, 20, 30)
            sale.cancel(1, 40, 50, number: 5)
            sale.left = 2
        },
        Case("a hold that is given back twice comes back once", .givenBackOnce, .upheld, says: "1 asked for twice") {
            sale in
            sale.hold(1, 0, 10)
            sale.cancel(1, 20, 30)
            sale.cancel(1, 40, 50, number: 5)
            sale.left = 1
        },
        Case("a payment is declined, and lets the hold go", .givenBackOnce, .upheld, says: "1 asked for twice") {
            sale in
            sale.hold(1, 0, 10)
            sale.pay(1, 20, 30, .returned)
            sale.pay(1, 40, 50, .conflict, number: 3)
            sale.cancel(1, 40, 50)
            sale.left = 1
        },
        Case("a payment is declined twice, and the hold let go twice", .givenBackOnce, .violated) { sale in
            sale.hold(1, 0, 10)
            sale.pay(1, 20, 30, .returned)
            sale.pay(1, 40, 50, .returned, number: 3)
            sale.left = 2
        },
        Case("somebody else takes what a declined payment let go", .heldThenSold, .upheld) { sale in
            sale.hold(1, 0, 10)
            sale.pay(1, 20, 30, .returned)
            sale.hold(2, 40, 50)
            sale.pay(2, 60, 70)
            sale.pay(1, 80, 90, .conflict, number: 3)
        },
        Case("a hold lapses and is given back as well", .givenBackOnce, .violated) { sale in
            sale.hold(1, 0, 10)
            sale.cancel(1, 150, 160)
            sale.left = 2
        },
        Case("a giving back that comes too late is refused", .givenBackOnce, .notApplicable, says: "nobody was told") {
            sale in
            sale.hold(1, 0, 10)
            sale.cancel(1, 150, 160, .conflict)
            sale.left = 1
        },
        Case(
            "a payment that crosses a giving back: one of them counts", .givenBackOnce, .upheld,
            says: "1 beside a payment"
        ) { sale in
            sale.hold(1, 0, 10)
            sale.pay(1, 20, 40)
            sale.cancel(1, 30, 50)
            sale.left = 1
        },
        Case(
            "what was paid for is taken back, and is there again", .exactAccounting, .upheld,
            says: "1 left, 0 held and 0 sold, of 1"
        ) { sale in
            sale.hold(1, 0, 10)
            sale.pay(1, 20, 30)
            sale.cancel(1, 40, 50)
            sale.left = 1
            sale.orders = []
        },
        Case("given back twice or paid late: not known which", .givenBackOnce, .inconclusive, says: "cannot be told") {
            sale in
            sale.units = 2
            sale.hold(1, 0, 10)
            sale.hold(2, 0, 10)
            sale.pay(1, 170, 190)
            sale.cancel(2, 20, 30)
            sale.cancel(2, 40, 50, number: 5)
            sale.left = 2
        },
        Case("more than late payments can have brought", .givenBackOnce, .violated) { sale in
            sale.units = 2
            sale.hold(1, 0, 10)
            sale.hold(2, 0, 10)
            sale.pay(1, 170, 190)
            sale.cancel(2, 20, 30)
            sale.cancel(2, 40, 50, number: 5)
            sale.left = 3
        },
        Case("nobody gave back", .givenBackOnce, .notApplicable, says: "nobody was told that something was given back")
        { sale in
            sale.hold(1, 0, 10)
            sale.pay(1, 20, 30)
        },
        Case("nobody gave back twice", .givenBackOnce, .notApplicable, says: "none of them asked for twice") { sale in
            sale.hold(1, 0, 10)
            sale.cancel(1, 20, 30)
            sale.left = 1
        },
    ]

    static let others: [Case] = [
        Case(
            "a unit is neither left, held nor sold", .exactAccounting, .violated,
            says: "0 left, 0 held and 0 sold, of 1"
        ) { sale in
            sale.hold(1, 0, 10)
        },
        Case("a unit is still on hold", .exactAccounting, .upheld, says: "0 left, 1 held and 0 sold, of 1") { sale in
            sale.hold(1, 0, 10)
            sale.held = 1
        },
        Case("where nobody counts holds, it stays open who has the unit", .exactAccounting, .inconclusive) { sale in
            sale.hold(1, 0, 10)
            sale.held = nil
        },
        Case("two hold one unit at once, and neither pays", .linearizable, .violated) { sale in
            sale.hold(1, 0, 10)
            sale.hold(2, 20, 30)
            sale.left = 1
        },
        Case("one holds it after the other", .linearizable, .upheld) { sale in
            sale.hold(1, 0, 10)
            sale.hold(2, 100, 130)
            sale.left = 1
        },
        Case("sold-out while the unit was given back and not taken again", .linearizable, .violated) { sale in
            sale.hold(1, 0, 10)
            sale.cancel(1, 20, 30)
            sale.soldOut(2, 40, 50)
            sale.left = 1
        },
        Case("sold-out while the unit was on hold", .linearizable, .upheld) { sale in
            sale.hold(1, 0, 10)
            sale.soldOut(2, 12, 15)
            sale.cancel(1, 20, 30)
            sale.left = 1
        },
        Case("a repeated payment is one sale", .exactAccounting, .upheld, says: "0 left, 0 held and 1 sold, of 1") {
            sale in
            sale.hold(1, 0, 10)
            sale.pay(1, 20, 30)
            sale.pay(1, 40, 50, number: 3)
            sale.orders = [1]
        },
    ]

    @Test(arguments: late + back + others) func judged(_ entry: Case) throws {
        var sale = Sale()
        entry.tell(&sale)
        try entry.expect(of: sale.facts)
    }

    @Test("a sale in which no purchase takes its time has neither check")
    func absent() {
        var facts = Sale().facts
        facts.recorded = RecordedAttempts(
            History([
                Attempt(id: 1, purchase: 1, buyer: 1, invokedNanoseconds: 0, returnedNanoseconds: 1, outcome: .won)
            ]),
            tellsPurchases: true)
        #expect(!Checks.ofSale(facts).contains { $0.name.isOfHolds })
    }

    @Test("a record keeps its phase, also before its end")
    func journal() {
        var sale = Sale()
        sale.hold(1, 0, 10)
        sale.pay(1, 20, 30)
        sale.cancel(1, 40, nil, .unknown)
        let history = History(sale.attempts)
        #expect(history.map(\.phase) == [.reserve, .pay, .cancel])
        #expect(history.map(\.outcome) == [.held, .won, .unknown])
    }

    @Test("a hold that is one too many is shown as evidence, whatever became of it", arguments: [false, true])
    func evidenceOfAHold(_ isPaid: Bool) throws {
        var sale = Sale()
        sale.hold(1, 0, 10)
        sale.hold(2, 20, 30)
        if isPaid { sale.pay(1, 40, 50) }
        let found = try #require(Checks.ofSale(sale.facts).first { $0.name == .linearizable })
        let evidence = try #require(found.evidence.first)
        #expect(evidence.detail == "with this hold at least 2 units are away, of 1", "\(evidence.detail)")
        #expect(evidence.attempts.map(\.purchase) == [2])
    }

    @Test(
        "customers who were told sold-out missed what was for sale, and not what was on hold",
        arguments: [
            (3, 3, nil), (3, 2, "1 unit is there"), (3, 0, "3 units are there"), (2, -5, "2 units are there"),
        ])
    func soldOutBesideHolds(_ left: Int, _ held: Int, _ says: String?) {
        var sale = Sale()
        sale.units = 3
        for purchase in 1...3 { sale.hold(purchase, 0, 10) }
        sale.soldOut(4, 20, 30)
        var facts = sale.facts
        facts.epoch.stock = .units(left)
        facts.epoch.held = held
        let finding = Checks.judge(facts).findings.first { $0.name == .soldOutWithStock }
        #expect(says.map { finding?.detail.contains($0) == true } ?? (finding == nil), "\(String(describing: finding))")
    }
}
