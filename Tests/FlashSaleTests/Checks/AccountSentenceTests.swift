import FactsTestSupport
import FlashSale
import Testing

/// What exact-accounting says explains no more than there is to explain, and by nothing that is not there.
struct AccountSentenceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var won: Int
        var unknown: Int
        var final: Int
        var says: String
        var keepsQuietOf: String
    }

    static let cases = [
        Case(
            testDescription: "oversold, every answer there", won: 12, unknown: 0, final: -2,
            says: "Buyers hold all of these, more than there were", keepsQuietOf: "lost"),
        Case(
            testDescription: "below zero, with lost answers that may explain it", won: 10, unknown: 2, final: -2,
            says: "Attempts whose answer was lost may explain it", keepsQuietOf: "hold all"),
        Case(
            testDescription: "nothing missing, though answers were lost", won: 7, unknown: 3, final: 3,
            says: "none is unaccounted for", keepsQuietOf: "may explain"),
        Case(
            testDescription: "units missing, and answers that were lost", won: 7, unknown: 3, final: 1,
            says: "Whether 3 attempts without an answer took the other 2, or nobody has them, is not known",
            keepsQuietOf: "unaccounted"),
    ]

    @Test(arguments: cases) func says(_ row: Case) throws {
        let attempts = (1...row.won + row.unknown).map { id in
            Attempt(
                id: id, purchase: id, buyer: id, invokedNanoseconds: UInt64(100 * id),
                returnedNanoseconds: id > row.won ? nil : UInt64(100 * id + 150),
                outcome: id > row.won ? .unknown : .won)
        }
        let facts = RunFacts(
            units: 10, history: History(attempts), ledger: nil, finalStock: .units(row.final), tellsPurchases: true)
        let check = try #require(Checks.judge(facts).checks.first { $0.name == .exactAccounting })
        #expect(check.detail.contains(row.says), "\(check.detail)")
        #expect(!check.detail.contains(row.keepsQuietOf), "\(check.detail)")
    }

    /// One buyer whose two calls are one operation: it took what the first call wanted, whichever that was.
    @Test(
        "no unknown attempt is blamed where there is none",
        arguments: [
            (3, 7, "may explain the rest"), (12, -2, "may explain it"),
        ])
    func blamesNoUnknown(_ larger: Int, _ final: Int, _ says: String) throws {
        let attempts = [(1, 1), (2, larger)].map { id, quantity in
            Attempt(
                id: id, purchase: id, buyer: 1, invokedNanoseconds: 100, returnedNanoseconds: 300, outcome: .won,
                quantity: quantity)
        }
        var facts = RunFacts(
            units: 10, history: History(attempts), ledger: nil, finalStock: .units(final), tellsPurchases: true)
        facts.rules.idempotency = .buyer
        let check = try #require(Checks.judge(facts).checks.first { $0.name == .exactAccounting })
        #expect(check.detail.contains(says) && check.detail.contains("different numbers of units"), "\(check.detail)")
        #expect(!check.detail.contains("unknown") && !check.detail.contains("lost"), "\(check.detail)")
    }
}
