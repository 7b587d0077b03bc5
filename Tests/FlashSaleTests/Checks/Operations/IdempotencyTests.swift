import FlashSale
import Testing

/// What one operation is, and what repeated calls may and may not say.
@Suite struct IdempotencyTests {
    static let cases: [ServedCase] = [
        // The same purchase again.
        // Whether the first call took the unit is not known, so neither is whether anything was repeated.
        ServedCase("a lost answer, and the same unit at the second call", .oneUnitPerPurchase, .notApplicable) { sale in
            sale.idempotency = .purchase
            sale.keeps = nil
            sale.lose(1, takes: true)
            sale.call(1, .won, 300, 400, number: 2, left: 7, takes: false)
        },
        ServedCase("a lost answer, and a win at the second call, not declared", .oneUnitPerPurchase, .inconclusive) {
            sale in
            sale.keeps = nil
            sale.lose(1, takes: true)
            sale.call(1, .won, 300, 400, number: 2, left: 7, takes: false)
        },
        ServedCase("a lost answer and a win that took one unit each, declared", .exactAccounting) { sale in
            sale.idempotency = .purchase
            sale.keeps = nil
            sale.lose(1, takes: true)
            sale.call(1, .won, 300, 400, number: 2)
        },
        ServedCase("an order of the first call, whose answer was lost", .ledger, .upheld) { sale in
            sale.idempotency = .purchase
            sale.lose(1, takes: true)
            sale.call(1, .won, 300, 400, number: 2, left: 7, takes: false)
        },
        ServedCase("an order of the first call and one of the second", .ledger) { sale in
            sale.idempotency = .purchase
            sale.lose(1, takes: true)
            sale.call(1, .won, 300, 400, number: 2)
        },
        ServedCase("two orders of one idempotent purchase", .oneUnitPerPurchase) { sale in
            sale.idempotency = .purchase
            sale.lose(1, takes: true)
            sale.call(1, .won, 300, 400, number: 2)
        },
        ServedCase("an order of a call that was told conflict, beside the win", .ledger) { sale in
            sale.idempotency = .purchase
            sale.call(1, .conflict, 100, 200, takes: true)
            sale.call(1, .won, 300, 400, number: 2, left: 7, takes: false)
        },
        ServedCase("two different units for one purchase", .uniqueUnits) { sale in
            sale.idempotency = .purchase
            sale.keeps = nil
            sale.call(1, .won, 100, 200)
            sale.call(1, .won, 300, 400, number: 2)
        },
        ServedCase("lost answers that no order proves", .exactAccounting, .upheld) { sale in
            sale.idempotency = .purchase
            sale.lose(1, takes: false)
            sale.lose(1, 300, number: 2, takes: false)
        },
        ServedCase("lost answers that one order proves", .exactAccounting, .upheld) { sale in
            sale.idempotency = .purchase
            sale.lose(1, takes: false)
            sale.lose(1, 300, number: 2, takes: true)
        },
        ServedCase("lost answers that can explain one unit", .exactAccounting, .inconclusive) { sale in
            sale.idempotency = .purchase
            sale.keeps = nil
            sale.lose(1, takes: true)
            sale.lose(1, 300, number: 2, takes: false)
        },
        ServedCase("lost answers of one operation that cannot explain two", .exactAccounting) { sale in
            sale.idempotency = .purchase
            sale.keeps = nil
            sale.lose(1, takes: true)
            sale.lose(1, 300, number: 2, takes: true)
        },
        ServedCase(
            "two purchases of a buyer stay two where purchases are idempotent", .oneUnitPerPurchase, .notApplicable
        ) { sale in
            sale.idempotency = .purchase
            sale.call(1, .won, 100, 200)
            sale.call(2, .won, 150, 250)
        },
        // The same buyer again.
        ServedCase("two purchases of a buyer that got one unit", .uniqueUnits, .upheld) { sale in
            sale.idempotency = .buyer
            sale.call(1, .won, 100, 200)
            sale.call(2, .won, 150, 250, left: 7, takes: false)
        },
        ServedCase("two purchases that got one unit, not declared", .uniqueUnits) { sale in
            sale.call(1, .won, 100, 200)
            sale.call(2, .won, 150, 250, left: 7, takes: false)
        },
        ServedCase("two purchases of an idempotent buyer that got two units", .uniqueUnits) { sale in
            sale.idempotency = .buyer
            sale.call(1, .won, 100, 200)
            sale.call(2, .won, 150, 250)
        },
        ServedCase("an idempotent buyer who was told of two units", .oneUnitPerPurchase) { sale in
            sale.idempotency = .buyer
            sale.keeps = nil
            sale.call(1, .won, 100, 200)
            sale.call(2, .won, 150, 250)
        },
        ServedCase("an idempotent buyer who took two units in silence", .exactAccounting) { sale in
            sale.idempotency = .buyer
            sale.keeps = .buyers
            sale.call(1, .won, 100, 200, isSilent: true)
            sale.call(2, .won, 150, 250, isSilent: true)
        },
        ServedCase("an idempotent buyer on a list twice", .ledger) { sale in
            sale.idempotency = .buyer
            sale.keeps = .buyers
            sale.merges = false
            sale.call(1, .won, 100, 200, isSilent: true)
            sale.call(2, .won, 150, 250, isSilent: true)
        },
        ServedCase("an order of the first purchase, whose answer was lost", .ledger, .upheld) { sale in
            sale.idempotency = .buyer
            sale.keeps = .purchases
            sale.lose(1, takes: true)
            sale.call(2, .won, 300, 400, left: 7, takes: false)
        },
        // Different quantities as one operation.
        ServedCase("the lost call of two units came first", .exactAccounting, .upheld) { sale in
            sale.idempotency = .buyer
            sale.lose(1, quantity: 2, takes: true)
            sale.call(2, .won, 300, 400, left: 6, takes: false)
        },
        ServedCase("the lost call of two units took nothing", .exactAccounting, .upheld) { sale in
            sale.idempotency = .buyer
            sale.lose(1, quantity: 2, takes: false)
            sale.call(2, .won, 300, 400)
        },
        ServedCase("neither one nor three units left the stock", .exactAccounting) { sale in
            sale.idempotency = .buyer
            sale.keeps = nil
            sale.lose(1, quantity: 3, takes: false)
            sale.call(2, .won, 300, 400)
            sale.vanished = 1
        },
        ServedCase("a lost call after the win can only repeat it", .exactAccounting) { sale in
            sale.idempotency = .buyer
            sale.keeps = nil
            sale.call(1, .won, 100, 200)
            sale.lose(2, 300, quantity: 3, takes: true)
            sale.effects.remove(at: 2)
        },
    ]

