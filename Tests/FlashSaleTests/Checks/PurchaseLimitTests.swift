import FlashSale
import Testing

/// No buyer beyond the limit, and no `duplicate` without a reason.
@Suite struct PurchaseLimitTests {
    private static let check = CheckName.purchaseLimit

    static let limits: [ServedCase] = [
        ServedCase("two wins of a buyer who may have one", check) { sale in
            sale.limit = 1
            sale.call(1, .won, 100, 200)
            sale.call(2, .won, 150, 250)
        },
        ServedCase("a win of two units where one is allowed", check) { sale in
            sale.limit = 1
            sale.call(1, .won, 100, 200, quantity: 2)
        },
        ServedCase("wins of two and one where two are allowed", check) { sale in
            sale.limit = 2
            sale.call(1, .won, 100, 200, quantity: 2)
            sale.call(2, .won, 150, 250)
        },
        ServedCase("a win and an unknown that has its order", check) { sale in
            sale.limit = 1
            sale.call(1, .won, 100, 200)
            sale.lose(2, takes: true)
        },
        ServedCase("a win and a lost answer that a list of buyers proves", check) { sale in
            sale.limit = 1
            sale.keeps = .buyers
            sale.merges = false
            sale.call(1, .won, 100, 200)
            sale.lose(2, takes: true)
        },
        ServedCase("two of three lost answers took effect, whichever", check) { sale in
            sale.limit = 1
            sale.keeps = .buyers
            sale.merges = false
            sale.lose(1, takes: true)
            sale.lose(1, 300, number: 2, takes: false)
            sale.lose(2, takes: true)
        },
        ServedCase("a win and a lost answer without a ledger", check, .inconclusive) { sale in
            sale.limit = 1
            sale.keeps = nil
            sale.call(1, .won, 100, 200)
            sale.lose(2, takes: false)
        },
        ServedCase("two lost answers without a ledger", check, .inconclusive) { sale in
            sale.limit = 1
            sale.keeps = nil
            sale.lose(1, takes: true)
            sale.lose(2, takes: false)
        },
        ServedCase("a win and a lost answer that a set of buyers may have merged", check, .inconclusive) { sale in
            sale.limit = 1
            sale.keeps = .buyers
            sale.call(1, .won, 100, 200)
            sale.lose(2, takes: false)
        },
        ServedCase("a lost answer of two units where one is allowed", check, .inconclusive) { sale in
            sale.limit = 1
            sale.keeps = nil
            sale.lose(1, quantity: 2, takes: false)
        },
        ServedCase("two lost answers of a limited buyer who is counted at most once", check, .inconclusive) {
            sale in
            sale.keeps = .count
            sale.limit = 1
            sale.lose(1, takes: true)
            sale.lose(2, takes: false)
        },
        ServedCase("one of two lost answers, each counted, is no second unit of a buyer", check, .upheld) {
            sale in
            sale.keeps = .count
            sale.merges = false
            sale.limit = 1
            sale.lose(1, takes: true)
            sale.lose(2, takes: false)
        },
        ServedCase("a win and a lost answer that took nothing, as the ledger shows", check, .upheld) { sale in
            sale.limit = 1
            sale.call(1, .won, 100, 200)
            sale.lose(2, takes: false)
        },
        ServedCase("a win and a lost answer that a list of buyers disproves", check, .upheld) { sale in
            sale.limit = 1
            sale.keeps = .buyers
            sale.merges = false
            sale.call(1, .won, 100, 200)
            sale.lose(2, takes: false)
        },
        ServedCase("two wins where two are allowed, and nobody asked for more", check, .notApplicable) { sale in
            sale.limit = 2
            sale.call(1, .won, 100, 200)
            sale.call(2, .won, 150, 250)
        },
        ServedCase("two units where two are allowed, and a third that was refused", check, .upheld) { sale in
            sale.limit = 2
            sale.call(1, .won, 100, 200, quantity: 2)
            sale.call(2, .duplicate, 250, 300)
        },
        ServedCase("a repeated win of the same unit, which the file declares", check, .upheld) { sale in
            sale.limit = 1
            sale.idempotency = .buyer
            sale.call(1, .won, 100, 200, left: 7)
            sale.call(2, .won, 150, 250, left: 7, takes: false)
        },
        ServedCase("no limit and no duplicate", check, .notApplicable) { $0.call(1, .won, 100, 200) },
    ]

