import Charts
import Testing

struct ScaleTests {
    @Test(arguments: [(1.0, 0.0), (10, 50), (100, 100), (0, -600), (-5, -600)])
    func placesFactorsAtEqualDistances(value: Double, place: Double) {
        #expect(abs(LogarithmicScale(1...100, from: 0, to: 100).place(value) - place) < 1e-9)
    }

    @Test(arguments: [(0.0, 0.0), (0.9, 100), (0.99, 200), (0.999, 300), (1, 300), (-1, 0)])
    func placesNinesAtEqualDistances(part: Double, place: Double) {
        #expect(abs(PercentileScale(upTo: 0.999, from: 0, to: 300).place(part) - place) < 1e-6)
    }

    @Test func placesBandsInTheirMiddle() {
        let scale = BandScale(4, from: 0, to: 100)
        #expect([0.0, 1, 3].map(scale.place) == [12.5, 37.5, 87.5])
        #expect(scale.step == 25)
        #expect(BandScale(0, from: 0, to: 100).step == 0)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 0, .greatestFiniteMagnitude])
    func hasNoPlaceThatIsNoNumber(value: Double) {
        let scales: [any Scale] = [
            LinearScale(0...10, from: 0, to: 100),
            LinearScale(-.greatestFiniteMagnitude ... .greatestFiniteMagnitude, from: 0, to: 1),
            LogarithmicScale(1...10, from: 0, to: 100), PercentileScale(upTo: 0.9, from: 0, to: 100),
            BandScale(3, from: 0, to: 100),
        ]
        for scale in scales { #expect(!scale.place(value).isNaN, "\(scale)") }
    }
}
