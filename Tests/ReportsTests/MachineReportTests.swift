import FlashSale
import Foundation
import Reports
import Testing

/// What reports say of machines and their clocks.
struct MachineReportTests {
    private static func document(_ record: RunRecord) -> ReportDocument {
        ReportDocument(record, resultsPath: nil, originNanoseconds: nil)
    }

    @Test func allFormatsNameThem() {
        let text = TextLayout(color: false).text(Self.document(Samples.elsewhere))
        let markdown = GateSamples.written { MarkdownLayout.write(GateSamples.report(Samples.elsewhere), to: &$0) }
        for words in [text, markdown] {
            let line = words.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(line.contains("3 workers on 2 machines through ssh"))
            #expect(line.contains("c was lost: no line came from it for 3 s"))
            #expect(line.contains("the clock of c proves nothing"))
            #expect(line.contains("on 2 hosts, proven"))
        }
    }

    @Test func nothingIsSaidWhereAllWorkersWereHere() {
        let text = TextLayout(color: false).text(Self.document(Samples.upheld))
        #expect(!text.contains("Machines") && !text.contains("proven"))
    }

    @Test func aWindowThatIsNotProvenIsNotClaimed() {
        var record = Samples.elsewhere
        record.gate?.machines = .init(opened: Samples.origin, elsewhere: [(clock: MachineClock(), opened: UInt64(5))])
        #expect(record.gate?.machines?.provenWithinUs == nil && record.gate?.machines?.hosts == 2)
        let text = TextLayout(color: false).text(Self.document(record))
        #expect(text.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains("on 2 hosts is not proven"))
    }

    @Test func workersNameTheirMachine() {
        var sink = MemorySink()
        WorkersCSV.write(Samples.elsewhere.workers, to: &sink)
        let rows = sink.text.split(separator: "\r\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(rows.map { $0.last ?? "" } == ["machine", "", "", "b", "b", "c"])
    }

    @Test func theRecordIsReadBackWithTheSameClock() throws {
        var sink = MemorySink()
        RunJSON.write(Samples.elsewhere, to: &sink)
        let read = try RunJSON.record(from: sink.bytes)
        #expect(read == Samples.elsewhere)
        #expect(read.machines?[0].clock.envelope == Samples.clock)
        #expect(read.workerClocks == Samples.elsewhere.workerClocks)
        #expect(read.workerClocks?.unsound.map(\.name) == ["c"])
    }

    @Test func aClockThatCannotBeReadProvesNothing() {
        for text in ["x", "1:2 3", "1:2:3", "9999999999999999999:1", "-5:1", "1152921504606846976:1 1:1"] {
            #expect(!MachineClock(most: text, least: "1:1", exchanges: 3, isSound: true).isSound, "\(text)")
        }
        #expect(MachineClock(most: "1:1", least: "1:1", exchanges: 3, isSound: true).isSound)
        #expect(!MachineClock(most: "1:1", least: "1:1", exchanges: 3, isSound: false).isSound)
    }

    @Test func numbersThatJSONLacksLoseNothingElse() throws {
        var record = Samples.elsewhere
        record.machines?[0].cpuSeconds = .nan
        record.machines?[0].stealShare = .infinity
        record.machines?[0].latencyUs.p50 = .nan
        var sink = MemorySink()
        RunJSON.write(record, to: &sink)
        let read = try RunJSON.record(from: sink.bytes)
        #expect(read.machines?[0].cpuSeconds == 0 && read.machines?[0].stealShare == nil)
        #expect(read.machines?[0].latencyUs.p50 == nil && read.machines?[0].latencyUs.p99 == 2500)
    }
}
