import FlashSale
import Reports
import Testing

/// What a report says of the claims of a strategy file.
@Suite struct ClaimReportTests {
    private static func section(_ claims: [RunRecord.Claim]?) -> ReportDocument.Section? {
        var record = Samples.upheld
        record.claims = claims
        return ReportDocument(record, resultsPath: nil, originNanoseconds: nil).sections.first {
            $0.title == "Claims of the strategy file"
        }
    }

    @Test("each with its result, and how many of each there are")
    func all() {
        let section = Self.section([
            .init("idempotent: purchase", .broken, "under lose-replies@0s:5%, ledger: 3 orders", check: .ledger),
            .init("safe-under: power-cut", .held, "under power-cut@80ms (9 bytes were cut)"),
            .init("safe-under: kill-service", .notTested, "kill-service: the run did not start the service"),
        ])
        #expect(section?.text == "1 broken, 1 held, 1 not tested")
        #expect(
            section?.parts == [
                .points([
                    "idempotent: purchase: broken: under lose-replies@0s:5%, ledger: 3 orders",
                    "safe-under: power-cut: held: under power-cut@80ms (9 bytes were cut)",
                    "safe-under: kill-service: not-tested: kill-service: the run did not start the service",
                ])
            ])
    }

    @Test("nothing where the file claims nothing")
    func nothing() { #expect(Self.section(nil) == nil && Self.section([]) == nil) }

    @Test("run.json has them, and reads them back")
    func record() throws {
        var record = Samples.upheld
        record.claims = [.init("safe-under: power-cut", .notTested, "why", check: .noOversell)]
        var sink = MemorySink()
        RunJSON.write(record, to: &sink)
        #expect(sink.text.contains("\"result\" : \"not-tested\""))
        #expect(try RunJSON.record(from: sink.bytes).claims == record.claims)
    }
}
