import Charts
import ChartsTestSupport
import Testing

struct ChartTests {
    private func chart(
        x: Axis = Axis("time", 0...1e9, measure: .time), y: Axis = Axis("things", 0...100),
        layers: [Layer] = [.line(.init("all", style: 1, pieces: [[.init(0, 0), .init(1e9, 100)]]))]
    ) -> Chart {
        Chart(id: "made-up", title: "Made up", summary: "It rises.", x: x, y: y, layers: layers)
    }

    @Test func drawsTheSameForWideAndNarrowPages() throws {
        let picture = try DrawnPicture(chart().svg)
        #expect(picture.flaws == [])
        #expect(picture.drawings.map(\.name) == ["chart chart-wide", "chart chart-narrow"])
        #expect(picture.drawings.allSatisfy { $0.title == "Made up" && $0.description == "It rises." })
        #expect(picture.classes["chart-line series-1"] == 4, "the line, and its swatch in the legend")
    }

    /// A page of 1000 pixels leaves a picture 940, one of 400 pixels 360, one of 720 pixels 700.
    @Test(arguments: [(0, 940.0, 11.0), (0, 720, 11), (1, 360, 11)])
    func hasTextsThatCanBeRead(drawing: Int, width: Double, least: Double) throws {
        let picture = try DrawnPicture(chart().svg)
        #expect(picture.drawings[drawing].fontSize * width / picture.drawings[drawing].width >= least)
    }

    @Test(arguments: [1e3, 7e4, 5e6, 1.23456e9, 3e11, 8.64e13], [1.0, 9999, 123_456, 1e9])
    func overlapsNowhere(time: Double, most: Double) throws {
        let range = NiceNumbers.rounded(0...most, atMost: 5)
        let picture = try DrawnPicture(
            chart(x: Axis("time since the first attempt", 0...time, measure: .time), y: Axis("units", range)).svg)
        #expect(picture.flaws == [])
        #expect(picture.drawings.allSatisfy { $0.texts.count >= 6 }, "titles, the legend, and two ticks an axis")
    }

    @Test func overlapsNowhereWithManyNames() throws {
        let names = (1...60).map { "thread \($0) of a worker" }
        let values = names.indices.map { Double($0 % 7) }
        for axis in [
            (Axis("threads", bands: names), Axis("n", 0...10)), (Axis("n", 0...10), Axis("threads", bands: names)),
        ] {
            let picture = try DrawnPicture(
                chart(x: axis.0, y: axis.1, layers: [.stack(.init([.init("n", style: 2, values: values)]))]).svg)
            #expect(picture.flaws == [])
        }
    }

    @Test(arguments: [
        "<script>alert(1)</script>&\"'", "\u{0}\u{1B}[31m\u{FFFE}", String(repeating: "long ", count: 2000),
        "🛒שלום\u{202E}",
    ])
    func escapesAndShortensTexts(text: String) throws {
        var chart = chart(x: Axis(text, bands: [text, text]), y: Axis(text, 0...1))
        chart.title = text
        chart.summary = text
        chart.layers = [.stack(.init([.init(text, style: 3, values: [1, 0.5])]))]
        chart.notes = [Note(.fault, from: 0, to: 1, text: text)]
        let picture = try DrawnPicture(chart.svg)
        #expect(picture.flaws == [])
        #expect(!chart.svg.contains("<script"))
        #expect(picture.drawings[0].description.count == text.count)
    }

    @Test func drawsNothingThatIsNoNumber() throws {
        let strange = [Double.nan, .infinity, -.infinity, 1e300, -1e300, 0]
        let points = strange.flatMap { x in strange.map { Layer.Point(x, $0) } }
        var chart = chart(
            layers: [
                .line(.init("a", style: 1, pieces: [points, []])),
                .line(.init("b", style: 2, shape: .steps, pieces: [points])),
                .line(.init("c", style: 3, shape: .dots, pieces: [points])),
                .stack(.init([.init("d", style: 4, values: strange)], steps: (0, 1e8))),
            ])
        chart.readout = Readout(
            start: 0, width: 1, series: [.init("e", measure: .time, values: strange.map { $0 } + [nil])])
        chart.isOverTime = true
        #expect(try DrawnPicture(chart.svg).flaws == [])
    }

    @Test func marksNotesSideBySide() throws {
        var chart = chart()
        chart.notes = (0..<12).map {
            Note(.fault, from: 5e8 + Double($0), to: 6e8, text: "crash \($0), 500 ms to 600 ms")
        }
        let picture = try DrawnPicture(chart.svg)
        #expect(picture.flaws == [])
        for drawing in picture.drawings {
            // Three letters above each other have room; all of those that are shown are in the list.
            #expect(drawing.texts.count { $0.content == "A" } == 2)
            #expect(drawing.texts.count { $0.content == "H" } == 1)
            #expect(drawing.texts.contains { $0.content == "and 4 more" })
        }
    }

    @Test func breaksALineWhereNobodyKnows() throws {
        let pieces = [[Layer.Point(0, 1), .init(1e8, 2)], [.init(5e8, 3)]]
        let svg = chart(layers: [.line(.init("left", style: 1, pieces: pieces))]).svg
        let path = try #require(svg.split(separator: "chart-line series-1\" d=\"").dropFirst().first)
        #expect(path.prefix { $0 != "\"" }.count { $0 == "M" } == 2)
    }

    @Test func tellsTheScriptItsValues() {
        var chart = chart()
        chart.isOverTime = true
        chart.readout = Readout(
            start: 0, width: 5e8,
            series: [.init("sold", values: [1, nil]), .init("p50", measure: .time, values: [1_234_567, 2000])])
        #expect(chart.svg.contains(#"data-names="sold|p50""#))
        #expect(chart.svg.contains(#"data-measures="count|time""#))
        #expect(chart.svg.contains(#"data-values="1,;1234.6,2""#))
        #expect(chart.svg.split(separator: "data-values").count == 2, "once, for both drawings")
    }
}
