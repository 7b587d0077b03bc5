/// Draws one picture in one layout.
struct ChartDrawing {
    let chart: Chart
    let layout: ChartLayout
    let frame: PlotFrame
    var svg = SVGWriter()

    init(_ chart: Chart, _ layout: ChartLayout) {
        self.chart = chart
        self.layout = layout
        frame = PlotFrame(chart, layout)
    }

    /// What begins the ids of this drawing, which are unique in the page.
    var id: String { "\(chart.id)-\(layout.name)" }

    func number(_ value: Double) -> String { SVGWriter.number(value) }

    mutating func draw() -> String {
        // What stands below the plot says how high the picture is.
        let underTicks = frame.bottom + layout.line + 4
        let underTitle = underTicks + (chart.x.title.isEmpty ? 0 : layout.line)
        let (entries, underEntries) = placedLegend(from: underTitle + 8)
        let height = underEntries + Double(noteLines) * (layout.line + 2) + 4
        beginPicture(height: height)
        definePatterns()
        drawTitles(xTitleAt: underTicks)
        drawAxes()
        svg.begin("g", ["clip-path": "url(#\(id)-clip)"])
        svg.begin("g", ["class": "chart-plot"])
        for note in shownNotes where note.end != nil { draw(span: note) }
        for layer in chart.layers { draw(layer) }
        for note in shownNotes { draw(edgesOf: note) }
        svg.end()
        svg.end()
        drawTags()
        drawLegend(entries)
        drawNotes(from: underEntries)
        svg.end()
        return svg.text
    }

    private mutating func beginPicture(height: Double) {
        let readout = layout == .wide ? chart.readout : nil
        svg.begin(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": "chart chart-\(layout.name)",
                "viewBox": "0 0 \(number(layout.width)) \(number(height))", "font-size": number(layout.fontSize),
                "role": "img", "aria-labelledby": "\(id)-title \(id)-text",
                "data-chart": chart.id, "data-over-time": chart.isOverTime ? "1" : "",
                "data-plot": [frame.left, frame.right, frame.top, frame.bottom].map(number).joined(separator: " "),
                "data-range": chart.isOverTime ? "\(chart.x.range.lowerBound) \(chart.x.range.upperBound)" : "",
                "data-steps": readout.map { "\($0.start) \($0.width)" } ?? "",
                "data-names": readout.map { $0.series.map(\.name).joined(separator: "|") } ?? "",
                "data-measures": readout.map { $0.series.map { "\($0.measure)" }.joined(separator: "|") } ?? "",
                "data-values": readout.map { $0.series.map(Self.text).joined(separator: ";") } ?? "",
            ])
        svg.leaf("title", ["id": "\(id)-title"], text: chart.title)
        svg.leaf("desc", ["id": "\(id)-text"], text: chart.summary)
    }

    /// The values with commas between them; durations in microseconds.
    private static func text(_ series: Readout.Values) -> String {
        series.values.map { value in
            guard let value, value.isFinite else { return "" }
            let number = series.measure == .time ? value / 1000 : value
            let short = abs(number) < 1e15 ? (number * 10).rounded() / 10 : number
            return short == short.rounded() && abs(short) < 1e15 ? "\(Int(short))" : "\(short)"
        }.joined(separator: ",")
    }

    private mutating func drawTitles(xTitleAt place: Double) {
        if !chart.y.title.isEmpty {
            text(chart.y.titleWithUnit, x: PlotFrame.margin, y: layout.line - 6, class: "chart-axis-title")
        }
        if !chart.x.title.isEmpty {
            text(
                chart.x.titleWithUnit, x: frame.right, y: place + layout.line - 6, class: "chart-axis-title",
                anchor: "end")
        }
    }

    /// A text no wider than the picture, from a place or up to it.
    mutating func text(
        _ content: String, x: Double, y: Double, class name: String = "chart-label", anchor: String = ""
    ) {
        let room = anchor == "middle" ? layout.width : anchor == "end" ? x - PlotFrame.margin : layout.width - x
        svg.leaf(
            "text",
            ["class": name, "x": number(x), "y": number(y), "text-anchor": anchor],
            text: TextWidth.shortened(content, to: room, size: layout.fontSize))
    }

    private mutating func drawAxes() {
        svg.begin("g", ["class": "chart-y-ticks"])
        let hasBands = chart.y.kind.isOfBands
        for label in frame.yTicks {
            if !hasBands {
                var path = SVGPath()
                path.move(frame.left, label.place)
                path.line(frame.right, label.place)
                svg.leaf("path", ["class": "chart-grid", "d": path.text])
            }
            text(label.text, x: frame.left - 6, y: label.place + layout.fontSize * 0.35, anchor: "end")
        }
        svg.end()
        svg.begin("g", ["class": "chart-x-ticks"])
        for label in frame.xTicks {
            let place = frame.x.place(label.tick.value)
            if !chart.x.kind.isOfBands {
                var path = SVGPath()
                path.move(place, hasBands ? frame.top : frame.bottom)
                path.line(place, frame.bottom + 5)
                svg.leaf("path", ["class": hasBands ? "chart-grid" : "chart-axis", "d": path.text])
            }
            text(label.text, x: label.place, y: frame.bottom + layout.line, anchor: "middle")
        }
        svg.end()
        var path = SVGPath()
        path.move(frame.left, frame.top)
        path.line(frame.left, frame.bottom)
        path.line(frame.right, frame.bottom)
        svg.leaf("path", ["class": "chart-axis", "d": path.text])
    }
}

extension Axis.Kind {
    var isOfBands: Bool { if case .bands = self { true } else { false } }
}
