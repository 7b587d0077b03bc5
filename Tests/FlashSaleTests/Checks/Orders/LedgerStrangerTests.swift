import FlashSale
import Testing

/// Members of a ledger that are no orders: a placeholder accuses nobody, and where not one member fits, the file is wrong.
@Suite struct LedgerStrangerTests {
    static let cases: [ServedCase] = [
        ServedCase("a placeholder", .ledger, .upheld) { $0.forge = { $0.unreadable = ["init"] } },
        ServedCase("what was there when the doors opened", .ledger, .upheld) {
            $0.forge = { $0.placeholders = ["init", "a", "b", "c", "d"] }
        },
        ServedCase("three strangers", .ledger, .upheld) { $0.forge = { $0.unreadable = ["a", "b", "c"] } },
        ServedCase("four strangers may be anybody's orders", .ledger, .inconclusive) {
            $0.forge = { $0.unreadable = ["a", "b", "c", "d"] }
        },
        ServedCase("a stranger that may be the order that a win lacks", .ledger, .inconclusive) {
            $0.forge = {
                $0.orders.removeLast()
                $0.unreadable = ["u17"]
            }
        },
        ServedCase("what was there before is no order that a win lacks", .ledger) {
            $0.forge = {
                $0.orders.removeLast()
                $0.placeholders = ["init"]
            }
        },
        ServedCase("fewer strangers than wins without an order", .ledger) {
            $0.forge = {
                $0.orders.removeAll()
                $0.unreadable = ["init"]
            }
        },
        ServedCase("a stranger beside an order of nobody", .ledger) {
            $0.forge = {
                $0.orders.append(.init(attempt: 999))
                $0.unreadable = ["init"]
            }
        },
    ]

    @Test(arguments: cases) func strangers(_ served: ServedCase) throws { try served.judge() }

    @Test func theyAreNamedApart() {
        var sale = ServedSale()
        sale.forge = {
            $0.unreadable = ["x"]
            $0.placeholders = ["init"]
        }
        let finding = Checks.judge(sale.facts).findings.first { $0.name == .ledgerStrangers }
        #expect(
            finding?.detail
                == "2 members of the ledger are no order as the file describes them: init, x; 1 of them was there when the doors "
                + "opened. They accuse nobody.")
        #expect(!Checks.judge(ServedSale().facts).findings.contains { $0.name == .ledgerStrangers })
    }

    struct Fit: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What is said; nil where nothing is wrong with the file.
        var says: String?
        var forge: @Sendable (inout Ledger) -> Void
    }

    /// Two buyers have won.
    static let fits = [
        Fit(testDescription: "right orders") { _ in },
        Fit(testDescription: "a placeholder beside right orders") { $0.unreadable = ["init", "a", "b", "c", "d"] },
        Fit(testDescription: "one order among many strangers") {
            $0.orders.removeLast()
            $0.unreadable = ["a", "b", "c", "d"]
        },
        Fit(testDescription: "no orders at all") { $0.orders = [] },
        Fit(testDescription: "nothing but what was there before") {
            $0.orders = []
            $0.placeholders = ["init", "a"]
        },
        Fit(testDescription: "one stranger for two wins") {
            $0.orders = []
            $0.unreadable = ["init"]
        },
        Fit(testDescription: "a count") {
            $0.orders = []
            $0.countOnly = 5
        },
        Fit(testDescription: "one order of nobody for two wins") { $0.orders = [.init(attempt: 999)] },
        Fit(testDescription: "orders that name nothing") { $0.orders = [.init(quantity: 1), .init(quantity: 1)] },
        Fit(
            testDescription: "nothing that fits",
            says: "none of the 4 members of the ledger is what the file says ({buyer}); found user:1, user:2, user:3 …"
        ) {
            $0.orders = []
            $0.unreadable = ["user:1", "user:2", "user:3", "user:4"]
        },
        Fit(
            testDescription: "numbers of nobody",
            says:
                "none of the 2 orders of the ledger names anybody who tried to buy, read as the file says ({buyer}); found "
                + "buyer 100001, buyer 100002"
        ) { $0.orders = [.init(buyer: 100_001), .init(buyer: 100_002)] },
        Fit(
            testDescription: "keys of another name",
            says:
                "no key of the sale is what the file says of orders ({buyer}), although 2 attempts won; found bought:17"
        ) {
            $0.orders = []
            $0.otherKeys = ["bought:17"]
        },
    ]

    @Test(arguments: fits) func fit(_ fit: Fit) {
        var sale = ServedSale()
        sale.forge = fit.forge
        #expect(LedgerFit.mistake(sale.facts, wanted: "{buyer}") == fit.says)
    }

    /// Where nothing was sold, or the server was lost, nobody can tell what the file means.
    @Test func whatProvesNothing() {
        var sale = ServedSale()
        sale.forge = {
            $0.orders = []
            $0.unreadable = ["user:1", "user:2"]
        }
        #expect(LedgerFit.mistake(sale.facts, wanted: "x") != nil)
        var facts = sale.facts
        facts.doubts.serverLoss = .restarted
        #expect(LedgerFit.mistake(facts, wanted: "x") == nil)
        sale.history = []
        sale.call(1, .soldOut, 10, 50)
        #expect(LedgerFit.mistake(sale.facts, wanted: "x") == nil)
    }
}
