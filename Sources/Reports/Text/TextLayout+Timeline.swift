extension TextLayout {
    private static let barWidths = 10...40

    /// A timeline as bars.
    ///
    ///     buyer 7 (attempt 19)  [=======]               0.000 .. 0.412 ms  won, 4 left
    ///     buyer 9 (attempt 25)             [======]     0.530 .. 0.910 ms  won, 5 left
    ///     buyer 3 (attempt 7)      [===================>  0.120 .. ? ms    unknown
    ///
    /// An instant's column is its share of the time from the first invocation to the last return, so that bars overlap
    /// where attempts did; the times tell what a column cannot. `|` is an attempt of one column, and `>` one whose end is
    /// not known. Buyers are named where there is room.
    func lines(_ timeline: EvidenceTimeline) -> [String] {
        let rows = timeline.rows
        guard !rows.isEmpty else { return [] }
        func width(_ column: [String]) -> Int { column.map(\.count).max() ?? 0 }
        let times = width(rows.map(\.times))
        let others = times + width(rows.map(\.told)) + Self.indent.count + 6
        var who = rows.map(\.attempt)
        let buyers = rows.compactMap(\.buyer)
        if buyers.count == rows.count, self.width - others - width(buyers) >= Self.barWidths.lowerBound { who = buyers }
        let names = width(who)
        let free = self.width - others - names
        let axis = Axis(rows, width: min(max(free, Self.barWidths.lowerBound), Self.barWidths.upperBound))
        let lines = zip(who, rows).map { who, row in
            let cells = [
                TextLines.padded(who, width: names), axis.bar(row),
                TextLines.padded(left: row.times, width: times), row.told,
            ]
            return Self.indent + cells.joined(separator: "  ")
        }
        return lines + (timeline.further.map { [Self.indent + $0] } ?? [])
    }

    /// From the first invocation to the last instant that is known.
    private struct Axis {
        private let start: UInt64
        private let end: UInt64
        private let width: Int
        private let hasOpenEnd: Bool

        init(_ rows: [EvidenceTimeline.Row], width: Int) {
            start = rows.map(\.invokedNanoseconds).min() ?? 0
            end = rows.map { max($0.invokedNanoseconds, $0.returnedNanoseconds ?? 0) }.max() ?? 0
            hasOpenEnd = rows.contains { $0.returnedNanoseconds == nil }
            self.width = width
        }

        /// Leaves room beyond the last known instant for bars without an end.
        private func column(_ instant: UInt64) -> Int {
            guard end > start else { return 0 }
            let share = Double(instant - start) / Double(end - start)
            return Int((share * Double(width - (hasOpenEnd ? 4 : 1))).rounded())
        }

        func bar(_ row: EvidenceTimeline.Row) -> String {
            let from = column(row.invokedNanoseconds)
            guard let returned = row.returnedNanoseconds else {
                return String(repeating: " ", count: from) + "["
                    + String(repeating: "=", count: max(0, width - from - 2)) + ">"
            }
            // A damaged record may end before it starts.
            let to = max(from, column(max(returned, row.invokedNanoseconds)))
            let bar = from == to ? "|" : "[" + String(repeating: "=", count: to - from - 1) + "]"
            return TextLines.padded(String(repeating: " ", count: from) + bar, width: width)
        }
    }
}
