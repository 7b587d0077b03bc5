import FlashSale
import Testing

/// What the checks say where units come back: each case beside the nearest one that is right.
@Suite struct ComingBackTests {
    static let returned: [ComingBackCase] = [
        .init("the same unit, sold after it was given back", .linearizable, .upheld) { sale in
            sale.call(1, .returned, 0, 10)
            sale.call(3, .won, 20, 30, left: 0)
        },
        .init("which unit it was, positions do not say", .uniqueUnits, .notApplicable) { sale in
            sale.units = 2
            sale.call(1, .won, 0, 10, left: 1)
            sale.call(3, .returned, 5, 15)
            sale.call(5, .won, 20, 30, left: 0)
        },
        .init("sold-out while somebody else has it", .linearizable, .upheld) { sale in
            sale.left = 1
            sale.call(1, .returned, 0, 100)
            sale.call(3, .soldOut, 20, 30)
        },
        .init("sold-out after it was given back", .linearizable, .violated) { sale in
            sale.left = 1
            sale.call(1, .returned, 0, 10)
            sale.call(3, .soldOut, 11, 30)
        },
        .init("sold-out at the instant at which it was given back", .linearizable, .upheld) { sale in
            sale.left = 1
            sale.call(1, .returned, 0, 10)
            sale.call(3, .soldOut, 10, 30)
        },
        .init("sold-out before anybody had it", .linearizable, .violated) { sale in
            sale.left = 1
            sale.call(3, .soldOut, 0, 9)
            sale.call(1, .returned, 10, 20)
        },
        .init("sold-out for two while one is away", .linearizable, .upheld) { sale in
            sale.units = 2
            sale.left = 2
            sale.call(1, .returned, 0, 30)
            sale.call(3, .soldOut, 5, 9, quantity: 2)
        },
        .init("sold-out for one while one of two is away", .linearizable, .violated) { sale in
            sale.units = 2
            sale.left = 2
            sale.call(1, .returned, 0, 30)
            sale.call(3, .soldOut, 5, 9)
        },
        .init("less left than others have, for a while", .linearizable, .upheld) { sale in
            sale.units = 3
            sale.left = 2
            sale.call(1, .returned, 0, 30, quantity: 2)
            sale.call(3, .won, 5, 9, left: 0)
        },
        .init("less left than anybody has", .linearizable, .violated) { sale in
            sale.units = 3
            sale.left = 2
            sale.call(1, .returned, 0, 30)
            sale.call(3, .won, 5, 9, left: 0)
        },
        .init("more left than sales allow", .linearizable, .violated) { sale in
            sale.units = 3
            sale.left = 1
            sale.call(1, .won, 0, 10)
            sale.call(3, .won, 11, 20, left: 2)
        },
        .init("as much left as sales allow that overlap", .linearizable, .upheld) { sale in
            sale.units = 3
            sale.left = 1
            sale.call(1, .won, 0, 11)
            sale.call(3, .won, 11, 20, left: 2)
        },
        .init("one unit, sold twice", .linearizable, .violated) { sale in
            sale.call(1, .won, 0, 10)
            sale.call(3, .won, 20, 30)
        },
        .init("a unit that was given back and is not there", .exactAccounting, .violated) { sale in
            sale.units = 2
            sale.left = 0
            sale.call(1, .returned, 0, 10)
            sale.call(3, .won, 20, 30)
        },
        .init("a unit that was given back and is there", .exactAccounting, .upheld) { sale in
            sale.units = 2
            sale.left = 1
            sale.call(1, .returned, 0, 10)
            sale.call(3, .won, 20, 30)
        },
        .init("a unit that was given back twice", .exactAccounting, .violated) { sale in
            sale.units = 2
            sale.left = 2
            sale.call(1, .returned, 0, 10)
            sale.call(3, .won, 20, 30)
        },
        .init("an order of somebody who gave back", .ledger, .violated) { sale in
            sale.call(1, .returned, 0, 10)
            sale.call(3, .won, 20, 30)
            sale.order(1, 3)
        },
        .init("no order of somebody who gave back", .ledger, .upheld) { sale in
            sale.call(1, .returned, 0, 10)
            sale.call(3, .won, 20, 30)
            sale.order(3, atomic: true)
        },
    ]

