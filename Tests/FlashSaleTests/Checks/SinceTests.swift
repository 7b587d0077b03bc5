import FactsTestSupport
import FlashSale
import Testing

/// Since when a sale was wrong, and which attempts show an account that sums alone have shown to be wrong.
@Suite struct SinceTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// id, outcome, from, until, left
        var attempts: [(Int, Outcome, UInt64, UInt64, Int?)]
        var units = 10
        var final: Int
        var result = CheckResult.Result.violated
        /// The attempts of the first piece of evidence, and that since which it is wrong.
        var shown: [Int] = []
        var since: Int?
        var says = ""
    }

    static let cases: [Case] = [
        Case(
            testDescription: "three sold, two taken: the third to return",
            attempts: [(1, .won, 10, 50, nil), (2, .won, 20, 70, nil), (3, .won, 30, 60, nil)], final: 8, shown: [2],
            since: 2,
            says: "with this win buyers hold 3 units"),
        Case(
            testDescription: "as many sold as taken", attempts: [(1, .won, 10, 50, nil), (2, .won, 20, 70, nil)],
            final: 8,
            result: .upheld),
        Case(
            testDescription: "a unit gone between two wins, and who was told something else meanwhile",
            attempts: [
                (1, .won, 10, 20, 9), (2, .failed, 25, 35, nil), (3, .won, 40, 50, 7), (4, .failed, 60, 70, nil),
                (5, .won, 80, 90, 6),
            ], final: 6, shown: [1, 3, 2], since: 3, says: "the stock fell from 9 to 8"),
        Case(
            testDescription: "a unit gone after the last win",
            attempts: [(1, .won, 10, 20, 9), (2, .conflict, 25, 35, nil)], final: 8, shown: [1, 2],
            says: "after the last win"),
        Case(
            testDescription: "the same stock where both won",
            attempts: [(1, .won, 10, 20, 9), (2, .won, 25, 35, 8)], final: 8, result: .upheld),
        Case(
            testDescription: "nobody says what is left: those who may have taken it, and no instant",
            attempts: [(1, .won, 10, 20, nil), (2, .soldOut, 25, 35, nil), (3, .failed, 30, 40, nil)], final: 8,
            shown: [3, 2],
            says: "1 failed, 1 sold-out"),
        Case(testDescription: "nobody else was there", attempts: [(1, .won, 10, 20, nil)], final: 8),
        Case(
            testDescription: "a gap that was only passing, as units were given back: no instant",
            attempts: [
                (1, .won, 10, 20, 8), (2, .failed, 5, 35, nil), (3, .won, 40, 50, 5), (4, .failed, 60, 70, nil),
            ], final: 7, shown: [1, 2]),
    ]

    @Test(arguments: cases) func account(_ row: Case) throws {
        let history = History(
            row.attempts.map { id, outcome, invoked, returned, left in
                Attempt(
                    id: id, purchase: id, buyer: id, invokedNanoseconds: invoked, returnedNanoseconds: returned,
                    outcome: outcome,
                    remaining: left)
            })
        let facts = RunFacts(
            units: row.units, history: history, ledger: nil, finalStock: .units(row.final), tellsPurchases: true)
        let check = try #require(Checks.ofSale(facts).first { $0.name == .exactAccounting })
        #expect(check.result == row.result, "\(check.detail)")
        #expect(check.evidence.first?.attempts.map(\.id) ?? [] == row.shown, "\(check.evidence)")
        #expect(check.since?.id == row.since)
        #expect(row.says.isEmpty || check.evidence.first?.detail.contains(row.says) == true, "\(check.evidence)")
    }

    private static func attempt(_ id: Int, _ returned: UInt64?) -> Attempt {
        Attempt(id: id, purchase: id, buyer: id, invokedNanoseconds: 5, returnedNanoseconds: returned, outcome: .won)
    }

    @Test("the piece that was complete first, wherever it stands, and only where something is violated")
    func first() {
        let pieces = (1...40).map { index in
            CheckResult.Evidence(
                "x", attempts: [Self.attempt(index, UInt64(1000 - index)), Self.attempt(100 + index, 10)])
        }
        let check = CheckResult(.uniqueUnits, .violated, "x", evidence: pieces)
        #expect(check.since?.id == 40 && check.furtherEvidence == 30)
        #expect(check.evidence.contains { $0.attempts[0].id == 40 })
        #expect(CheckResult(.uniqueUnits, .inconclusive, "x", evidence: pieces).since == nil)
        #expect(CheckResult(.ledger, .violated, "x", evidence: [.init("no attempts")]).since == nil)
        #expect(
            CheckResult(
                .ledger, .violated, "x", evidence: [.init("y", attempts: [Self.attempt(1, 9)], tellsWhen: false)]
            ).since == nil)
        // One without an end counts from its call.
        #expect(
            CheckResult(.ledger, .violated, "x", evidence: [.init("y", attempts: [Self.attempt(1, nil)])]).since?.id
                == 1)
        let record = RunRecord.Check(check, since: 60)
        #expect(record.sinceNs == 900 && record.sinceAttempt == 40)
        #expect(RunRecord.Check(check).sinceNs == nil)
    }
}
