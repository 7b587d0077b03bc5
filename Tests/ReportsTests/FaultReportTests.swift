import FlashSale
import Foundation
import Reports
import Testing

/// What a report and `run.json` say of planned faults.
@Suite struct FaultReportTests {
    private static var record: RunRecord {
        var record = Samples.upheld
        record.observed.openedNs = Samples.origin
        record.faults = [
            FaultRecord(
                Fault(.crashRedis, at: .sold(share: 0.3)), beganNs: Samples.origin + 1_250_000_000, effect: .proven,
                proof: "another run_id", struck: 12),
            FaultRecord(Fault(.evictStock, at: .sold(share: 1)), effect: .missed, proof: "its time never came"),
        ]
        record.observed.resets = [
            StockReset(
                .crashRedis, startedNs: 7, endedNs: 9, before: nil, after: .units(6), cutConnections: true,
                mayForget: true),
            StockReset(
                .evictStock, startedNs: 11, endedNs: 12, before: .units(4), after: .absent, cutConnections: false,
                mayForget: false),
        ]
        return record
    }

    @Test("each planned fault has its line, with when and with what shows its effect")
    func text() {
        let document = ReportDocument(Self.record, resultsPath: nil, originNanoseconds: Samples.origin)
        let text = TextLayout(columns: 100, color: false).text(document)
        #expect(text.contains("at 1.250 s, struck 12: another run_id"), "\(text)")
        #expect(text.contains("evict-stock@100%: missed: its time never came"), "\(text)")
        let without = ReportDocument(Samples.upheld, resultsPath: nil, originNanoseconds: nil)
        #expect(!TextLayout(columns: 100, color: false).text(without).contains("Faults"))
    }

    @Test("whoever judges a run again sees the same faults and resets")
    func roundTrip() throws {
        let written = try JSONEncoder().encode(Self.record)
        let read = try JSONDecoder().decode(RunRecord.self, from: written)
        let facts = read.facts(history: History([Attempt]()), journalProblems: [], orders: [])
        #expect(facts.faults == Self.record.faults)
        #expect(facts.resets == Self.record.observed.resets)
        #expect(facts.resets.count == 2)
    }
}
