import FlashSale
import Testing

/// A limit in purchases, beside or in place of one in units.
@Suite struct LimitInPurchasesTests {
    private static let check = CheckName.purchaseLimit

    static let cases: [ServedCase] = [
        ServedCase("two purchases where one is allowed", check) { sale in
            sale.purchaseLimit = 1
            sale.call(1, .won, 100, 200)
            sale.call(2, .won, 150, 250)
        },
        ServedCase("two purchases of one unit each, where three units are allowed", check) { sale in
            sale.purchaseLimit = 1
            sale.limit = 3
            sale.call(1, .won, 100, 200)
            sale.call(2, .won, 150, 250)
        },
        ServedCase("one purchase of four units, where three units are allowed", check) { sale in
            sale.purchaseLimit = 1
            sale.limit = 3
            sale.call(1, .won, 100, 200, quantity: 4)
        },
        ServedCase("a purchase and a lost one that has its order", check) { sale in
            sale.purchaseLimit = 1
            sale.call(1, .won, 100, 200)
            sale.lose(2, takes: true)
        },
        ServedCase("a purchase and a lost one that a list of buyers proves", check) { sale in
            sale.purchaseLimit = 1
            sale.keeps = .buyers
            sale.merges = false
            sale.call(1, .won, 100, 200)
            sale.lose(2, takes: true)
        },
        ServedCase("a purchase and a lost one without a ledger", check, .inconclusive) { sale in
            sale.purchaseLimit = 1
            sale.keeps = nil
            sale.call(1, .won, 100, 200)
            sale.lose(2, takes: false)
        },
        ServedCase(
            "one of two lost calls took effect, and both may be of one purchase", check, .notApplicable,
            isOtherwiseWrong: true
        ) {
            sale in
            sale.purchaseLimit = 1
            sale.keeps = .buyers
            sale.merges = false
            sale.lose(1, takes: true)
            sale.lose(1, 300, number: 2, takes: false)
        },
        ServedCase(
            "both lost calls of one purchase took effect: it is one purchase", check, .notApplicable,
            isOtherwiseWrong: true
        ) {
            sale in
            sale.purchaseLimit = 1
            sale.keeps = .buyers
            sale.merges = false
            sale.lose(1, takes: true)
            sale.lose(1, 300, number: 2, takes: true)
        },
        ServedCase(
            "two of three lost calls took effect, two of them of one purchase", check, .inconclusive,
            isOtherwiseWrong: true
        ) {
            sale in
            sale.purchaseLimit = 1
            sale.keeps = .buyers
            sale.merges = false
            sale.lose(1, takes: true)
            sale.lose(1, 300, number: 2, takes: false)
            sale.lose(2, takes: true)
        },
        ServedCase("three of three lost calls took effect, of two purchases", check) { sale in
            sale.purchaseLimit = 1
            sale.keeps = .buyers
            sale.merges = false
            sale.lose(1, takes: true)
            sale.lose(1, 300, number: 2, takes: true)
            sale.lose(2, takes: true)
        },
        ServedCase("a purchase of any number of units, and a second that was refused", check, .upheld) { sale in
            sale.purchaseLimit = 1
            sale.call(1, .won, 100, 200, quantity: 5)
            sale.call(2, .duplicate, 300, 400)
        },
        ServedCase("a lost second purchase that took nothing, as the ledger shows", check, .upheld) { sale in
            sale.purchaseLimit = 1
            sale.call(1, .won, 100, 200)
            sale.lose(2, takes: false)
        },
        ServedCase("a repeated call that the file declares is no second purchase", check, .upheld) { sale in
            sale.purchaseLimit = 1
            sale.idempotency = .buyer
            sale.call(1, .won, 100, 200, left: 7)
            sale.call(2, .won, 150, 250, left: 7, takes: false)
        },
        // Refused.
        ServedCase("refused without any purchase", check) { sale in
            sale.purchaseLimit = 1
            sale.call(1, .duplicate, 100, 200)
        },
        ServedCase("refused after one of two purchases, however many units that took", check) { sale in
            sale.purchaseLimit = 2
            sale.call(1, .won, 100, 200, quantity: 5)
            sale.call(2, .duplicate, 300, 400)
        },
        ServedCase("refused before the purchase was called", check) { sale in
            sale.purchaseLimit = 1
            sale.call(1, .duplicate, 100, 200)
            sale.call(2, .won, 201, 300)
        },
        ServedCase("refused for the units, though another purchase is allowed", check, .upheld) { sale in
            sale.purchaseLimit = 2
            sale.limit = 3
            sale.call(1, .won, 100, 200, quantity: 2)
            sale.call(2, .duplicate, 300, 400, quantity: 2)
        },
        ServedCase("refused for the purchase, though there is room for units", check, .upheld) { sale in
            sale.purchaseLimit = 1
            sale.limit = 3
            sale.call(1, .won, 100, 200)
            sale.call(2, .duplicate, 300, 400)
        },
        ServedCase("refused while the purchase is in flight", check, .upheld) { sale in
            sale.purchaseLimit = 1
            sale.call(1, .won, 100, 500)
            sale.call(2, .duplicate, 50, 150)
        },
        ServedCase("refused after a lost purchase", check, .upheld, isOtherwiseWrong: true) { sale in
            sale.purchaseLimit = 1
            sale.keeps = nil
            sale.lose(1, takes: true)
            sale.call(2, .duplicate, 300, 400)
        },
        // A repeat may be told so, although the buyer may buy once more.
        ServedCase("a repeated purchase refused as such, with room for another", check, .upheld) { sale in
            sale.purchaseLimit = 2
            sale.idempotency = .purchase
            sale.call(1, .won, 100, 200)
            sale.scenario.repeatEvery = 1
            sale.call(1, .duplicate, 300, 400, number: 2)
        },
        ServedCase("another purchase refused, with room for it", check) { sale in
            sale.purchaseLimit = 2
            sale.idempotency = .purchase
            sale.call(1, .won, 100, 200)
            sale.call(2, .duplicate, 300, 400)
        },
    ]

