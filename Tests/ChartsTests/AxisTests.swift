import Charts
import Testing

struct AxisTests {
    private func texts(_ axis: Axis, atMost count: Int) -> [String] { axis.ticks(atMost: count).map(\.text) }

    @Test(arguments: [
        (0.0...10, 5, ["0", "2", "4", "6", "8", "10"]),
        (0...1, 5, ["0", "1"]),
        (0...4000, 4, ["0", "1000", "2000", "3000", "4000"]),
        (0...20_000, 4, ["0", "5k", "10k", "15k", "20k"]),
        (0...1_500_000, 3, ["0", "0.5M", "1.0M", "1.5M"]),
        (-20...20, 4, ["−20", "−10", "0", "10", "20"]),
        (5...5, 5, ["5"]),
    ])
    func marksCountsAtRoundNumbers(range: ClosedRange<Double>, count: Int, expected: [String]) {
        #expect(texts(Axis("", range), atMost: count) == expected)
    }

    @Test(arguments: [
        (5e3, ["0", "1", "2", "3", "4", "5"]),
        (5e6, ["0", "1", "2", "3", "4", "5"]),
        (2e9, ["0", "0.5", "1.0", "1.5", "2.0"]),
        (9e10, ["0", "20", "40", "60", "80"]),
        (6e11, ["0", "2", "4", "6", "8", "10"]),
        (3.6e13, ["0", "2", "4", "6", "8", "10"]),
    ])
    func marksTimesInOneUnit(end: Double, expected: [String]) {
        #expect(texts(Axis("", 0...end, measure: .time), atMost: 5) == expected)
    }

    @Test func marksPowersOfTen() {
        let axis = Axis("", 1e3...1e9, kind: .logarithmic, measure: .time)
        #expect(texts(axis, atMost: 10) == ["1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s"])
        #expect(texts(axis, atMost: 4) == ["1 µs", "100 µs", "10 ms", "1 s"])
    }

    @Test func marksPercentilesThatThereAre() {
        #expect(texts(Axis("", 0...0.9995, kind: .percentile), atMost: 9) == ["0%", "50%", "90%", "99%", "99.9%"])
        #expect(texts(Axis("", 0...0.5, kind: .percentile), atMost: 9) == ["0%", "50%"])
    }

    @Test(arguments: [
        (0.0...97, 0.0...100), (0...100, 0...100), (0...101, 0...150), (-3...97, -50...100), (0...0, 0...1),
    ])
    func endsAtRoundNumbers(range: ClosedRange<Double>, expected: ClosedRange<Double>) {
        let rounded = NiceNumbers.rounded(range, atMost: 5)
        #expect(rounded.lowerBound <= range.lowerBound && rounded.upperBound >= range.upperBound)
        #expect(rounded == expected || range.upperBound > 0 && rounded.upperBound <= range.upperBound * 1.5)
    }

    @Test(arguments: [
        (3.0...700, 1.0...1000), (1...1, 1...10), (10...100, 10...100), (0...5, 1e-12...10),
    ])
    func endsAtPowersOfTen(range: ClosedRange<Double>, expected: ClosedRange<Double>) {
        let found = NiceNumbers.powersAround(range)
        #expect(abs(found.lowerBound / expected.lowerBound - 1) < 1e-9)
        #expect(abs(found.upperBound / expected.upperBound - 1) < 1e-9)
    }

    @Test(arguments: [-Double.greatestFiniteMagnitude ... .greatestFiniteMagnitude, 1e300...1e301, 0...1e-300])
    func marksAnyRange(range: ClosedRange<Double>) {
        for measure in [Measure.count, .perSecond, .time] {
            #expect(Axis("", range, measure: measure).ticks(atMost: 5).count <= 7)
        }
    }

    @Test(arguments: [
        (1.0, "1 ns"), (1500, "1.5 µs"), (12_340_000, "12.3 ms"), (1e9, "1 s"), (0, "0 ns"), (9e10, "1.5 min"),
        (1.0000001e6, "1 ms"),
    ])
    func writesATimeWithItsUnit(nanoseconds: Double, text: String) {
        #expect(Measure.time.text(nanoseconds) == text)
    }
}
