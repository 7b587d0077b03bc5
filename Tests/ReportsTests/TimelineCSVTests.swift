import FlashSale
import Reports
import Testing

@Suite struct TimelineCSVTests {
    private static let header =
        "elapsed_ms,attempts_invoked,attempts_returned,won,sold_out,conflict,duplicate,failed,unknown,returned,held\r\n"

    private static func text(_ attempts: [Attempt]) -> String {
        var sink = MemorySink()
        TimelineCSV.write(Timeline(attempts), to: &sink)
        return sink.text
    }

    private static func attempt(_ invoked: UInt64, _ returned: UInt64?, _ outcome: Outcome) -> Attempt {
        Attempt(
            id: 1, purchase: 1, buyer: 1, invokedNanoseconds: invoked, returnedNanoseconds: returned, outcome: outcome)
    }

    @Test func nothing() { #expect(Self.text([]) == Self.header) }

    @Test func everyStepIsThereAndOutcomesCountWhereTheyReturn() {
        let start: UInt64 = 7_000_000_000
        let text = Self.text([
            Self.attempt(start + 350_000_000, start + 399_999_999, .soldOut),
            Self.attempt(start, start + 99_999_999, .won),
            Self.attempt(start + 10_000_000, start + 100_000_000, .conflict),
            Self.attempt(start + 20_000_000, nil, .unknown),
            Self.attempt(start + 30_000_000, start + 310_000_000, .unknown),
            Self.attempt(start + 400_000_000, start + 400_000_000, .failed),
            Self.attempt(start + 400_000_000, start + 410_000_000, .duplicate),
            Self.attempt(start + 400_000_000, start + 420_000_000, .held),
        ])
        #expect(
            text == Self.header
                + "0,4,1,1,0,0,0,0,1,0,0\r\n"
                + "100,0,1,0,0,1,0,0,0,0,0\r\n"
                + "200,0,0,0,0,0,0,0,0,0,0\r\n"
                + "300,1,2,0,1,0,0,0,1,0,0\r\n"
                + "400,3,3,0,0,0,1,1,0,0,1\r\n")
    }

    @Test func aReturnBeforeTheStartCountsAtTheStart() {
        #expect(Self.text([Self.attempt(500, 1, .won)]) == Self.header + "0,1,1,1,0,0,0,0,0,0,0\r\n")
    }

    @Test(
        arguments: [
            (9, "900", 11), (10, "1000", 7), (19, "1800", 11), (20, "1800", 8), (29, "2700", 11), (1000, "90900", 11),
        ] as [(UInt64, String, Int)])
    func aHugeSpanGetsWiderSteps(_ lastStep: UInt64, _ lastElapsed: String, _ lines: Int) {
        var sink = MemorySink()
        TimelineCSV.write(Timeline([Self.attempt(0, lastStep * 100_000_000, .won)], stepLimit: 10), to: &sink)
        let found = sink.text.split(separator: "\r\n")
        #expect(found.count == lines)
        #expect(found.last == "\(lastElapsed),0,1,1,0,0,0,0,0,0,0")
    }

    @Test func forgedTimesAreBounded() {
        var sink = MemorySink()
        TimelineCSV.write(Timeline([Self.attempt(0, .max, .won)], stepLimit: 1000), to: &sink)
        let lines = sink.text.split(separator: "\r\n")
        #expect(lines.count <= 1 + 1000)
        #expect(lines.last?.hasSuffix(",0,1,1,0,0,0,0,0,0,0") == true)
    }

    @Test func aDayFits() { #expect(Timeline.stepLimit >= 24 * 60 * 60 * 10) }
}
