/// What a number of a log's column counts.
package enum TimeUnit: String, Sendable, CaseIterable {
    case nanoseconds = "ns"
    case microseconds = "us"
    case milliseconds = "ms"
    case seconds = "s"
    /// Since 1970, in seconds, ms, µs or ns: which of them is told by the number of digits, for any day from 2001 to 2262.
    case epoch

    /// The power of ten that makes nanoseconds of it; nil where the number itself tells.
    var power: Int? {
        switch self {
        case .nanoseconds: 0
        case .microseconds: 3
        case .milliseconds: 6
        case .seconds: 9
        case .epoch: nil
        }
    }

    /// The unit that somebody wrote behind a column's name and a colon; nil for other words.
    init?(word: Substring) {
        switch word {
        case "µs", "μs": self = .microseconds
        case "sec", "seconds": self = .seconds
        default:
            guard let unit = TimeUnit(rawValue: String(word)) else { return nil }
            self = unit
        }
    }

    private static let endings: [(String, TimeUnit)] = [
        ("_ns", .nanoseconds), ("_nanos", .nanoseconds), ("_nanoseconds", .nanoseconds), ("_us", .microseconds),
        ("_micros", .microseconds), ("_microseconds", .microseconds), ("_ms", .milliseconds),
        ("_millis", .milliseconds), ("_milliseconds", .milliseconds), ("_s", .seconds), ("_sec", .seconds),
        ("_secs", .seconds), ("_seconds", .seconds),
    ]
    private static let wordEndings: [(String, TimeUnit)] = [
        ("Ns", .nanoseconds), ("Nano", .nanoseconds), ("Nanos", .nanoseconds), ("Nanoseconds", .nanoseconds),
        ("Us", .microseconds), ("Micros", .microseconds), ("Microseconds", .microseconds), ("Ms", .milliseconds),
        ("Millis", .milliseconds), ("Milliseconds", .milliseconds), ("Seconds", .seconds), ("Secs", .seconds),
    ]

    /// The unit that a column's name carries at its end (`start_ms`, `startTimeUnixNano`); nil where it carries none.
    init?(nameOf column: String) {
        let lower = column.lowercased()
        let found =
            Self.endings.first { lower.hasSuffix($0.0) }
            ?? Self.wordEndings.first { ending, _ in
                column.hasSuffix(ending)
                    && column.dropLast(ending.count).last.map { $0.isLowercase || $0.isNumber } ?? false
            }
        guard let found else { return nil }
        self = found.1
    }
}
