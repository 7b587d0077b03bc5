/// What explains the picture: swatches with their names, and the notes that its letters stand for.
extension ChartDrawing {
    /// Of a swatch, with the space behind it.
    private static let swatch = 30.0

    /// Where the names of lines and parts stand, and the height under them.
    func placedLegend(from top: Double) -> (places: [(entry: LegendEntry, x: Double, y: Double)], bottom: Double) {
        let entries = chart.legend
        guard !entries.isEmpty else { return ([], top) }
        let widths = entries.map { Self.swatch + TextWidth.of($0.name, size: layout.fontSize) + 14 }
        let places = LegendEntry.places(widths, in: layout.width - 2 * PlotFrame.margin)
        let height = layout.line + 2
        let lines = Double((places.last?.line ?? 0) + 1)
        return (
            zip(entries, places).map { ($0, PlotFrame.margin + $1.x, top + Double($1.line) * height) },
            top + lines * height
        )
    }

    mutating func drawLegend(_ places: [(entry: LegendEntry, x: Double, y: Double)]) {
        for (entry, x, y) in places {
            let middle = y + layout.line / 2
            switch entry.kind {
            case .area:
                svg.leaf(
                    "rect",
                    [
                        "class": "chart-area", "fill": fill(entry.style), "x": number(x), "y": number(middle - 6),
                        "width": "24", "height": "12",
                    ])
            case .line, .dot:
                var path = SVGPath()
                path.move(entry.kind == .line ? x : x + 12, middle)
                path.line(entry.kind == .line ? x + 26 : x + 12.1, middle)
                let kind = entry.kind == .line ? "chart-line" : "chart-dots"
                svg.leaf("path", ["class": "\(kind) series-\(entry.style)", "d": path.text])
            }
            text(entry.name, x: x + Self.swatch, y: middle + layout.fontSize * 0.35)
        }
    }

    mutating func drawTags() {
        for tag in frame.tags {
            let y = layout.line + Double(tag.lane) * (layout.line + 2) + 2
            draw(letter: tag.note, x: tag.x, y: y, at: chart.notes[tag.note])
        }
    }

    /// The letter of a note in its box.
    ///
    /// - Parameters:
    ///   - x: of its middle.
    ///   - y: of its upper edge.
    ///   - note: whose place it marks; nil in the list.
    private mutating func draw(letter index: Int, x: Double, y: Double, at note: Note?) {
        let kind = chart.notes[index].kind.rawValue
        let middle = note.map { ($0.start + ($0.end ?? $0.start)) / 2 }
        svg.begin(
            "g", ["class": "chart-tag chart-\(kind)", "data-at": middle.map { "\($0)" } ?? "", "data-x": number(x)])
        svg.leaf(
            "rect",
            [
                "x": number(x - PlotFrame.tagWidth / 2), "y": number(y), "width": number(PlotFrame.tagWidth),
                "height": number(layout.line - 1), "rx": "3",
            ])
        text(PlotFrame.letter(index), x: x, y: y + layout.line - 6, class: "chart-tag-text", anchor: "middle")
        svg.end()
    }

    /// Notes, one to a line, and a line for those that are not shown.
    var noteLines: Int { shownNotes.count + (chart.notes.count > shownNotes.count ? 1 : 0) }

    mutating func drawNotes(from top: Double) {
        let height = layout.line + 2
        for (index, note) in shownNotes.enumerated() {
            let y = top + Double(index) * height
            draw(letter: index, x: PlotFrame.margin + PlotFrame.tagWidth / 2, y: y, at: nil)
            text(note.text, x: PlotFrame.margin + PlotFrame.tagWidth + 8, y: y + layout.line - 6)
        }
        let others = chart.notes.count - shownNotes.count
        guard others > 0 else { return }
        text(
            "and \(others) more", x: PlotFrame.margin,
            y: top + Double(shownNotes.count) * height + layout.line - 6)
    }
}
