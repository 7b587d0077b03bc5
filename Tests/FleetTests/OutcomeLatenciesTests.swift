import FactsTestSupport
import FlashSale
import Testing

@testable import Fleet

/// Latency by outcome, and that what workers counted is what the journals hold.
struct OutcomeLatenciesTests {
    private static func attempt(_ purchase: Int, _ milliseconds: UInt64?, _ outcome: Outcome) -> Attempt {
        Attempt(
            id: purchase, purchase: purchase, buyer: purchase, worker: (purchase - 1) % 2, invokedNanoseconds: 1000,
            returnedNanoseconds: milliseconds.map { 1000 + $0 * 1_000_000 }, outcome: outcome)
    }

    private static func latencies(_ attempts: [Attempt]) -> (OutcomeLatencies, Survey) {
        let scenario = Scenario(
            strategy: .init(name: "lua", yaml: ""), units: 5, buyers: 9, attempts: 1, procs: 2, threads: 1)
        let facts = RunFacts(scenario: scenario, history: attempts, ledger: nil, finalStock: .units(0), workers: [])
        return (OutcomeLatencies(facts, scenario: scenario, opened: 0), facts.recorded.survey)
    }

    @Test func onlyWhatOccurredIsThere() throws {
        let byOutcome = Self.latencies([
            Self.attempt(1, 1, .won), Self.attempt(2, 3, .won), Self.attempt(3, 5, .soldOut),
            Self.attempt(4, 7, .conflict), Self.attempt(5, nil, .unknown),
        ]).0.byOutcome
        #expect(byOutcome.attempt.keys.sorted { $0.rawValue < $1.rawValue } == [.won, .soldOut, .conflict])
        #expect(byOutcome.purchase.keys.sorted { $0.rawValue < $1.rawValue } == [.gaveUp, .soldOut, .won])
        let won = try #require(byOutcome.attempt[.won])
        #expect(won.samples == 2 && won.p90 == nil)
        #expect(abs((won.mean ?? 0) - 2000) < 4 && abs((won.max ?? 0) - 3000) < 4)
        #expect(byOutcome.purchase[.won] == won)
    }

    @Test func workersAreComparedWithTheirOwnJournals() {
        let (latencies, survey) = Self.latencies([
            Self.attempt(1, 1, .won), Self.attempt(2, 3, .won), Self.attempt(3, nil, .unknown),
        ])
        #expect(latencies.recorded([0, 1], survey) == .init(attempts: 3, purchases: 3))
        #expect(latencies.recorded([1], survey) == .init(attempts: 1, purchases: 1))
        #expect(latencies.recorded([], survey) == .init())
    }

    @Test func aDifferenceIsSaid() {
        let recorded = OutcomeLatencies.Numbers(attempts: 1000, purchases: 400)
        #expect(OutcomeLatencies.difference(reported: recorded, recorded: recorded) == nil)
        let finding = OutcomeLatencies.difference(reported: .init(attempts: 999, purchases: 400), recorded: recorded)
        #expect(finding?.name == .latencyCountsDiffer)
        #expect(
            finding?.detail.contains("999 attempts and 400 purchases, but their journals hold 1,000 and 400") == true)
    }
}
