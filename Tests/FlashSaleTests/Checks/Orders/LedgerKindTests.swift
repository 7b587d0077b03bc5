import FlashSale
import Testing

/// Ledgers that name buyers, purchases or nobody, merge orders or keep all, are atomic or not.
@Suite struct LedgerKindTests {
    static let buyers: [ServedCase] = [
        ServedCase("a winner who is not in the set of buyers", .ledger) { sale in
            sale.keeps = .buyers
            sale.call(1, .won, 100, 200)
            sale.forge = { ledger in ledger.orders.removeAll { $0.buyer == 1 } }
        },
        ServedCase("a buyer in the set who never tried", .ledger) { sale in
            sale.keeps = .buyers
            sale.forge = { ledger in ledger.orders.append(.init(buyer: 9)) }
        },
        ServedCase("a buyer in the set who was told sold-out", .ledger) { sale in
            sale.keeps = .buyers
            sale.call(1, .soldOut, 100, 200, takes: true)
        },
        ServedCase("a buyer in the set who was told conflict and duplicate", .ledger) { sale in
            sale.keeps = .buyers
            sale.call(1, .conflict, 100, 200, takes: true)
            sale.call(1, .duplicate, 300, 400, number: 2)
        },
        ServedCase("a buyer in the set with a win beside a sold-out", .ledger, .upheld) { sale in
            sale.keeps = .buyers
            sale.call(1, .won, 100, 200)
            sale.call(2, .soldOut, 300, 400, quantity: 9)
        },
        ServedCase("one entry of a set for two wins", .ledger, .upheld) { sale in
            sale.keeps = .buyers
            sale.call(1, .won, 100, 200)
            sale.call(2, .won, 150, 250)
        },
        ServedCase("one entry of a list for two wins", .ledger) { sale in
            sale.keeps = .buyers
            sale.merges = false
            sale.call(1, .won, 100, 200)
            sale.call(2, .won, 150, 250)
            sale.forge = { ledger in ledger.orders.removeLast() }
        },
        ServedCase("two entries of a list for two wins", .ledger, .upheld) { sale in
            sale.keeps = .buyers
            sale.merges = false
            sale.call(1, .won, 100, 200)
            sale.call(2, .won, 150, 250)
        },
        ServedCase("two entries of a list for one win", .ledger) { sale in
            sale.keeps = .buyers
            sale.merges = false
            sale.call(1, .won, 100, 200)
            sale.forge = { ledger in ledger.orders.append(.init(buyer: 1)) }
        },
        ServedCase("two entries of a list for one win and one lost answer", .ledger, .upheld) { sale in
            sale.keeps = .buyers
            sale.merges = false
            sale.call(1, .won, 100, 200)
            sale.lose(2, takes: true)
        },
        ServedCase("three entries of a list for one win and one lost answer", .ledger) { sale in
            sale.keeps = .buyers
            sale.merges = false
            sale.call(1, .won, 100, 200)
            sale.lose(2, takes: true)
            sale.forge = { ledger in ledger.orders.append(.init(buyer: 1)) }
        },
        // What absence tells.
        ServedCase("a lost answer whose buyer is not in the atomic set took nothing", .exactAccounting, .upheld) {
            sale in
            sale.keeps = .buyers
            sale.lose(1, takes: false)
        },
        ServedCase("a unit gone that only a disproven attempt wanted", .exactAccounting) { sale in
            sale.keeps = .buyers
            sale.lose(1, takes: false)
            sale.vanished = 1
        },
        ServedCase("the same where the set is not atomic", .exactAccounting, .inconclusive) { sale in
            sale.keeps = .buyers
            sale.isAtomic = false
            sale.lose(1, takes: false)
            sale.vanished = 1
        },
        ServedCase("the same where an entry could not be read", .exactAccounting, .inconclusive) { sale in
            sale.keeps = .buyers
            sale.lose(1, takes: false)
            sale.vanished = 1
            sale.forge = { ledger in ledger.unreadable = ["?"] }
        },
        ServedCase("the same where it may come after the final read", .exactAccounting, .inconclusive) { sale in
            sale.keeps = .buyers
            sale.clientsWereGone = false
            sale.lose(1, takes: false)
            sale.vanished = 1
        },
        ServedCase("a list with as many entries as wins disproves the rest", .exactAccounting) { sale in
            sale.keeps = .buyers
            sale.merges = false
            sale.call(1, .won, 100, 200)
            sale.lose(2, takes: false)
            sale.vanished = 1
        },
        ServedCase("a set's entry may stand for the win and the lost answer", .exactAccounting, .inconclusive) { sale in
            sale.keeps = .buyers
            sale.call(1, .won, 100, 200)
            sale.lose(2, takes: true)
        },
        ServedCase("not where one is all that a buyer may have", .exactAccounting) { sale in
            sale.keeps = .buyers
            sale.limit = 1
            sale.call(1, .won, 100, 200)
            sale.lose(2, takes: true)
        },
        ServedCase("a set's entry for two lost answers proves one of them", .exactAccounting, .upheld) { sale in
            sale.keeps = .buyers
            sale.lose(1, takes: true)
            sale.lose(2, takes: false)
        },
        ServedCase("or both", .exactAccounting, .inconclusive) { sale in
            sale.keeps = .buyers
            sale.lose(1, takes: true)
            sale.lose(2, takes: true)
        },
        ServedCase("but not none", .exactAccounting) { sale in
            sale.keeps = .buyers
            sale.lose(1, takes: true)
            sale.lose(2, takes: false)
            sale.vanished = -1
        },
        ServedCase("a list's entry for two lost answers is not both", .exactAccounting) { sale in
            sale.keeps = .buyers
            sale.merges = false
            sale.lose(1, takes: true)
            sale.lose(2, takes: false)
            sale.vanished = 1
        },
    ]

