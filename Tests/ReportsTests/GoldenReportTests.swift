import FlashSale
import Reports
import Testing

/// Whole reports, byte for byte, at the narrowest and at the widest.
struct GoldenReportTests {
    /// What is told.
    struct Report: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var document: ReportDocument

        init(_ name: String, _ document: ReportDocument) {
            testDescription = name
            self.document = document
        }

        static func run(_ name: String, _ record: RunRecord) -> Report {
            Report(
                name,
                ReportDocument(
                    record, resultsPath: "results/2025-11-11T000000Z-\(record.strategy)",
                    originNanoseconds: Samples.origin))
        }
    }

    static let reports: [Report] = [
        .run("upheld", Samples.upheld), .run("violated", Samples.violated),
        .run("inconclusive", Samples.inconclusive), .run("interrupted", Samples.interrupted),
        .run("empty", Samples.empty), .run("open-loop", Samples.openLoop),
        Report("history", ReportDocument(Samples.history, originNanoseconds: nil)),
        Report("series", ReportDocument(Samples.series, resultsPaths: ["results/a", "results/b"])),
    ]

    @Test(arguments: reports, [60, 100])
    func staysAsItIs(_ report: Report, _ columns: Int) throws {
        let text = TextLayout(columns: columns, color: false).text(report.document)
        #expect(try text == GoldenFiles.expected("\(report.testDescription)-\(columns).txt", for: text))
    }

    @Test(arguments: reports)
    func itsColoursStayAsTheyAre(_ report: Report) throws {
        let text = TextLayout(color: true).text(report.document)
        #expect(try text == GoldenFiles.expected("\(report.testDescription)-coloured.txt", for: text))
    }

    private static let records = [
        "upheld": Samples.upheld, "violated": Samples.violated, "inconclusive": Samples.inconclusive,
    ]

    @Test(arguments: records.keys.sorted())
    func theRecordStaysAsItIs(_ name: String) throws {
        var sink = MemorySink()
        RunJSON.write(try #require(Self.records[name]), to: &sink)
        #expect(try sink.text == GoldenFiles.expected("\(name).json", for: sink.text))
    }
}
