internal import FlashSale

/// A few attempts as bars on one time axis: who, when, and what they were told.
///
///     buyer 7 (attempt 19)  [=======]               0.000 .. 0.412 ms  won, 4 left
///     buyer 9 (attempt 25)             [======]     0.530 .. 0.910 ms  won, 5 left
///     buyer 3 (attempt 7)      [===================>  0.120 .. ? ms    unknown
///
/// Rows stand in the order in which the sentence above them tells of them. Each instant has the column of its share of the
/// time from the first invocation to the last return, so that bars which overlap do so on the screen; the numbers tell
/// what a column cannot. `|` is an attempt of one column, and `>` one whose end is not known.
enum EvidenceTimeline {
    /// Attempts that are drawn.
    static let rowLimit = 10
    private static let barWidths = 10...40
    private static let indent = 4

    /// - Parameters:
    ///   - origin: from which the times count, in nanoseconds.
    ///   - namesBuyers: whether a row says whose attempt it is, where there is room for that.
    static func lines(
        _ attempts: [RunRecord.EvidenceAttempt], since origin: UInt64, namesBuyers: Bool = true
    ) -> [String] {
        guard !attempts.isEmpty else { return [] }
        let shown = Array(attempts.prefix(rowLimit))
        let places = places(shown)
        let times = shown.map { attempt in
            let end = attempt.returnedNs.map { milliseconds($0, since: origin, places) } ?? "?"
            return "\(milliseconds(attempt.invokedNs, since: origin, places)) .. \(end) ms"
        }
        let told = shown.map(told)
        func widths(_ who: [String]) -> [Int] { [who, times, told].map { column in column.map(\.count).max() ?? 0 } }
        func room(_ who: [String]) -> Int { TextLines.width - indent - widths(who).reduce(0, +) - 6 }
        var who = shown.map { "attempt \($0.attempt)" }
        if namesBuyers {
            let buyers = shown.map { "buyer \($0.buyer) (attempt \($0.attempt))" }
            if room(buyers) >= barWidths.lowerBound { who = buyers }
        }
        let (widths, free) = (widths(who), room(who))
        let axis = Axis(shown, width: min(max(free, barWidths.lowerBound), barWidths.upperBound))
        var lines = shown.indices.map { index in
            let cells = [
                TextLines.padded(who[index], widths[0]), axis.bar(shown[index]),
                TextLines.padded(left: times[index], widths[1]), told[index],
            ]
            return String(repeating: " ", count: indent) + cells.joined(separator: "  ")
        }
        let hidden = attempts.count - shown.count
        if hidden > 0 { lines.append("    and \(hidden.counted("more attempt"))") }
        return lines
    }

    private static func told(_ attempt: RunRecord.EvidenceAttempt) -> String {
        var text = attempt.outcome.word
        if attempt.quantity != 1 { text += " \(Figures.grouped(attempt.quantity))" }
        if let remaining = attempt.remaining { text += ", \(Figures.grouped(remaining)) left" }
        return text
    }

    /// Microseconds tell enough, unless all takes place within a few of them and some would look the same.
    private static func places(_ attempts: [RunRecord.EvidenceAttempt]) -> Int {
        let instants = Set(attempts.flatMap { [$0.invokedNs, $0.returnedNs].compactMap { $0 } })
        guard let first = instants.min(), let last = instants.max(), last - first < 10_000 else { return 3 }
        return Set(instants.map { $0 / 1000 }).count == instants.count ? 3 : 6
    }

    /// Milliseconds; negative for what was before the origin.
    private static func milliseconds(_ time: UInt64, since origin: UInt64, _ places: Int) -> String {
        let isEarlier = time < origin
        let distance = Double(isEarlier ? origin - time : time - origin) / 1e6
        return Figures.grouped(isEarlier ? -distance : distance, places: places)
    }

    /// From the first invocation to the last instant that is known.
    private struct Axis {
        private let start: UInt64
        private let end: UInt64
        private let width: Int
        private let hasOpenEnd: Bool

        init(_ attempts: [RunRecord.EvidenceAttempt], width: Int) {
            start = attempts.map(\.invokedNs).min() ?? 0
            end = attempts.map { max($0.invokedNs, $0.returnedNs ?? 0) }.max() ?? 0
            hasOpenEnd = attempts.contains { $0.returnedNs == nil }
            self.width = width
        }

        /// What ends at the last known instant leaves room for what goes on.
        private func column(_ instant: UInt64) -> Int {
            guard end > start else { return 0 }
            let share = Double(instant - start) / Double(end - start)
            return Int((share * Double(width - (hasOpenEnd ? 4 : 1))).rounded())
        }

        func bar(_ attempt: RunRecord.EvidenceAttempt) -> String {
            let from = column(attempt.invokedNs)
            guard let returned = attempt.returnedNs else {
                return String(repeating: " ", count: from) + "["
                    + String(repeating: "=", count: max(0, width - from - 2)) + ">"
            }
            // A damaged record may end before it starts.
            let to = max(from, column(max(returned, attempt.invokedNs)))
            let bar = from == to ? "|" : "[" + String(repeating: "=", count: to - from - 1) + "]"
            return TextLines.padded(String(repeating: " ", count: from) + bar, width)
        }
    }
}