    @Test("purchases are counted, whatever they took", arguments: cases)
    func counted(_ served: ServedCase) throws { try served.judge() }

    private static var only: [Check] { Checks.ofSale.filter { $0.name == check } }

    private static func result(_ sale: SimulatedSale) -> CheckResult? {
        Checks.judge(sale.served.facts, ofSale: only).checks.first { $0.name == check }
    }

    /// Whether the server counts purchases, or each call for want of better knowledge.
    @Test("a right server is not accused in 100,000 sales", arguments: [false, true])
    func noFalseAlarm(countsCalls: Bool) {
        var refused = 0
        for seed in UInt64(0)..<50_000 {
            let sale = SimulatedSale(seed: seed, purchaseLimit: 1 + Int(seed % 2), countsCalls: countsCalls)
            let result = Self.result(sale)
            #expect(result?.result != .violated, "seed \(seed): \(result?.detail ?? "")")
            refused += sale.history.count { $0.outcome == .duplicate }
        }
        #expect(refused > 50_000)
    }

    @Test("a server that forgets the limit is found each time that buyers were told of more")
    func noneMissed() {
        var found = 0
        for seed in UInt64(0)..<50_000 {
            let limit = 1 + Int(seed % 2)
            let sale = SimulatedSale(seed: seed, ignoresLimit: true, purchaseLimit: limit)
            guard sale.idempotency != .buyer else { continue }
            let won = sale.history.filter { $0.outcome == .won }
            let purchases = Dictionary(grouping: won, by: \.buyer).mapValues { Set($0.map(\.purchase)).count }
            guard purchases.values.contains(where: { $0 > limit }) else { continue }
            let result = Self.result(sale)
            #expect(result?.result == .violated, "seed \(seed): \(result?.detail ?? "")")
            found += 1
        }
        #expect(found > 5000)
    }
}
