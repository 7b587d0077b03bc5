import FlashSale

/// Lost answers, units that lapse, and units that come later.
extension ComingBackTests {
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
            sale.call(7, .soldOut, 90, 95)
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
}
