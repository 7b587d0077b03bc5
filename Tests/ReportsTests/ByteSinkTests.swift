import Reports
import Testing

@Suite struct ByteSinkTests {
    @Test(arguments: [0, 7, -1, 10, 99, 1_000_000, .max, .min])
    func decimalOfInt(_ number: Int) {
        var sink = MemorySink()
        sink.append(decimal: number)
        #expect(sink.text == "\(number)")
    }

    @Test(arguments: [0, 9, 18_446_744_073_709_551_615] as [UInt64])
    func decimalOfUInt64(_ number: UInt64) {
        var sink = MemorySink()
        sink.append(decimal: number)
        #expect(sink.text == "\(number)")
    }

    @Test func textAndBytes() {
        var sink = MemorySink()
        sink.append("秒殺")
        sink.append([0x2C])
        sink.append(byte: 0x21)
        #expect(sink.text == "秒殺,!")
    }
}