    static let limits: [ComingBackCase] = [
        .init("what was given back counts for no limit", .purchaseLimit, .upheld) { sale in
            sale.limit = 1
            sale.call(1, .returned, 0, 10)
            sale.call(2, .won, 20, 30)
        },
        .init("what was bought does", .purchaseLimit, .violated) { sale in
            sale.units = 2
            sale.limit = 1
            sale.call(1, .won, 0, 10)
            sale.call(2, .won, 20, 30)
        },
        .init("refused while they had one", .purchaseLimit, .upheld) { sale in
            sale.limit = 1
            sale.left = 1
            sale.call(1, .returned, 0, 100)
            sale.call(2, .duplicate, 20, 30)
        },
        .init("refused after they had given it back", .purchaseLimit, .violated) { sale in
            sale.limit = 1
            sale.left = 1
            sale.call(1, .returned, 0, 10)
            sale.call(2, .duplicate, 20, 30)
        },
        .init("refused because of somebody else's", .purchaseLimit, .violated) { sale in
            sale.limit = 1
            sale.left = 1
            sale.call(1, .returned, 0, 100)
            sale.call(3, .duplicate, 20, 30)
        },
        .init("refused while one may be on hold", .purchaseLimit, .upheld) { sale in
            sale.limit = 1
            sale.left = 1
            sale.lapses = 1000
            sale.call(1, .failed, 0, 10)
            sale.call(2, .duplicate, 20, 30)
        },
    ]

    static let unknowns: [ComingBackCase] = [
        .init("an answer that is lost may have had it", .linearizable, .upheld) { sale in
            sale.left = 1
            sale.call(1, .unknown, 0, nil)
            sale.call(3, .soldOut, 20, 30)
        },
        .init("but not before its call", .linearizable, .violated) { sale in
            sale.left = 1
            sale.call(3, .soldOut, 0, 9)
            sale.call(1, .unknown, 10, nil)
        },
        .init("it may have had it for a while, though it bought nothing", .linearizable, .upheld) { sale in
            sale.call(1, .unknown, 0, nil)
            sale.call(3, .soldOut, 20, 30)
            sale.call(5, .won, 40, 50)
            sale.order(5, atomic: true)
        },
    ]

    static let lapses: [ComingBackCase] = [
        .init("sold-out while a unit may be on hold", .linearizable, .upheld) { sale in
            sale.left = 1
            sale.lapses = 5
            sale.call(1, .conflict, 0, 10)
            sale.call(3, .soldOut, 20, 30)
        },
        .init("sold-out where nothing lapses and a conflict takes nothing", .linearizable, .violated) { sale in
            sale.left = 1
            sale.call(1, .conflict, 0, 10)
            sale.call(3, .soldOut, 20, 30)
        },
        .init("sold again after it lapsed", .linearizable, .upheld) { sale in
            sale.lapses = 5
            sale.call(1, .failed, 0, 10)
            sale.call(3, .won, 20, 30, left: 0)
        },
        .init("what is sold does not lapse", .linearizable, .violated) { sale in
            sale.lapses = 5
            sale.call(1, .won, 0, 10, left: 0)
            sale.call(3, .won, 20, 30, left: 0)
        },
        .init("a unit that may be on hold at the end", .exactAccounting, .inconclusive) { sale in
            sale.units = 2
            sale.left = 0
            sale.lapses = 5
            sale.call(1, .failed, 0, 10)
            sale.call(3, .won, 20, 30)
        },
        .init("nothing is away that was not sold", .exactAccounting, .upheld) { sale in
            sale.units = 2
            sale.left = 1
            sale.lapses = 5
            sale.call(1, .failed, 0, 10)
            sale.call(3, .won, 20, 30)
        },
        .init("more is away than can be on hold", .exactAccounting, .violated) { sale in
            sale.units = 3
            sale.left = 0
            sale.lapses = 5
            sale.call(1, .failed, 0, 10)
            sale.call(3, .won, 20, 30)
        },
        .init("sold-outs and those who gave back hold nothing at the end", .exactAccounting, .violated) { sale in
            sale.units = 2
            sale.left = 0
            sale.lapses = 5
            sale.call(1, .returned, 0, 10)
            sale.call(3, .won, 5, 30)
            sale.call(5, .soldOut, 5, 10)
        },
        .init("a hold without an order, where orders are written with the sale", .exactAccounting, .inconclusive) {
            sale in
            sale.units = 2
            sale.left = 0
            sale.lapses = 5
            sale.call(1, .unknown, 0, nil)
            sale.call(3, .won, 20, 30)
            sale.order(3, atomic: true)
        },
    ]