    @Test("attempts that are one operation take effect once", arguments: cases)
    func operations(_ served: ServedCase) throws { try served.judge() }

    @Test("the evidence for two units of one purchase is its two wins")
    func evidence() throws {
        var sale = ServedSale()
        sale.idempotency = .buyer
        sale.call(1, .won, 100, 200)
        sale.call(2, .won, 150, 250)
        let check = try #require(Checks.judge(sale.facts).checks.first { $0.name == .uniqueUnits })
        #expect(check.evidence.map(\.detail) == ["the same buyer was given two different units"])
        #expect(check.evidence[0].attempts.map(\.purchase) == [1, 2])
    }

    @Test("an operation lasts from its first call to its last return, and a win ends it")
    func interval() throws {
        var sale = ServedSale()
        sale.idempotency = .purchase
        sale.keeps = nil
        sale.lose(1, 100, takes: true)
        let open = try #require(Resolution(sale.facts).openUnknowns.first)
        #expect(open.invokedNanoseconds == 100 && open.returnedNanoseconds == nil)
        sale.call(1, .won, 300, 400, number: 2, left: 7, takes: false)
        let won = try #require(Resolution(sale.facts).wins.first { $0.purchase == 1 })
        #expect(won.invokedNanoseconds == 100 && won.returnedNanoseconds == 400)
        #expect(won.remaining == 7 && won.quantities == [1])
        #expect(Resolution(sale.facts).openUnknowns.isEmpty)
    }
}
