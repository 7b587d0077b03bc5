/// The live lines on a terminal while a run goes on.
package enum ProgressLines {
    /// Fewer rows than this have room for one line only: a report needs the rest.
    private static let leastRows = 8
    private static let labelWidth = 10
    private static let barWidth = 24
    /// Of the last line, on which the cursor stays: what a terminal echoes of a Ctrl-C, twice, is not wrapped.
    private static let echo = 4

    /// Lines that a terminal neither wraps nor scrolls away: never more than fit, and always as many on a terminal of one size.
    ///
    /// - Parameters:
    ///   - columns: of the terminal; the last one stays free, since some terminals go on to the next line after it.
    ///   - rows: of the terminal; nil where it does not tell.
    ///   - isUnicode: whether it shows more than ASCII.
    package static func lines(
        _ summary: ProgressSummary, columns: Int, rows: Int?, isUnicode: Bool = true
    ) -> [String] {
        let width = max(0, columns - 1)
        let bar = summary.share.map { Self.bar($0, width: min(barWidth, max(0, width / 4)), isUnicode) + "  " } ?? ""
        var lines = [bar + summary.headline]
        if rows ?? .max >= leastRows {
            lines += summary.rows.map { row in
                row.label + String(repeating: " ", count: max(1, labelWidth - row.label.count)) + row.text
            }
        }
        return lines.enumerated().map { index, line in
            fitted(line, to: index == lines.count - 1 ? max(0, width - echo) : width, isUnicode)
        }
    }

    private static func fitted(_ line: String, to width: Int, _ isUnicode: Bool) -> String {
        guard line.count > width else { return line }
        let mark = isUnicode ? "…" : "~"
        return width > 0 ? String(line.prefix(width - 1)) + mark : ""
    }

    private static func bar(_ share: Double, width: Int, _ isUnicode: Bool) -> String {
        let full = Int((share * Double(width)).rounded(.down))
        let (done, open) = isUnicode ? ("█", "░") : ("#", ".")
        return String(repeating: done, count: full) + String(repeating: open, count: width - full)
    }
}
