import FlashSale
import Reports
import Testing

/// Whole reports, byte for byte, at the narrowest and at the widest.
struct GoldenReportTests {
    /// What is told, and how; with colours where these are wanted.
    struct Report: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var text: @Sendable (_ color: Bool) -> String

        init(_ name: String, _ text: @escaping @Sendable (_ color: Bool) -> String) {
            testDescription = name
            self.text = text
        }

        static func run(_ name: String, _ record: RunRecord) -> Report {
            Report(name) {
                TextReport.text(
                    record, resultsPath: "results/2025-11-11T000000Z-\(record.strategy)",
                    originNanoseconds: Samples.origin, color: $0)
            }
        }
    }

    static let reports: [Report] = [
        .run("upheld", Samples.upheld), .run("violated", Samples.violated),
        .run("inconclusive", Samples.inconclusive), .run("interrupted", Samples.interrupted),
        .run("empty", Samples.empty), .run("open-loop", Samples.openLoop),
        Report("history") { TextReport.text(Samples.history, originNanoseconds: nil, color: $0) },
        Report("series") { SeriesText.text(Samples.series, resultsPaths: ["results/a", "results/b"], color: $0) },
    ]

    @Test(arguments: reports, [60, 100])
    func staysAsItIs(_ report: Report, _ columns: Int) throws {
        let text = TextWidth.with(columns: columns) { report.text(false) }
        #expect(try text == GoldenFiles.expected("\(report.testDescription)-\(columns).txt", for: text))
    }

    @Test(arguments: reports)
    func itsColoursStayAsTheyAre(_ report: Report) throws {
        let text = report.text(true)
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