    static let duplicates: [ServedCase] = [
        ServedCase("a duplicate of a buyer who has nothing", check) { sale in
            sale.limit = 1
            sale.call(1, .duplicate, 100, 200)
            sale.call(2, .soldOut, 100, 200)
        },
        ServedCase("a duplicate that another buyer's win does not explain", check) { sale in
            sale.limit = 1
            sale.call(3, .won, 100, 200)
            sale.call(1, .duplicate, 300, 400)
        },
        ServedCase("a duplicate that returned before the win was called", check) { sale in
            sale.limit = 1
            sale.call(1, .duplicate, 100, 200)
            sale.call(2, .won, 201, 300)
        },
        ServedCase("a duplicate explained by nothing but an unknown that the ledger disproves", check) { sale in
            sale.limit = 1
            sale.lose(1, takes: false)
            sale.call(2, .duplicate, 300, 400)
        },
        ServedCase("a script that always says duplicate", check) { sale in
            for purchase in 1...12 { sale.call(purchase, .duplicate, 100, 200) }
        },
        ServedCase("a duplicate where the limit has room for what was wanted", check) { sale in
            sale.limit = 2
            sale.call(1, .won, 100, 200)
            sale.call(2, .duplicate, 300, 400)
        },
        ServedCase("a duplicate for two of three, after one", check) { sale in
            sale.limit = 3
            sale.call(1, .won, 100, 200)
            sale.call(2, .duplicate, 300, 400, quantity: 2)
        },
        ServedCase("a duplicate without a limit and without a win, for two units", check) { sale in
            sale.call(1, .duplicate, 100, 200, quantity: 2)
        },
        ServedCase("a duplicate before the only call of an idempotent buyer that can have taken", check) { sale in
            sale.limit = 1
            sale.idempotency = .buyer
            sale.call(1, .duplicate, 100, 200)
            sale.call(2, .won, 300, 400)
        },
        ServedCase("a duplicate where the orders leave one of two lost answers", check) { sale in
            sale.limit = 2
            sale.keeps = .buyers
            sale.merges = false
            sale.lose(1, takes: true)
            sale.lose(1, 200, number: 2, takes: false)
            sale.call(2, .duplicate, 300, 400)
        },
        ServedCase("a duplicate of a buyer whose wins may be missing", check, .inconclusive) { sale in
            sale.limit = 1
            sale.journalProblems = ["damaged"]
            sale.call(1, .duplicate, 100, 200)
        },
        ServedCase("a duplicate after a win", check, .upheld) { sale in
            sale.limit = 1
            sale.call(1, .won, 100, 200)
            sale.call(2, .duplicate, 300, 400)
        },
        ServedCase("a duplicate after a win, without a limit", check, .upheld) { sale in
            sale.call(1, .won, 100, 200)
            sale.call(2, .duplicate, 300, 400)
        },
        ServedCase("a duplicate while the win is in flight", check, .upheld) { sale in
            sale.limit = 1
            sale.call(1, .won, 100, 500)
            sale.call(2, .duplicate, 50, 150)
        },
        ServedCase("a duplicate that returned in the instant in which the win was called", check, .upheld) { sale in
            sale.limit = 1
            sale.call(1, .won, 200, 500)
            sale.call(2, .duplicate, 50, 200)
        },
        ServedCase("a duplicate after a lost answer", check, .upheld, isOtherwiseWrong: true) { sale in
            sale.limit = 1
            sale.keeps = nil
            sale.lose(1, takes: true)
            sale.call(2, .duplicate, 300, 400)
        },
        ServedCase("a duplicate after a lost answer of the same purchase", check, .upheld) { sale in
            sale.limit = 1
            sale.lose(1, takes: true)
            sale.call(1, .duplicate, 300, 400, number: 2)
        },
        ServedCase(
            "a duplicate after a lost answer whose order may still be missing", check, .upheld, isOtherwiseWrong: true
        ) { sale in
            sale.limit = 1
            sale.isAtomic = false
            sale.lose(1, takes: true)
            sale.forge = { ledger in ledger.orders.removeLast() }
            sale.call(2, .duplicate, 300, 400)
        },
        ServedCase("a duplicate for two of two, after one", check, .upheld) { sale in
            sale.limit = 2
            sale.call(1, .won, 100, 200)
            sale.call(2, .duplicate, 300, 400, quantity: 2)
        },
        ServedCase("a duplicate for more than the limit, of a buyer who has nothing", check, .upheld) { sale in
            sale.limit = 1
            sale.call(1, .duplicate, 100, 200, quantity: 2)
        },
        ServedCase("a duplicate of an idempotent buyer whose lost call took effect", check, .upheld) { sale in
            sale.limit = 1
            sale.idempotency = .buyer
            sale.keeps = .buyers
            sale.lose(1, takes: true)
            sale.call(2, .duplicate, 300, 400)
        },
        ServedCase("a duplicate without an end, which cannot be judged", check, .upheld, isOtherwiseWrong: true) {
            sale in
            sale.limit = 1
            sale.call(1, .duplicate, 100, nil)
        },
    ]

    @Test("the limit is proven, doubted or upheld, as the units of the buyer say", arguments: limits)
    func limit(_ served: ServedCase) throws { try served.judge() }

    @Test("a duplicate needs what the buyer had before it returned", arguments: duplicates)
    func duplicate(_ served: ServedCase) throws { try served.judge() }

    @Test("the evidence is the duplicate and what the buyer did get")
    func evidence() throws {
        var sale = ServedSale()
        sale.limit = 1
        sale.call(1, .duplicate, 100, 200)
        sale.call(2, .won, 201, 300)
        let verdict = Checks.judge(sale.facts)
        let check = try #require(verdict.checks.first { $0.name == Self.check })
        #expect(check.evidence.map { $0.attempts.map(\.purchase) } == [[1, 2]])
        #expect(
            check.evidence[0].detail.hasPrefix("buyer 1 was told that they already have it, but had nothing by then"))
        let names = verdict.checks.map(\.name)
        #expect(names.firstIndex(of: Self.check) == names.firstIndex(of: .oneUnitPerPurchase).map { $0 + 1 })
    }
}
