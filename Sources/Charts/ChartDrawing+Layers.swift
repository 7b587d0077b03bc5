/// What is drawn into the plot.
extension ChartDrawing {
    mutating func draw(_ layer: Layer) {
        switch layer {
        case .line(let line): draw(line)
        case .stack(let stack): stack.steps == nil ? drawBars(stack) : drawAreas(stack)
        case .spreads(let spreads): for (index, spread) in spreads.enumerated() { draw(spread, band: index) }
        }
    }

    private mutating func draw(_ line: Layer.Line) {
        var path = SVGPath()
        for piece in line.pieces where !piece.isEmpty {
            let first = (x: frame.x.place(piece[0].x), y: frame.y.place(piece[0].y))
            path.move(first.x, first.y)
            // A cap makes a dot of it.
            if piece.count == 1 || line.shape == .dots { path.line(first.x + 0.1, first.y) }
            for point in piece.dropFirst() {
                let (x, y) = (frame.x.place(point.x), frame.y.place(point.y))
                switch line.shape {
                case .straight: path.line(x, y)
                case .steps:
                    path.lineAcross(x)
                    path.line(x, y)
                case .dots:
                    path.move(x, y)
                    path.line(x + 0.1, y)
                }
            }
        }
        guard !path.text.isEmpty else { return }
        let kind = line.shape == .dots ? "chart-dots" : "chart-line"
        svg.leaf("path", ["class": "\(kind) series-\(line.style)", "d": path.text])
    }

    /// Each part from the bottom up to the sum of it and those below, the highest first, so that the others cover it: a sum has
    /// one edge to be written.
    private mutating func drawAreas(_ stack: Layer.Stack) {
        guard let steps = stack.steps else { return }
        for index in stack.parts.indices.reversed() {
            let part = stack.parts[index]
            guard part.values.contains(where: { $0 > 0 }) else { continue }
            var path = SVGPath()
            path.move(frame.x.place(steps.start), frame.y.place(0))
            for step in part.values.indices {
                path.line(
                    frame.x.place(steps.start + Double(step) * steps.width),
                    frame.y.place(Self.sum(stack, upTo: index, at: step)))
                path.lineAcross(frame.x.place(steps.start + Double(step + 1) * steps.width))
            }
            path.line(frame.x.place(steps.start + Double(part.values.count) * steps.width), frame.y.place(0))
            path.close()
            svg.leaf("path", ["class": "chart-area", "fill": fill(part.style), "d": path.text])
        }
    }

    private mutating func drawBars(_ stack: Layer.Stack) {
        let width = min(56, (frame.x as? BandScale)?.step ?? 10) * 0.7
        for index in stack.parts.indices {
            let part = stack.parts[index]
            var path = SVGPath()
            for (place, value) in part.values.enumerated() where value > 0 {
                let middle = frame.x.place(Double(place))
                let bottom = frame.y.place(Self.sum(stack, upTo: index - 1, at: place))
                // Too little to be seen is not nothing.
                let top = min(frame.y.place(Self.sum(stack, upTo: index, at: place)), bottom - 1)
                path.move(middle - width / 2, bottom)
                path.line(middle - width / 2, top)
                path.line(middle + width / 2, top)
                path.line(middle + width / 2, bottom)
                path.close()
            }
            if path.text.isEmpty { continue }
            svg.leaf("path", ["class": "chart-area", "fill": fill(part.style), "d": path.text])
        }
    }

    private static func sum(_ stack: Layer.Stack, upTo last: Int, at index: Int) -> Double {
        stack.parts.prefix(last + 1).reduce(0) { $0 + ($1.values.indices.contains(index) ? $1.values[index] : 0) }
    }

    private mutating func draw(_ spread: Layer.Spread, band: Int) {
        let middle = frame.y.place(Double(band))
        func x(_ value: Double) -> Double { frame.x.place(value) }
        var range = SVGPath()
        range.move(x(spread.least), middle)
        range.line(max(x(spread.most), x(spread.least) + 0.1), middle)
        svg.leaf("path", ["class": "chart-spread-range", "d": range.text])
        let width = max(1, x(spread.upperQuarter) - x(spread.lowerQuarter))
        svg.leaf(
            "rect",
            [
                "class": "chart-spread-middle", "x": number(x(spread.lowerQuarter)), "y": number(middle - 5),
                "width": number(width), "height": "10",
            ])
        var median = SVGPath()
        median.move(x(spread.median), middle - 8)
        median.line(x(spread.median), middle + 8)
        svg.leaf("path", ["class": "chart-spread-median", "d": median.text])
    }

    // MARK: Notes

    var shownNotes: ArraySlice<Note> { chart.notes.prefix(Chart.noteLimit) }

    mutating func draw(span note: Note) {
        let start = frame.x.place(note.start)
        let width = max(1, frame.x.place(note.end ?? note.start) - start)
        svg.leaf(
            "rect",
            [
                "class": "chart-span chart-\(note.kind.rawValue)", "x": number(start), "y": number(frame.top),
                "width": number(width), "height": number(frame.bottom - frame.top),
            ])
    }

    mutating func draw(edgesOf note: Note) {
        var path = SVGPath()
        for edge in [note.start] + (note.end.map { [$0] } ?? []) {
            path.move(frame.x.place(edge), frame.top)
            path.line(frame.x.place(edge), frame.bottom)
        }
        svg.leaf("path", ["class": "chart-mark chart-\(note.kind.rawValue)", "d": path.text])
    }

    // MARK: Patterns

    /// What an area of a style is filled with: a colour and a pattern, so that neither alone has to tell it apart.
    func fill(_ style: Int) -> String { "url(#\(id)-fill-\(style))" }

    mutating func definePatterns() {
        svg.begin("defs")
        svg.begin("clipPath", ["id": "\(id)-clip"])
        svg.leaf(
            "rect",
            [
                // With room for half of a dot.
                "x": number(frame.left - 2), "y": number(frame.top - 5),
                "width": number(frame.right - frame.left + 8), "height": number(frame.bottom - frame.top + 10),
            ])
        svg.end()
        for style in Set(chart.legend.filter { $0.kind == .area }.map(\.style)).sorted() {
            svg.begin(
                "pattern",
                ["id": "\(id)-fill-\(style)", "width": "8", "height": "8", "patternUnits": "userSpaceOnUse"])
            svg.leaf("rect", ["class": "fill-\(style)", "width": "8", "height": "8"])
            if let ink = Self.ink(style) { svg.leaf("path", ["class": "chart-ink", "d": ink]) }
            svg.end()
        }
        svg.end()
    }

    /// The lines of a style's pattern; nil for a plain one.
    private static func ink(_ style: Int) -> String? {
        switch style {
        case 2: "M0 2H8M0 6H8"
        case 3: "M-1 9L9 -1M-1 1L1 -1M7 9L9 7"
        case 4: "M2 2h.1M6 6h.1"
        case 5: "M0 0L8 8M8 0L0 8"
        case 6: "M-1 -1L9 9M-1 7L1 9M7 -1L9 1"
        case 7: "M2 0V8M6 0V8"
        case 8: "M4 0V8M0 4H8"
        default: nil
        }
    }
}
