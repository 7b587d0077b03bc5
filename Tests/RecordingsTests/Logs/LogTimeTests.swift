import Testing

@testable import Recordings

struct LogTimeTests {
    private static func time(_ text: String, _ unit: TimeUnit?, comma: Bool = false) -> Result<LogTime, LogTime.Problem>
    {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { bytes in
            Result { () throws(LogTime.Problem) in try LogTime(bytes, unit: unit, hasDecimalComma: comma) }
        }
    }

    @Test(
        arguments: [
            ("0", .nanoseconds, 0, 0), ("17", .nanoseconds, 17, 0), ("17", .microseconds, 17_000, 3),
            ("17", .milliseconds, 17_000_000, 6), ("17", .seconds, 17_000_000_000, 9),
            ("17.5", .seconds, 17_500_000_000, 8), ("17.250", .milliseconds, 17_250_000, 3),
            (".5", .seconds, 500_000_000, 8),
            ("1.5e-3", .seconds, 1_500_000, 5), ("5e-05", .seconds, 50_000, 4),
            ("1.7e3", .milliseconds, 1_700_000_000, 8),
            ("1714550400.123456", .seconds, 1_714_550_400_123_456_000, 3),
            // A double that was printed: the last digits are not the clock's.
            ("1714550400.1234567", .seconds, 1_714_550_400_123_456_700, 3),
            ("1714550400", .epoch, 1_714_550_400_000_000_000, 9),
            ("1714550400123", .epoch, 1_714_550_400_123_000_000, 6),
            ("1714550400123456", .epoch, 1_714_550_400_123_456_000, 3),
            ("1714550400123456789", .epoch, 1_714_550_400_123_456_789, 0),
            ("2024-05-01T08:00:00Z", nil, 1_714_550_400_000_000_000, 9),
            ("2024-05-01T10:00:00.5+02:00", nil, 1_714_550_400_500_000_000, 8),
            ("2024-05-01 02:30:00.123456789-0530", .milliseconds, 1_714_550_400_123_456_789, 0),
            ("2024-05-01t08:00:00,25z", nil, 1_714_550_400_250_000_000, 7),
            ("2024-05-01 08:00:00 UTC", nil, 1_714_550_400_000_000_000, 9),
            ("2000-02-29T00:00:00Z", nil, 951_782_400_000_000_000, 9), ("1970-01-01T00:00:00Z", nil, 0, 9),
        ] as [(String, TimeUnit?, Int64, Int)])
    func aTimeIsRead(_ text: String, _ unit: TimeUnit?, _ nanoseconds: Int64, _ power: Int) {
        #expect(Self.time(text, unit) == .success(LogTime(nanoseconds: nanoseconds, power: power)))
    }

    @Test func moreThanNanosecondsIsCut() {
        #expect(Self.time("0.0000000015", .seconds) == .success(LogTime(nanoseconds: 1, power: 0, isCut: true)))
        #expect(Self.time("12,5", .milliseconds, comma: true) == .success(LogTime(nanoseconds: 12_500_000, power: 5)))
    }

    @Test(
        arguments: [
            ("17", nil, .noUnit), ("x", .seconds, .noTime), ("1.2.3", .seconds, .noTime), ("1e", .seconds, .noTime),
            ("12,5", .seconds, .noTime), ("-1", .seconds, .negative), ("", .seconds, .noTime), ("-", .seconds, .noTime),
            ("99999999999", .seconds, .outOfRange), ("1e30", .nanoseconds, .outOfRange), ("12345", .epoch, .outOfRange),
            ("2024-05-01T08:00:00", nil, .noZone), ("2024-05-01", nil, .noTime), ("2024-13-01T08:00:00Z", nil, .noTime),
            ("2024-05-01T25:00:00Z", nil, .noTime), ("2024-05-01T08:00:00Zx", nil, .noTime),
            ("1969-05-01T08:00:00Z", nil, .negative),
            ("2300-05-01T08:00:00Z", nil, .outOfRange), ("01/05/2024 08:00", .milliseconds, .noTime),
        ] as [(String, TimeUnit?, LogTime.Problem)])
    func otherTextIsNoTime(_ text: String, _ unit: TimeUnit?, _ problem: LogTime.Problem) {
        #expect(Self.time(text, unit) == .failure(problem))
    }

    @Test(
        arguments: [
            ("start_ms", TimeUnit.milliseconds), ("START_MS", .milliseconds), ("startTimeUnixNano", .nanoseconds),
            ("elapsedMs", .milliseconds), ("duration_seconds", .seconds), ("t_us", .microseconds), ("items", nil),
            ("status", nil), ("timestamp", nil), ("ms", nil), ("Systems", nil),
        ] as [(String, TimeUnit?)])
    func aNameCarriesItsUnit(_ name: String, _ unit: TimeUnit?) {
        #expect(TimeUnit(nameOf: name) == unit)
    }

    @Test func aClockIsAsFineAsItsFinestTime() {
        var clock = ClockUnit()
        #expect(clock.later == 0 && clock.earlier == 0)
        clock.note(LogTime(nanoseconds: 1_000_000_000, power: 9))
        #expect(clock.later == 1_000_000_000 && clock.earlier == 500_000_000)
        clock.note(LogTime(nanoseconds: 1_500_000_000, power: 8))
        #expect(clock.later == 100_000_000)
        clock.note(LogTime(nanoseconds: 7, power: 0))
        #expect(clock.later == 0 && clock.earlier == 0)
        clock.note(LogTime(nanoseconds: 7, power: 0, isCut: true))
        #expect(clock.later == 1 && clock.earlier == 1)
    }

    /// Nanoseconds that all end with six zeros are milliseconds that somebody multiplied.
    @Test func aCoarseClockIsKnownByItsZeros() {
        var clock = ClockUnit()
        for number in 1...99 { clock.note(LogTime(nanoseconds: Int64(number) * 1_000_000, power: 0)) }
        #expect(clock.later == 0)
        clock.note(LogTime(nanoseconds: 100_000_000, power: 0))
        #expect(clock.later == 1_000_000 && clock.words == "whole milliseconds")
        clock.note(LogTime(nanoseconds: 100_000_001, power: 0))
        #expect(clock.later == 0)
    }
}
