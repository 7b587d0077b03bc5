import FlashSale
import Testing

/// Durations of days, where they make sense.
@Suite struct LongDurationTests {
    @Test(arguments: [
        ("1d", 86_400_000_000), ("7d", 604_800_000_000), ("36h", 129_600_000_000), ("0.5d", 43_200_000_000),
    ])
    func isRead(text: String, microseconds: Int) throws {
        #expect(try DurationText.microseconds(text, atMostDays: 7) == microseconds)
    }

    @Test(arguments: [
        ("8d", 7, "8d is longer than 7 days"), ("2d", 1, "2d is longer than a day"), ("1w", 7, "found 1w"),
    ])
    func isRefused(text: String, days: Int, says: String) throws {
        let problem = try #require(throws: DurationText.Problem.self) {
            try DurationText.microseconds(text, atMostDays: days)
        }
        #expect(problem.message.contains(says), "\(problem.message)")
    }
}
