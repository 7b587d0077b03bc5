import FlashSale
import Testing

/// A claim that no buyer of a run put to the test is not upheld; one that a buyer did is not shrugged off.
@Suite struct UntestedClaimTests {
    /// So many units at the start; the two wins that are there say what they left of these.
    private static func open(_ sale: inout ServedSale, with units: Int) {
        for index in sale.history.indices { sale.history[index].remaining? -= sale.scenario.units - units }
        sale.scenario.units = units
    }

    static let limits: [ServedCase] = [
        ServedCase("nobody asked twice", .purchaseLimit, .notApplicable) { sale in
            sale.limit = 1
            sale.call(1, .won, 100, 200)
            sale.call(3, .won, 150, 250)
        },
        ServedCase("the second was told that nothing is left", .purchaseLimit, .notApplicable) { sale in
            sale.limit = 1
            open(&sale, with: 3)
            sale.call(1, .won, 100, 200)
            sale.call(2, .soldOut, 300, 400)
        },
        ServedCase("the second never reached the server", .purchaseLimit, .notApplicable) { sale in
            sale.limit = 1
            sale.call(1, .won, 100, 200)
            sale.call(2, .failed, 150, 250)
        },
        ServedCase("as many as one may have, and no more", .purchaseLimit, .notApplicable) { sale in
            sale.limit = 3
            sale.call(1, .won, 100, 200, quantity: 2)
            sale.call(2, .won, 150, 250)
        },
        ServedCase("one purchase each, where purchases are limited", .purchaseLimit, .notApplicable) { sale in
            sale.purchaseLimit = 1
            sale.call(1, .won, 100, 200, quantity: 5)
        },
        ServedCase("the second was refused", .purchaseLimit, .upheld) { sale in
            sale.limit = 1
            sale.call(1, .won, 100, 200)
            sale.call(2, .duplicate, 300, 400)
        },
        ServedCase("the second lost a race", .purchaseLimit, .upheld) { sale in
            sale.limit = 1
            sale.call(1, .won, 100, 200)
            sale.call(2, .conflict, 150, 250)
        },
        ServedCase("a purchase beyond the limit by itself was refused", .purchaseLimit, .upheld) { sale in
            sale.limit = 1
            sale.call(1, .duplicate, 100, 200, quantity: 2)
        },
        ServedCase("the second purchase was refused, where purchases are limited", .purchaseLimit, .upheld) { sale in
            sale.purchaseLimit = 1
            sale.call(1, .won, 100, 200, quantity: 2)
            sale.call(2, .duplicate, 300, 400)
        },
        ServedCase("the second got it: that is no matter of testing", .purchaseLimit) { sale in
            sale.limit = 1
            sale.call(1, .won, 100, 200)
            sale.call(2, .won, 150, 250)
        },
    ]

    static let repeats: [ServedCase] = [
        ServedCase("nobody asked again", .oneUnitPerPurchase, .notApplicable) { sale in
            sale.idempotency = .purchase
            sale.call(1, .won, 100, 200)
        },
        ServedCase("who asked again met an error", .oneUnitPerPurchase, .notApplicable) { sale in
            sale.idempotency = .purchase
            sale.call(1, .won, 100, 200)
            sale.scenario.repeatEvery = 1
            sale.call(1, .failed, 300, 400, number: 2)
        },
        ServedCase("another purchase of the buyer is no repeat", .oneUnitPerPurchase, .notApplicable) { sale in
            sale.idempotency = .purchase
            sale.call(1, .won, 100, 200)
            sale.call(2, .won, 300, 400)
        },
        ServedCase("asked again and told the same", .oneUnitPerPurchase, .upheld) { sale in
            sale.idempotency = .purchase
            sale.call(1, .won, 100, 200, left: 7)
            sale.scenario.repeatEvery = 1
            sale.call(1, .won, 300, 400, number: 2, left: 7, takes: false)
        },
        ServedCase("asked again and told that they have it", .oneUnitPerPurchase, .upheld) { sale in
            sale.idempotency = .purchase
            sale.limit = 2
            sale.call(1, .won, 100, 200)
            sale.scenario.repeatEvery = 1
            sale.call(1, .duplicate, 300, 400, number: 2)
        },
        ServedCase("a buyer's second purchase, where a buyer is one call", .oneUnitPerPurchase, .upheld) { sale in
            sale.idempotency = .buyer
            sale.call(1, .won, 100, 200, left: 7)
            sale.call(2, .won, 300, 400, left: 7, takes: false)
        },
        ServedCase("asked again and told of another unit", .oneUnitPerPurchase) { sale in
            sale.idempotency = .purchase
            sale.call(1, .won, 100, 200)
            sale.call(1, .won, 300, 400, number: 2)
        },
        ServedCase("nothing is promised, and nobody asked again", .oneUnitPerPurchase, .upheld) { sale in
            sale.call(1, .won, 100, 200)
        },
    ]

