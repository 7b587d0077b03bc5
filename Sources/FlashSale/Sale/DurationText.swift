/// Reads durations as people write them: `250us`, `5ms`, `1.5s`, `2m`, and ranges of them: `1ms..20ms`.
package enum DurationText {
    /// What is wrong with a duration.
    package struct Problem: Error, Equatable, CustomStringConvertible {
        package var message: String
        init(_ message: String) { self.message = message }
        package var description: String { message }
    }

    private static let units: [(suffix: String, microseconds: Double)] = [
        ("us", 1), ("µs", 1), ("ms", 1000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000),
        ("d", 86_400_000_000),
    ]

    private static let microsecondsOfDay = 86_400_000_000

    /// Reads one duration, in microseconds.
    ///
    /// - Parameter days: the longest duration that makes sense; a day for all that a run is told.
    /// - Throws: ``Problem`` if it is no number with a unit, negative, or longer than that.
    package static func microseconds(_ text: String, atMostDays days: Int = 1) throws(Problem) -> Int {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let suffix = text.dropFirst(digits.count)
        guard let number = Double(digits), let unit = units.first(where: { $0.suffix == suffix }) else {
            if suffix.isEmpty, Double(digits) != nil, Double(digits) != 0 {
                throw Problem("\(text) has no unit; write \(text)ms or \(text)s")
            }
            if Double(digits) == 0, suffix.isEmpty { return 0 }
            throw Problem("a duration such as 5ms, 1.5s or 250us is wanted; found \(text.isEmpty ? "nothing" : text)")
        }
        let value = (number * unit.microseconds).rounded()
        guard value <= Double(days) * Double(microsecondsOfDay) else {
            throw Problem("\(text) is longer than \(days == 1 ? "a day" : "\(days) days")")
        }
        return Int(value)
    }

    /// Reads one duration or a range of two, in microseconds.
    ///
    /// - Throws: ``Problem``, also for a range that is the wrong way round.
    package static func microsecondRange(_ text: String) throws(Problem) -> Scenario.Range {
        let bounds = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard bounds.count == 2 else {
            let value = try microseconds(text)
            return Scenario.Range(min: value, max: value)
        }
        let range = Scenario.Range(min: try microseconds(bounds[0]), max: try microseconds(bounds[1]))
        guard range.min <= range.max else {
            throw Problem("the range \(text) is the wrong way round; write \(bounds[1])..\(bounds[0])")
        }
        return range
    }
}
