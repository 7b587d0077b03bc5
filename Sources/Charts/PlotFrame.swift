/// Where the parts of a picture are: the plot between its axes, the ticks that have room, and what stands above and below.
struct PlotFrame {
    let layout: ChartLayout
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    let x: any Scale
    let y: any Scale
    let xTicks: [Label]
    let yTicks: [Label]
    let tags: [Tag]

    /// A text around, or before, a place.
    struct Label: Equatable {
        var tick: Tick
        /// The middle of the text on the x axis; on the y axis its height.
        var place: Double
        var text: String
    }

    /// The letter of a note.
    struct Tag: Equatable {
        var note: Int
        var x: Double
        var lane: Int
    }

    /// Free space between two texts.
    private static let gap = 8.0
    private static let tagLanes = 3
    /// At the edges of the picture.
    static let margin = 3.0
    static let tagWidth = 17.0

    init(_ chart: Chart, _ layout: ChartLayout) {
        self.layout = layout
        let height: Double
        if case .bands(let names) = chart.y.kind {
            height = layout.band * Double(max(1, names.count))
        } else {
            height = layout.plotHeight
        }
        // Each band has room for its name.
        let yTicks = chart.y.ticks(
            atMost: chart.y.kind.isOfBands ? Int(height / layout.band) : max(2, Int(height / 38)))
        let room = layout.width * 0.3
        let texts = yTicks.map { TextWidth.shortened($0.text, to: room, size: layout.fontSize) }
        let widest = texts.map { TextWidth.of($0, size: layout.fontSize) }.max() ?? 0
        left = (widest + Self.margin + Self.gap).rounded(.up)
        right = layout.width - 12
        x = chart.x.scale(from: left, to: right)
        tags = Self.tags(chart.notes.prefix(Chart.noteLimit), on: x, between: left, and: right)
        let lanes = (tags.map(\.lane).max() ?? -1) + 1
        top = layout.line + Double(lanes) * (layout.line + 2) + 6
        bottom = top + height
        y =
            if case .bands = chart.y.kind {
                chart.y.scale(from: top, to: bottom)
            } else {
                chart.y.scale(from: bottom, to: top)
            }
        let places = y
        self.yTicks = zip(yTicks, texts).map { Label(tick: $0, place: places.place($0.value), text: $1) }
        xTicks = Self.thinned(chart.x, on: x, left: left, right: right, layout)
    }

    /// As many ticks as have room for their texts beside each other, and all of them within the picture.
    private static func thinned(
        _ axis: Axis, on scale: any Scale, left: Double, right: Double, _ layout: ChartLayout
    ) -> [Label] {
        func labels(_ ticks: [Tick]) -> [Label] {
            ticks.map { tick in
                let text = TextWidth.shortened(tick.text, to: layout.width / 3, size: layout.fontSize)
                let half = TextWidth.of(text, size: layout.fontSize) / 2
                let place = scale.place(tick.value)
                return Label(
                    tick: tick, place: min(max(place, margin + half), layout.width - margin - half), text: text)
            }
        }
        func half(_ label: Label) -> Double { TextWidth.of(label.text, size: layout.fontSize) / 2 }
        func overlap(_ first: Label, _ second: Label) -> Bool {
            second.place - first.place < half(first) + half(second) + gap
        }
        if axis.kind == .percentile {
            // Not a grid of equal steps: the last of those that would overlap goes.
            return labels(axis.ticks(atMost: 10)).reduce(into: []) { kept, label in
                if kept.last.map({ !overlap($0, label) }) ?? true { kept.append(label) }
            }
        }
        for count in stride(from: max(2, Int((right - left) / 50)), through: 1, by: -1) {
            let found = labels(axis.ticks(atMost: count))
            if zip(found, found.dropFirst()).allSatisfy({ !overlap($0, $1) }) { return found }
        }
        return Array(labels(axis.ticks(atMost: 1)).prefix(1))
    }

    /// Notes' letters in lanes above the plot, so that none hides another; one that has no room is only in the list.
    private static func tags(
        _ notes: some Sequence<Note>, on scale: any Scale, between left: Double, and right: Double
    ) -> [Tag] {
        var ends: [Double] = []
        var tags: [Tag] = []
        let sorted = notes.enumerated().sorted { $0.element.start < $1.element.start }
        for (index, note) in sorted {
            let middle = (scale.place(note.start) + scale.place(note.end ?? note.start)) / 2
            let x = min(max(middle, left + tagWidth / 2), right - tagWidth / 2)
            let lane = ends.firstIndex { x - tagWidth / 2 - 2 >= $0 } ?? ends.count
            guard lane < tagLanes else { continue }
            if lane == ends.count { ends.append(0) }
            ends[lane] = x + tagWidth / 2
            tags.append(Tag(note: index, x: x, lane: lane))
        }
        return tags
    }

    /// What a note is called in the picture: A, B, … .
    static func letter(_ note: Int) -> String { String(Unicode.Scalar(UInt8(65 + note % 26))) }
}
