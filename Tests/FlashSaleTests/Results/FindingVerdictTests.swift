import FactsTestSupport
import FlashSale
import Testing

/// What a finding says is never the opposite of what the checks found.
struct FindingVerdictTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Outcomes, one purchase each, of buyers who ask at the same time.
        var outcomes: [(Outcome, Int)]
        var final: Int
        var finding: FindingName
        /// nil where there must be no such finding.
        var says: [String]?
        var keepsQuietOf: [String] = []
        /// Whether each buyer asks alone, one after the other.
        var isSerial = false
        var result: CheckResult.Result
    }

    private static let quick = "Somebody else was quicker each time"
    private static let cheated = "Nobody was cheated"

    static let cases = [
        Case(
            testDescription: "a sale that lost nothing, with units left", outcomes: [(.won, 4), (.conflict, 20)],
            final: 6,
            finding: .undersell, says: ["Only 4 of 10 units (40%)", quick, cheated], result: .upheld),
        Case(
            testDescription: "units left and units lost", outcomes: [(.won, 2), (.conflict, 20)], final: 6,
            finding: .undersell, says: ["Only 2 of 10 units (20%)", quick], keepsQuietOf: [cheated], result: .violated),
        Case(
            testDescription: "units left, and more sold than there were", outcomes: [(.won, 18), (.conflict, 5)],
            final: 6,
            finding: .undersell, says: nil, result: .violated),
        Case(
            testDescription: "units left, and answers that were lost",
            outcomes: [(.won, 2), (.unknown, 2), (.conflict, 20)],
            final: 6, finding: .undersell, says: ["Only 2 of 10"], keepsQuietOf: [cheated], result: .inconclusive),
        Case(
            testDescription: "a lock that nobody let go", outcomes: [(.won, 2), (.conflict, 20)], final: 8,
            finding: .undersell, says: ["at 20 of 20 conflicts nobody else was buying", "not released"],
            keepsQuietOf: [quick], isSerial: true, result: .inconclusive),
        Case(
            testDescription: "errors without effect", outcomes: [(.won, 4), (.failed, 3)], final: 6,
            finding: .failedPurchases, says: ["3 customers got an error", "nothing was taken for them"], result: .upheld
        ),
        Case(
            testDescription: "errors beside units that are gone", outcomes: [(.won, 4), (.failed, 3)], final: 3,
            finding: .failedPurchases, says: ["3 customers got an error"], keepsQuietOf: ["nothing was taken"],
            result: .violated),
        Case(
            testDescription: "errors beside units in doubt", outcomes: [(.won, 4), (.failed, 3), (.unknown, 2)],
            final: 4,
            finding: .failedPurchases, says: ["3 customers got an error"], keepsQuietOf: ["nothing was taken"],
            result: .inconclusive),
    ]

    @Test(arguments: cases) func agree(_ row: Case) throws {
        var attempts: [Attempt] = []
        for outcome in row.outcomes.flatMap({ Array(repeating: $0.0, count: $0.1) }) {
            let id = attempts.count + 1
            let start = UInt64(row.isSerial ? 1000 * id : 1000 + id)
            attempts.append(
                Attempt(
                    id: id, purchase: id, buyer: id, invokedNanoseconds: start,
                    returnedNanoseconds: outcome == .unknown ? nil : start + 500, outcome: outcome))
        }
        let scenario = Scenario(
            strategy: .init(name: "made-up", yaml: ""), units: 10, buyers: attempts.count, attempts: 1, procs: 1,
            threads: 1)
        let facts = RunFacts(
            scenario: scenario, history: attempts, ledger: nil, finalStock: .units(row.final),
            workers: [.init(index: 0, reported: Tally(attempts))])
        let verdict = Checks.judge(facts)
        #expect(verdict.result == row.result, "\(verdict.checks.filter { $0.result > .upheld })")
        let finding: Finding? = verdict.findings.first { $0.name == row.finding }
        guard let says = row.says else {
            #expect(finding == nil)
            return
        }
        let detail = try #require(finding?.detail)
        for part in says { #expect(detail.contains(part), "\(detail)") }
        for part in row.keepsQuietOf { #expect(!detail.contains(part), "\(detail)") }
    }
}
