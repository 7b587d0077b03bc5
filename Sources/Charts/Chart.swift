/// A picture of figures, as values: ``svg`` draws it.
package struct Chart: Sendable, Equatable {
    /// How many colours and dashes the style sheet has.
    package static let styles = 8
    /// Notes that are shown; the others are counted.
    package static let noteLimit = 8

    /// Within the page; made of small letters, digits and hyphens.
    package var id: String
    package var title: String
    /// What it shows, in words.
    package var summary: String
    package var x: Axis
    package var y: Axis
    package var layers: [Layer]
    package var notes: [Note] = []
    package var readout: Readout?
    /// Whether pictures with the same axis can be zoomed together.
    package var isOverTime = false

    package init(id: String, title: String, summary: String, x: Axis, y: Axis, layers: [Layer]) {
        self.id = id
        self.title = title
        self.summary = summary
        self.x = x
        self.y = y
        self.layers = layers
    }

    /// Two `svg` elements of one picture: one for wide pages, one for narrow ones, of which the style sheet shows one. In one
    /// alone, texts would become tiny on a telephone.
    package var svg: String {
        ChartLayout.all.map { layout in
            var drawing = ChartDrawing(self, layout)
            return drawing.draw()
        }.joined()
    }

    /// What the legend names: lines and parts, in the order in which they are drawn.
    var legend: [LegendEntry] {
        layers.flatMap { layer -> [LegendEntry] in
            switch layer {
            case .line(let line):
                return [LegendEntry(name: line.name, style: line.style, kind: line.shape == .dots ? .dot : .line)]
            case .stack(let stack):
                // The uppermost first, as it stands in the picture.
                return stack.parts.reversed().map { LegendEntry(name: $0.name, style: $0.style, kind: .area) }
            case .spreads: return []
            }
        }
    }
}
