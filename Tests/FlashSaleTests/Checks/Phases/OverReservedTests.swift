import FlashSale
import Testing

/// Sales in which reserving itself is wrong, or something else that is neither a late payment nor a giving back that came twice: the checks of
/// these accuse nobody then. Each has a twin in which nothing shows that.
@Suite struct OverReservedTests {
    private typealias Case = PhasedSaleTests.Case

    private static let reserving: [Case] = [
        Case(
            "two hold one unit before the first can have lapsed, and one of them pays late", .heldThenSold,
            .inconclusive,
            says: "reserve had put 2 units on hold within 0.000 ms, and at most 1 can have been there by then"
        ) { sale in
            sale.hold(1, 0, 10)
            sale.hold(2, 20, 99)
            sale.pay(2, 105, 110)
            sale.pay(1, 170, 190)
        },
        Case("the second returns when the first may have lapsed", .heldThenSold, .violated) { sale in
            sale.hold(1, 0, 10)
            sale.hold(2, 20, 100)
            sale.pay(2, 105, 110)
            sale.pay(1, 170, 190)
        },
        Case("no-oversell keeps its verdict", .noOversell, .violated) { sale in
            sale.hold(1, 0, 10)
            sale.hold(2, 20, 99)
            sale.pay(2, 105, 110)
            sale.pay(1, 170, 190)
        },
        Case("an answer that was lost put nothing on hold for certain", .heldThenSold, .violated) { sale in
            sale.hold(1, 0, 10)
            sale.lost(3, 20, 40)
            sale.hold(2, 150, 160)
            sale.pay(2, 165, 168)
            sale.pay(1, 170, 190)
        },
        Case(
            "who was told that more is left than can be", .heldThenSold, .inconclusive,
            says:
                "reserve had put 3 units on hold within 0.000 ms and told that 1 was left, and at most 3 can have been there"
        ) { sale in Self.toldTooMuch(&sale, call: 20) },
        Case("who may have been told so before the second was put on hold", .heldThenSold, .violated) { sale in
            Self.toldTooMuch(&sale, call: 15)
        },
        Case("what was paid for does not lapse", .heldThenSold, .inconclusive, says: "reserve had put 4 units on hold")
        {
            sale in
            Self.fourOfTwo(&sale, paidAt: 20)
        },
        Case("unless it was paid for too late", .heldThenSold, .violated) { sale in Self.fourOfTwo(&sale, paidAt: 120)
        },
        Case("a payment that failed may have let go of its hold", .heldThenSold, .violated) { sale in
            sale.hold(1, 0, 10)
            sale.pay(1, 15, 18, .failed)
            sale.hold(2, 20, 99)
            sale.pay(2, 105, 110)
            sale.pay(1, 170, 190, number: 3)
        },
        Case("a payment that failed later cannot have", .heldThenSold, .inconclusive) { sale in
            sale.hold(1, 0, 10)
            sale.hold(2, 20, 30)
            sale.pay(1, 31, 35, .failed)
            sale.pay(2, 40, 50)
            sale.pay(1, 170, 190, number: 3)
        },
        Case("three hold one unit before it is given back a second time", .givenBackOnce, .inconclusive) { sale in
            Self.threeOfOne(&sale, second: 30)
        },
        Case("three hold one unit when it may have been given back twice", .givenBackOnce, .violated) { sale in
            Self.threeOfOne(&sale, second: 29)
        },
        Case("a giving back that was refused may have been made", .givenBackOnce, .violated) { sale in
            sale.units = 2
            sale.hold(1, 0, 10)
            sale.cancel(1, 11, 12)
            sale.cancel(1, 13, 14, number: 5)
            sale.hold(2, 0, 10)
            sale.cancel(2, 15, 16, .conflict)
            for purchase in 3...5 {
                sale.hold(purchase, 20, 30)
                sale.pay(purchase, 40, 50)
            }
        },
    ]

    /// The first is paid for, the second pays when it has lapsed, and two more get what lapsed.
    private static func fourOfTwo(_ sale: inout PhasedSaleTests.Sale, paidAt call: UInt64) {
        sale.units = 2
        sale.hold(1, 0, 10)
        sale.hold(2, 0, 10)
        sale.pay(1, call, call + 10)
        for purchase in 3...4 {
            sale.hold(purchase, 150, 160)
            sale.pay(purchase, 165, 168)
        }
        sale.pay(2, 170, 190)
    }

    /// Two of three units were put on hold by 15 at once, and one who comes afterwards is told that one is left.
    private static func toldTooMuch(_ sale: inout PhasedSaleTests.Sale, call: UInt64) {
        sale.units = 3
        sale.hold(1, 0, 15)
        sale.hold(2, 0, 15)
        sale.hold(3, call, 30, left: 1)
        for purchase in 4...6 {
            sale.hold(purchase, 150, 160)
            sale.pay(purchase, 165, 168)
        }
        sale.pay(1, 170, 190)
    }