    static let purchases: [ServedCase] = [
        ServedCase("an order of a purchase that was told sold-out", .ledger) { sale in
            sale.keeps = .purchases
            sale.call(1, .soldOut, 100, 200, takes: true)
        },
        ServedCase("an order of a purchase that nobody made", .ledger) { sale in
            sale.keeps = .purchases
            sale.forge = { ledger in ledger.orders.append(.init(purchase: 7)) }
        },
        ServedCase("an order of a purchase by another buyer", .ledger) { sale in
            sale.keeps = .purchases
            sale.forge = { ledger in ledger.orders[0].buyer = 3 }
        },
        ServedCase("a purchase that won without an order", .ledger) { sale in
            sale.keeps = .purchases
            sale.forge = { ledger in ledger.orders.removeLast() }
        },
        ServedCase("an order that an unrecorded purchase may have made", .ledger, .inconclusive) { sale in
            sale.keeps = .purchases
            sale.journalProblems = ["damaged"]
            sale.vanished = 1
            sale.forge = { ledger in ledger.orders.append(.init(purchase: 7)) }
        },
        ServedCase("a lost answer whose purchase has its order", .exactAccounting, .upheld) { sale in
            sale.keeps = .purchases
            sale.lose(1, takes: true)
            sale.lose(2, takes: false)
        },
        ServedCase("a list that shows a win and a lost answer of one purchase", .oneUnitPerPurchase) { sale in
            sale.keeps = .purchases
            sale.merges = false
            sale.lose(1, takes: true)
            sale.lose(1, 300, number: 2, takes: false)
            sale.call(1, .won, 500, 600, number: 3)
        },
        ServedCase("a list of buyers with more entries than they made purchases", .oneUnitPerPurchase) { sale in
            sale.keeps = .buyers
            sale.merges = false
            for number in 1...3 { sale.lose(1, UInt64(number) * 100, number: number, takes: number > 1) }
            sale.lose(2, takes: true)
        },
        ServedCase("a list of buyers that one purchase of two explains", .oneUnitPerPurchase, .upheld) { sale in
            sale.keeps = .buyers
            sale.merges = false
            sale.lose(1, takes: false)
            sale.lose(1, 300, number: 2, takes: true)
        },
        ServedCase("a set of purchases that may hide a second unit", .oneUnitPerPurchase, .inconclusive) { sale in
            sale.keeps = .purchases
            sale.lose(1, takes: false)
            sale.call(1, .won, 500, 600, number: 2)
        },
        ServedCase("a set of purchases that does hide one, as the stock shows", .exactAccounting) { sale in
            sale.keeps = .purchases
            sale.lose(1, takes: true)
            sale.call(1, .won, 500, 600, number: 2)
        },
    ]

    @Test("buyers: each win has an entry, and each entry a buyer who may have won", arguments: buyers)
    func buyer(_ served: ServedCase) throws { try served.judge() }

    @Test("purchases: the same", arguments: purchases)
    func purchase(_ served: ServedCase) throws { try served.judge() }
}