    static let restocks: [ComingBackCase] = [
        .init("the account has what came", .exactAccounting, .upheld) { sale in
            sale.left = 1
            sale.restock(2, 50, 60)
            sale.call(1, .won, 0, 10, left: 0)
            sale.call(3, .won, 70, 80, left: 1)
        },
        .init("a unit of what came is missing", .exactAccounting, .violated) { sale in
            sale.left = 0
            sale.restock(2, 50, 60)
            sale.call(1, .won, 0, 10, left: 0)
            sale.call(3, .won, 70, 80, left: 1)
        },
        .init("more than came was sold", .noOversell, .violated) { sale in
            sale.restock(1, 50, 60)
            sale.call(1, .won, 0, 10)
            sale.call(3, .won, 70, 80)
            sale.call(5, .won, 70, 80)
        },
        .init("as much as came was sold", .noOversell, .upheld) { sale in
            sale.restock(2, 50, 60)
            sale.call(1, .won, 0, 10)
            sale.call(3, .won, 70, 80)
            sale.call(5, .won, 70, 80)
        },
        .init("sold before it came", .linearizable, .violated) { sale in
            sale.restock(1, 50, 60)
            sale.call(1, .won, 0, 10)
            sale.call(3, .won, 20, 49)
        },
        .init("sold at the instant at which it may have come", .linearizable, .upheld) { sale in
            sale.restock(1, 50, 60)
            sale.call(1, .won, 0, 10)
            sale.call(3, .won, 20, 50)
        },
        .init("sold-out after it came", .linearizable, .violated) { sale in
            sale.left = 1
            sale.restock(1, 50, 60)
            sale.call(1, .won, 0, 10)
            sale.call(3, .soldOut, 61, 70)
        },
        .init("sold-out when it may not have come yet", .linearizable, .upheld) { sale in
            sale.left = 1
            sale.restock(1, 50, 60)
            sale.call(1, .won, 0, 10)
            sale.call(3, .soldOut, 60, 70)
        },
        .init("the answer of the restock was lost", .exactAccounting, .inconclusive) { sale in
            sale.left = 1
            sale.restock(1, 50, nil)
            sale.call(1, .won, 0, 10)
        },
        .init("and more is sold than there was without it", .noOversell, .inconclusive) { sale in
            sale.restock(1, 50, nil)
            sale.call(1, .won, 0, 10)
            sale.call(3, .won, 60, 70)
        },
        .init("and more is sold than there was with it", .noOversell, .violated) { sale in
            sale.restock(1, 50, nil)
            sale.call(1, .won, 0, 10)
            sale.call(3, .won, 60, 70)
            sale.call(5, .won, 60, 70)
        },
        .init("and more is missing than there was without it", .exactAccounting, .violated) { sale in
            sale.units = 3
            sale.left = 0
            sale.restock(1, 50, nil)
            sale.call(1, .won, 0, 10)
        },
    ]

    @Test(arguments: returned + limits) func givenBack(_ entry: ComingBackCase) throws { try entry.judge() }
    @Test(arguments: unknowns + lapses) func lostOrLapsed(_ entry: ComingBackCase) throws { try entry.judge() }
    @Test(arguments: restocks) func restocked(_ entry: ComingBackCase) throws { try entry.judge() }

    @Test("what is judged by bounds says that it is")
    func saysSo() throws {
        var sale = ComingBackSale()
        sale.call(1, .returned, 0, 10)
        sale.call(3, .won, 20, 30, left: 0)
        let check = try #require(Checks.ofSale(sale.facts).first { $0.name == .linearizable })
        #expect(check.detail.contains("necessary conditions"))
    }

    @Test("each violation shows the attempt that cannot be")
    func evidence() throws {
        var sale = ComingBackSale()
        sale.left = 1
        sale.call(1, .returned, 0, 10)
        sale.call(3, .soldOut, 11, 30)
        let check = try #require(Checks.ofSale(sale.facts).first { $0.name == .linearizable })
        #expect(check.evidence.map { $0.attempts.map(\.purchase) } == [[3]])
        #expect(check.evidence[0].detail.contains("at least 1 unit must have been there"))
    }

    @Test("a scheme that may give back is no scheme of positions, although nobody gave back")
    func mayGiveBack() throws {
        var sale = ComingBackSale()
        sale.units = 2
        sale.call(1, .unknown, 0, nil)
        sale.call(3, .won, 10, 20, left: 0)
        sale.call(5, .won, 30, 40, left: 0)
        // The lost one had the first unit, and gave it back in between.
        #expect(!Checks.ofSale(sale.facts).contains { $0.result == .violated })
        sale.givesBack = false
        #expect(Checks.ofSale(sale.facts).contains { $0.name == .uniqueUnits && $0.result == .violated })
    }
}