    private static func threeOfOne(_ sale: inout PhasedSaleTests.Sale, second call: UInt64) {
        sale.hold(1, 0, 10)
        sale.cancel(1, 20, 25)
        sale.hold(2, 26, 27)
        sale.hold(3, 28, 29)
        sale.cancel(1, call, 35, number: 5)
        sale.pay(2, 40, 50)
        sale.pay(3, 40, 50)
    }

    private static let others: [Case] = [
        Case(
            "more units beyond than those who paid late can have brought", .heldThenSold, .inconclusive,
            says: "can have brought 1 of them at most"
        ) { sale in
            sale.hold(1, 0, 10)
            sale.pay(1, 170, 190)
            sale.left = 2
        },
        Case("more than what was given back twice, and lapsed as well, can be", .givenBackOnce, .inconclusive) { sale in
            sale.hold(1, 0, 10)
            sale.cancel(1, 20, 30)
            sale.cancel(1, 40, 50, number: 5)
            sale.left = 4
        },
        Case("as much as what was given back twice, and lapsed as well, can be", .givenBackOnce, .violated) { sale in
            sale.hold(1, 0, 10)
            sale.cancel(1, 20, 30)
            sale.cancel(1, 40, 50, number: 5)
            sale.left = 3
        },
        Case(
            "a unit too many, and nobody may have given back twice", .givenBackOnce, .inconclusive,
            says: "what brought one of them is not known"
        ) { sale in
            sale.hold(1, 0, 10)
            sale.cancel(1, 20, 30)
            sale.cancel(1, 40, 50, .conflict, number: 5)
            sale.left = 2
        },
        Case("no unit too many, and nobody may have given back twice", .givenBackOnce, .upheld) { sale in
            sale.hold(1, 0, 10)
            sale.cancel(1, 20, 30)
            sale.cancel(1, 40, 50, .conflict, number: 5)
            sale.left = 1
        },
        Case(
            "a late payment whose answer was lost has its order, and its unit was sold on", .heldThenSold,
            .inconclusive,
            says: "where their answer was lost"
        ) { sale in
            sale.hold(1, 0, 10)
            sale.hold(2, 150, 160)
            sale.pay(2, 170, 180)
            sale.pay(1, 170, nil, .unknown)
            sale.orders = [1, 2]
        },
        Case("the same without an order", .heldThenSold, .upheld, says: "of which 0 were accepted") { sale in
            sale.hold(1, 0, 10)
            sale.hold(2, 150, 160)
            sale.pay(2, 170, 180)
            sale.pay(1, 170, nil, .unknown)
            sale.orders = [2]
        },
        Case("a lost payment may have come too late as well as a unit back twice", .givenBackOnce, .inconclusive) {
            sale in
            Self.lostAndTwice(&sale, lost: nil)
        },
        Case("a lost payment that came in time brings nothing", .givenBackOnce, .violated) { sale in
            Self.lostAndTwice(&sale, lost: 30)
        },
    ]

    /// One hold is given back twice, and the answer to the payment of another one is lost, which was made.
    private static func lostAndTwice(_ sale: inout PhasedSaleTests.Sale, lost end: UInt64?) {
        sale.units = 2
        sale.hold(1, 0, 10)
        sale.hold(2, 0, 10)
        sale.pay(1, 20, end, .unknown)
        sale.cancel(2, 20, 30)
        sale.cancel(2, 40, 50, number: 5)
        sale.left = 2
        sale.orders = [1]
    }

    @Test(arguments: reserving + others) func judged(_ entry: PhasedSaleTests.Case) throws {
        var sale = PhasedSaleTests.Sale()
        entry.tell(&sale)
        try entry.expect(of: sale.facts)
    }

    @Test("what may have been restocked by then can have been put on hold", arguments: [30, 31])
    func restocked(call: UInt64) throws {
        var sale = PhasedSaleTests.Sale()
        sale.hold(1, 0, 10)
        sale.hold(2, 20, 30)
        sale.hold(3, 150, 160)
        sale.pay(2, 40, 50)
        sale.pay(3, 165, 168)
        sale.pay(1, 170, 190)
        var facts = sale.facts
        facts.epoch.restocks = [Restock(units: 1, invokedNs: call, returnedNs: 300)]
        let found = try #require(Checks.ofSale(facts).first { $0.name == .heldThenSold })
        #expect(found.result == (call == 30 ? .violated : .inconclusive), "\(found.detail)")
    }
}
