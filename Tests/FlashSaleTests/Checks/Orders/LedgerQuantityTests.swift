import FlashSale
import Testing

/// Ledgers that tell of how many units an order is.
@Suite struct LedgerQuantityTests {
    static let quantities: [ServedCase] = [
        ServedCase("an attempt's order of another quantity", .ledger) { sale in
            sale.tellsQuantities = true
            sale.call(1, .won, 100, 200, quantity: 2)
            sale.forge = { ledger in ledger.orders[2].quantity = 1 }
        },
        ServedCase("a purchase's order of another quantity", .ledger) { sale in
            sale.tellsQuantities = true
            sale.keeps = .purchases
            sale.call(1, .won, 100, 200, quantity: 2)
            sale.forge = { ledger in ledger.orders[2].quantity = 3 }
        },
        ServedCase("orders of a listed buyer of quantities that were not wanted together", .ledger) { sale in
            sale.tellsQuantities = true
            sale.keeps = .buyers
            sale.merges = false
            sale.call(1, .won, 100, 200, quantity: 2)
            sale.call(2, .won, 150, 250)
            sale.forge = { ledger in ledger.orders[2].quantity = 1 }
        },
        ServedCase("orders that say what was wanted", .ledger, .upheld) { sale in
            sale.tellsQuantities = true
            sale.keeps = .buyers
            sale.merges = false
            sale.call(1, .won, 100, 200, quantity: 2)
            sale.call(2, .won, 150, 250)
            sale.lose(3, quantity: 3, takes: true)
        },
        ServedCase("an order that adds up a buyer's wins", .ledger, .upheld) { sale in
            sale.tellsQuantities = true
            sale.keeps = .buyers
            sale.call(1, .won, 100, 200, quantity: 2)
            sale.call(2, .won, 150, 250)
            sale.forge = { ledger in ledger.orders[2].quantity = 3 }
        },
        ServedCase("an order of more than a buyer's wins", .ledger) { sale in
            sale.tellsQuantities = true
            sale.keeps = .buyers
            sale.call(1, .won, 100, 200, quantity: 2)
            sale.call(2, .won, 150, 250)
            sale.forge = { ledger in ledger.orders[2].quantity = 4 }
        },
        // A hash whose entry is set instead of counted up: the win before is lost.
        ServedCase("an entry of a buyer's last win only", .ledger) { sale in
            sale.tellsQuantities = true
            sale.keeps = .buyers
            sale.call(1, .won, 100, 200, quantity: 2)
            sale.call(2, .won, 150, 250)
            sale.forge = { ledger in ledger.orders[2].quantity = 1 }
        },
        ServedCase("entries that do not add up to what left the stock", .exactAccounting) { sale in
            sale.tellsQuantities = true
            sale.keeps = .buyers
            sale.call(1, .won, 100, 200, quantity: 2)
            sale.call(2, .won, 150, 250)
            sale.forge = { ledger in ledger.orders[2].quantity = 2 }
        },
        ServedCase("an entry that an unknown of the buyer may be in", .ledger, .upheld, isOtherwiseWrong: true) {
            sale in
            sale.tellsQuantities = true
            sale.keeps = .buyers
            sale.isAtomic = false
            sale.call(1, .won, 100, 200, quantity: 2)
            sale.lose(2, 300, quantity: 3, takes: true)
            sale.forge = { ledger in ledger.orders[2].quantity = 5 }
        },
        ServedCase("an order of a quantity that no sale has", .ledger) { sale in
            sale.tellsQuantities = true
            sale.keeps = .buyers
            sale.forge = { ledger in
                ledger.orders[0].quantity = .max
                ledger.orders[1].quantity = .max
            }
        },
        ServedCase("orders for more units than left the stock", .exactAccounting) { sale in
            sale.tellsQuantities = true
            sale.keeps = .buyers
            sale.merges = false
            sale.call(1, .won, 100, 200, quantity: 2)
            sale.forge = { ledger in ledger.orders[2].quantity = 3 }
        },
        ServedCase("a list with one of two lost answers of different quantities", .exactAccounting, .inconclusive) {
            sale in
            sale.keeps = .buyers
            sale.merges = false
            sale.lose(1, quantity: 1, takes: false)
            sale.lose(2, quantity: 4, takes: true)
        },
        ServedCase("neither of which makes up what is gone", .exactAccounting) { sale in
            sale.keeps = .buyers
            sale.merges = false
            sale.lose(1, quantity: 1, takes: true)
            sale.lose(2, quantity: 4, takes: false)
            sale.vanished = 1
        },
    ]

    @Test("an order's quantity is the attempt's", arguments: quantities)
    func quantity(_ served: ServedCase) throws { try served.judge() }
}
