import FlashSale
import Testing

/// What each attempt and each purchase counts from, and which count.
@Suite struct ResponseTimesTests {
    private static let opened: UInt64 = 1_000_000_000

    private static func scenario(_ pace: Pace = .rush, attempts: Int = 3, retryUnknown: Bool = false) -> Scenario {
        Scenario(
            strategy: .init(name: "lua", yaml: ""), units: 5, buyers: 4, attempts: attempts, procs: 2, threads: 1,
            pace: pace, retryUnknown: retryUnknown)
    }

    /// Times in ms since the doors opened.
    private static func attempt(
        _ purchase: Int, _ number: Int = 1, _ invoked: UInt64, _ returned: UInt64?, _ outcome: Outcome
    ) -> Attempt {
        Attempt(
            id: (purchase - 1) * 3 + number, purchase: purchase, buyer: purchase, worker: (purchase - 1) % 2,
            number: number, invokedNanoseconds: opened + invoked * 1_000_000,
            returnedNanoseconds: returned.map { opened + $0 * 1_000_000 }, outcome: outcome)
    }

    /// Outcomes, endings and times in ms, in the order of words and times.
    private static func times(_ attempts: [Attempt], _ scenario: Scenario) -> (all: [String], ResponseTimes) {
        let history = History(attempts)
        var found: [String] = []
        let times = ResponseTimes(
            history, purchases: Survey(history, scenario).purchases, scenario: scenario, openedNanoseconds: opened,
            planned: PlannedStarts(scenario),
            attempt: { found.append("attempt \($0.word) \($1 / 1_000_000)") },
            purchase: { found.append("purchase \($0.rawValue) \($1 / 1_000_000)") })
        return (found.sorted(), times)
    }

    @Test func aClosedLoopCountsFromTheInvocation() {
        let (all, times) = Self.times(
            [
                Self.attempt(1, 1, 5, 7, .conflict), Self.attempt(1, 2, 8, 12, .won),
                Self.attempt(2, 1, 5, 6, .soldOut),
                Self.attempt(3, 1, 9, 9, .duplicate),
            ], Self.scenario())
        #expect(
            all == [
                "attempt conflict 2", "attempt duplicate 0", "attempt sold-out 1", "attempt won 4",
                "purchase refused 0",
                "purchase sold-out 1", "purchase won 7",
            ])
        #expect(times.endedPurchases == [2, 1])
        #expect(times.lastStart == Self.opened + 9_000_000)
    }

    /// Purchases 1 … 4 were to start at 0, 10, 20 and 30 ms.
    @Test func anOpenLoopCountsFromThePlannedStart() {
        let (all, times) = Self.times(
            [
                Self.attempt(1, 1, 5, 7, .conflict), Self.attempt(1, 2, 8, 12, .won),
                Self.attempt(2, 1, 10, 11, .soldOut), Self.attempt(3, 1, 50, 51, .won),
                // A clock that is read before its time cannot be: it counts from the invocation.
                Self.attempt(4, 1, 29, 31, .won),
            ], Self.scenario(Pace(rate: Rate(perSecond: 100))))
        #expect(
            all == [
                "attempt conflict 7", "attempt sold-out 1", "attempt won 2", "attempt won 31", "attempt won 4",
                "purchase sold-out 1", "purchase won 12", "purchase won 2", "purchase won 31",
            ])
        // 5, 0, 30 and not one millisecond late.
        #expect(times.startedAsPlanned == 4 && times.late == 2 && times.maxLateNanoseconds == 30_000_000)
    }

    @Test func anExtraRushCountsFromThePlannedStartInAClosedLoopToo() {
        let pace = Pace(bursts: [.init(buyers: 1, atNanoseconds: 2_000_000)])
        let (all, _) = Self.times(
            [Self.attempt(1, 1, 5, 7, .won), Self.attempt(2, 1, 5, 7, .won)], Self.scenario(pace))
        #expect(all == ["attempt won 2", "attempt won 5", "purchase won 2", "purchase won 5"])
    }

    @Test func whatHasNoEndTakesNoTime() {
        let (all, times) = Self.times(
            [Self.attempt(1, 1, 5, nil, .unknown), Self.attempt(2, 1, 5, 8, .unknown)], Self.scenario())
        #expect(all == ["attempt unknown 3", "purchase unknown 3"])
        // Its worker counts both.
        #expect(times.endedPurchases == [1, 1])
    }

    @Test(arguments: [
        (Outcome.conflict, 3, false, false), (.failed, 3, false, false), (.conflict, 1, false, true),
        (.failed, 1, false, true), (.unknown, 3, true, false), (.unknown, 3, false, true), (.unknown, 1, true, true),
        (.won, 3, false, true), (.duplicate, 3, true, true),
    ])
    func whoMayTryAgainHasNotEnded(_ outcome: Outcome, attempts: Int, retryUnknown: Bool, hasEnded: Bool) {
        let (all, times) = Self.times(
            [Self.attempt(1, 1, 5, 7, outcome)], Self.scenario(attempts: attempts, retryUnknown: retryUnknown))
        #expect(all.count == (hasEnded ? 2 : 1))
        #expect(times.endedPurchases == [hasEnded ? 1 : 0, 0])
    }

    @Test func nothingHappened() {
        let (all, times) = Self.times([], Self.scenario())
        #expect(all.isEmpty && times.lastStart == nil && times.endedPurchases == [0, 0])
    }
}
