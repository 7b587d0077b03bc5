internal import Charts
package import FlashSale

/// The pictures of a comparison: for each figure a line for each subject, with a dot for each of its runs and a stroke at the median.
package enum ComparisonCharts {
    /// A page shows the one that fits, see charts.css.
    private struct Frame {
        var name: String
        var width: Double
        var labelWidth: Double
        /// Characters.
        var labelLength: Int
    }

    private static let frames = [
        Frame(name: "chart-wide", width: 640, labelWidth: 170, labelLength: 24),
        Frame(name: "chart-narrow", width: 340, labelWidth: 110, labelLength: 14),
    ]

    private static let endlessWidth = 90.0
    private static let rowHeight = 26.0

    /// In the order of the figures; without those that are the same in every run of all.
    package static func all(of record: ComparisonRecord) -> [PageChart] {
        let subjects = record.subjects + (record.baseline ?? [])
        return ComparisonFigure.allCases.compactMap { figure in
            let rows = subjects.map { ($0, $0.values(of: figure)) }.filter { !$0.1.isEmpty }
            guard Set(rows.flatMap { $0.1 }).count > 1 else { return nil }
            return PageChart(
                id: "compare-\(figure.rawValue.replacing("_", with: "-"))",
                title: figure.name.prefix(1).uppercased() + figure.name.dropFirst(),
                summary: rows.map { summary($0.0, figure) }.joined(separator: "; ") + ".",
                svg: frames.map { svg(figure, rows, $0) }.joined())
        }
    }

    /// `lua 19 ms (15 ms to 24 ms)`, and its verdict where that is not good.
    private static func summary(_ subject: ComparisonSubject, _ figure: ComparisonFigure) -> String {
        guard let spread = subject[figure] else { return "" }
        let verdict = subject.verdict == .upheld ? "" : ", \(subject.verdict.word)"
        return
            "\(subject.name) \(figure.text(spread.median)) (\(figure.text(spread.min)) to \(figure.text(spread.max))\(verdict))"
    }

    private static func svg(
        _ figure: ComparisonFigure, _ rows: [(ComparisonSubject, [Double])], _ frame: Frame
    ) -> String {
        let finite = rows.flatMap { $0.1 }.filter(\.isFinite)
        let hasEndless = rows.contains { $0.1.contains { !$0.isFinite } }
        // From nothing, so that twice as far is twice as much.
        let scale = LinearScale(
            0...max(finite.max() ?? 0, .leastNormalMagnitude), from: frame.labelWidth,
            to: frame.width - 12 - (hasEndless ? endlessWidth : 0))
        let height = Double(rows.count) * rowHeight + 24
        var svg =
            "<svg class=\"chart \(frame.name)\" viewBox=\"0 0 \(number(frame.width)) \(number(height))\" role=\"img\" aria-label=\"\(SVGText.escaped(figure.name))\">"
        for (index, (subject, values)) in rows.enumerated() {
            svg += row(figure, subject, values, scale, frame, middle: (Double(index) + 0.5) * rowHeight)
        }
        let axis = height - 20
        svg +=
            "<line class=\"chart-axis\" x1=\"\(number(scale.start))\" x2=\"\(number(scale.end))\" y1=\"\(number(axis))\" y2=\"\(number(axis))\"/>"
        svg += text("0", at: scale.start, axis + 15, anchor: "start")
        if let most = finite.max() { svg += text(figure.text(most), at: scale.end, axis + 15, anchor: "end") }
        return svg + "</svg>"
    }

    private static func row(
        _ figure: ComparisonFigure, _ subject: ComparisonSubject, _ values: [Double], _ scale: LinearScale,
        _ frame: Frame, middle: Double
    ) -> String {
        let isWrong = subject.verdict == .violated
        let label = ForeignText.shown(subject.name, limit: frame.labelLength) + (isWrong ? " ✗" : "")
        var row = "<g><title>\(SVGText.escaped(summary(subject, figure)))</title>"
        row += text(label, at: frame.labelWidth - 10, middle + 4, anchor: "end")
        let style = isWrong ? "chart-dot chart-dot-wrong" : "chart-dot"
        for value in values where value.isFinite {
            row += "<circle class=\"\(style)\" cx=\"\(number(scale.place(value)))\" cy=\"\(number(middle))\" r=\"4\"/>"
        }
        if let median = subject[figure]?.median, median.isFinite {
            let place = number(scale.place(median))
            row +=
                "<line class=\"chart-median\" x1=\"\(place)\" x2=\"\(place)\" y1=\"\(number(middle - 9))\" y2=\"\(number(middle + 9))\"/>"
        }
        let endless = values.count { !$0.isFinite }
        if endless > 0 {
            row += text(
                "\(figure.text(.infinity)): \(endless.grouped)", at: frame.width - 4, middle + 4, anchor: "end")
        }
        return row + "</g>"
    }

    private static func text(_ words: String, at x: Double, _ y: Double, anchor: String) -> String {
        "<text class=\"chart-label\" x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(SVGText.escaped(words))</text>"
    }

    private static func number(_ value: Double) -> String { value.fixed(places: 1) ?? "0" }
}
