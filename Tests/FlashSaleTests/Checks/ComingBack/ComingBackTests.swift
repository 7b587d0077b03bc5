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
