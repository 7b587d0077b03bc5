import FlashSale
import Testing

/// Ledgers that hold nothing but how many orders there are, or orders that name nobody.
@Suite struct CountLedgerTests {
    static let counts: [ServedCase] = [
        ServedCase("fewer orders than wins", .ledger) { sale in
            sale.keeps = .count
            sale.forge = { ledger in ledger.countOnly = 1 }
        },
        ServedCase("fewer orders than wins, though not atomic", .ledger) { sale in
            sale.keeps = .count
            sale.isAtomic = false
            sale.forge = { ledger in ledger.countOnly = 1 }
        },
        ServedCase("more orders than wins", .ledger) { sale in
            sale.keeps = .count
            sale.isAtomic = false
            sale.forge = { ledger in ledger.countOnly = 3 }
        },
        ServedCase("more orders than wins and lost answers", .ledger) { sale in
            sale.keeps = .count
            sale.lose(1, takes: true)
            sale.forge = { ledger in ledger.countOnly = 4 }
        },
        ServedCase("a number that is no count", .ledger) { sale in
            sale.keeps = .count
            sale.forge = { ledger in ledger.countOnly = .min }
        },
        ServedCase("a number beyond all counts", .ledger) { sale in
            sale.keeps = .count
            sale.forge = { ledger in ledger.countOnly = .max }
        },
        ServedCase("an order more, which an unrecorded attempt may explain", .ledger, .inconclusive) { sale in
            sale.keeps = .count
            sale.journalProblems = ["damaged"]
            sale.vanished = 1
            sale.forge = { ledger in ledger.countOnly = 3 }
        },
        ServedCase("an order too many that names nobody", .ledger) { sale in
            sale.keeps = .nothing
            sale.merges = false
            sale.forge = { ledger in ledger.orders.append(.init()) }
        },
        ServedCase("orders that name nobody, as many as wins", .ledger, .upheld) { $0.keeps = .nothing },
        ServedCase("an order that a lost answer explains", .ledger, .upheld) { sale in
            sale.keeps = .count
            sale.lose(1, takes: true)
            sale.lose(3, takes: false)
        },
        ServedCase("two wins of a buyer whom the server counts once", .ledger, .upheld) { sale in
            sale.keeps = .count
            sale.call(1, .won, 100, 200)
            sale.call(2, .won, 150, 250)
        },
        ServedCase("two wins of a buyer where each is counted", .ledger) { sale in
            sale.keeps = .count
            sale.merges = false
            sale.call(1, .won, 100, 200)
            sale.call(2, .won, 150, 250)
            sale.forge = { ledger in ledger.countOnly = 3 }
        },
        // What the total tells of the stock.
        ServedCase("all lost answers took nothing", .exactAccounting, .upheld) { sale in
            sale.keeps = .count
            sale.lose(1, takes: false)
            sale.lose(3, takes: false)
        },
        ServedCase("a unit gone beyond the orders, though lost answers may have taken it", .exactAccounting) { sale in
            sale.keeps = .count
            sale.lose(1, takes: false)
            sale.vanished = 1
        },
        ServedCase("a unit left where an order of a lost answer counts", .exactAccounting) { sale in
            sale.keeps = .count
            sale.lose(1, takes: true)
            sale.lose(3, takes: false)
            sale.vanished = -1
        },
        ServedCase("the same where orders come later", .exactAccounting, .inconclusive) { sale in
            sale.keeps = .count
            sale.isAtomic = false
            sale.lose(1, takes: false)
            sale.vanished = 1
        },
        ServedCase("the same where the attempt may come after the final read", .exactAccounting, .inconclusive) {
            sale in
            sale.keeps = .count
            sale.clientsWereGone = false
            sale.lose(1, takes: false)
            sale.vanished = 1
        },
        ServedCase("orders of the buyers' quantity", .exactAccounting, .upheld) { sale in
            sale.keeps = .count
            sale.history.removeAll()
            sale.effects.removeAll()
            sale.call(1, .won, 100, 200, quantity: 2)
            sale.call(3, .won, 150, 250, quantity: 2)
        },
        ServedCase("one of two lost answers of different quantities", .exactAccounting, .inconclusive) { sale in
            sale.keeps = .count
            sale.lose(1, quantity: 2, takes: false)
            sale.lose(3, quantity: 4, takes: true)
        },
        ServedCase("units gone that are neither the one nor the other", .exactAccounting) { sale in
            sale.keeps = .count
            sale.lose(1, quantity: 2, takes: true)
            sale.lose(3, quantity: 4, takes: false)
            sale.vanished = 1
        },
        ServedCase("a lost answer and a win of one buyer may be one count", .exactAccounting, .inconclusive) { sale in
            sale.keeps = .count
            sale.call(1, .won, 100, 200)
            sale.lose(2, takes: true)
        },
    ]

    @Test("a count is compared with wins, lost answers and the stock", arguments: counts)
    func count(_ served: ServedCase) throws { try served.judge() }

    @Test("a sold-out is wrong only for those whose whole wish would fit")
    func soldOutWithStock() throws {
        var sale = ServedSale()
        sale.call(1, .soldOut, 100, 200, quantity: 9)
        #expect(!Checks.judge(sale.facts).findings.contains { $0.name == .soldOutWithStock })
        sale.call(3, .soldOut, 100, 200, quantity: 8)
        let finding = try #require(Checks.judge(sale.facts).findings.first { $0.name == .soldOutWithStock })
        #expect(
            finding.detail
                == "1 customer was told that too little is left, but 8 units are still there, which is no less than what they wanted."
        )
    }

    @Test("units without an order are counted in units, and not at all where an entry may stand for several")
    func unitsWithoutOrder() {
        var sale = ServedSale()
        sale.isAtomic = false
        sale.call(1, .won, 100, 200, quantity: 3)
        func finding() -> String? {
            Checks.judge(sale.facts).findings.first { $0.name == .unitsWithoutOrder }?.detail
        }
        #expect(finding() == nil)
        sale.vanished = 2
        #expect(finding()?.hasPrefix("2 units left") == true)
        sale.keeps = .buyers
        sale.call(2, .won, 300, 400)
        #expect(finding() == nil)
    }
}