    static let stocks: [ServedCase] = [
        ServedCase("fewer wishes than units", .noOversell, .notApplicable) { $0.call(1, .won, 100, 200) },
        ServedCase("as many wishes as units", .noOversell, .notApplicable) { sale in
            open(&sale, with: 3)
            sale.call(1, .won, 100, 200)
        },
        ServedCase("retries of one wish are one wish", .noOversell, .notApplicable) { sale in
            open(&sale, with: 3)
            sale.call(1, .conflict, 100, 200)
            sale.call(1, .won, 300, 400, number: 2)
        },
        ServedCase("one wish more than units", .noOversell, .upheld) { sale in
            open(&sale, with: 3)
            sale.call(1, .won, 100, 200)
            sale.call(3, .soldOut, 250, 300)
        },
        ServedCase("one unit more is wanted than there is", .noOversell, .upheld) { sale in
            open(&sale, with: 3)
            sale.call(1, .soldOut, 100, 200, quantity: 2)
        },
        ServedCase("a negative remainder, whatever was wanted", .noOversell) { sale in
            sale.call(1, .won, 100, 200, left: -1)
        },
    ]

    @Test("a limit that nobody came to is not upheld", arguments: limits)
    func limit(_ served: ServedCase) throws { try served.judge() }

    @Test("what is said of repeated calls is not upheld where there were none", arguments: repeats)
    func repeated(_ served: ServedCase) throws { try served.judge() }

    @Test("stock that was enough for everybody shows nothing", arguments: stocks)
    func stock(_ served: ServedCase) throws { try served.judge() }

    @Test("meaningful says what was left out, and stays what it is")
    func meaningful() throws {
        var sale = ServedSale()
        sale.limit = 1
        sale.idempotency = .purchase
        let verdict = Checks.judge(sale.facts)
        let check = try #require(verdict.checks.first { $0.name == .meaningful })
        #expect(check.result == .upheld)
        #expect(
            check.detail.hasSuffix(
                "; not put to the test: more wishes than stock (2 units wanted, of 10), the limit, a repeated purchase")
        )
        #expect(verdict.boundaries?.unitsWanted == 2 && verdict.boundaries?.lastUnitTaken == false)
        #expect(verdict.boundaries?.beyondLimit == 0 && verdict.boundaries?.askedAgain == 0)
    }

    @Test("nor does it say anything where everything was tried")
    func everything() throws {
        var sale = ServedSale()
        sale.limit = 1
        sale.idempotency = .purchase
        sale.scenario.units = 2
        sale.call(31, .won, 100, 200, number: 2, left: 1, takes: false)
        sale.call(32, .duplicate, 100, 200)
        sale.call(1, .soldOut, 100, 200)
        let verdict = Checks.judge(sale.facts)
        let check = try #require(verdict.checks.first { $0.name == .meaningful })
        #expect(check.result == .upheld && !check.detail.contains("not put"), "\(check.detail)")
        #expect(verdict.boundaries?.unitsWanted == 4 && verdict.boundaries?.lastUnitTaken == true)
        #expect(verdict.boundaries?.beyondLimit == 1 && verdict.boundaries?.askedAgain == 1)
        #expect(verdict.boundaries?.soldOut == 1)
    }

    @Test("a history of another system is judged by what happened, not by what was tried")
    func foreign() throws {
        var sale = ServedSale()
        sale.call(1, .won, 100, 200)
        var facts = RunFacts(
            RecordedAttempts(History(sale.history), tellsPurchases: true), rules: SaleRules(limit: 1),
            epoch: Epoch(units: 10, stock: .units(7)))
        facts.doubts.clientsWereGone = true
        let verdict = Checks.judge(facts)
        for name in [CheckName.noOversell, .purchaseLimit, .oneUnitPerPurchase] {
            #expect(verdict.checks.first { $0.name == name }?.result == .upheld, "\(name)")
        }
        #expect(verdict.boundaries == nil)
    }
}
