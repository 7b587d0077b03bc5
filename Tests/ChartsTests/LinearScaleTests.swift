import Charts
import Testing

struct LinearScaleTests {
    @Test func placesValuesInProportion() {
        let scale = LinearScale(10...20, from: 100, to: 0)
        #expect(scale.place(10) == 100)
        #expect(scale.place(12.5) == 75)
        #expect(scale.place(20) == 0)
    }

    @Test func placesAValueWithoutASpanInTheMiddle() {
        #expect(LinearScale(3...3, from: 0, to: 10).place(3) == 5)
    }
}
