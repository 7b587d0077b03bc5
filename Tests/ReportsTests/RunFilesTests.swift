import FactsTestSupport
import FlashSale
import Foundation
import Reports
import Testing

/// What is said where a file cannot be written. `/dev/full` stands for a disk without room.
@Suite struct RunFilesTests {
    private let folder: TemporaryFolder
    private var results = RunResults(
        record: Samples.upheld,
        facts: RunFacts(
            scenario: Samples.scenario(), history: [], ledger: Ledger(orders: [], isAtomic: true),
            finalStock: .units(1000), workers: []),
        latencies: LatencyHistograms(attempts: Self.nothing("attempts"), purchases: Self.nothing("purchases")),
        openedNanoseconds: 0)
    private static func nothing(_ subject: String) -> LatencyHistogram {
        LatencyHistogram(
            subject: subject, rows: [], mean: 0, standardDeviation: 0, max: 0, buckets: 1, subBuckets: 2)
    }

    private var record: RunRecord {
        get { results.record }
        set { results.record = newValue }
    }

    init() throws { folder = try TemporaryFolder() }

    private static let nothing = LatencyHistogram(
        subject: "attempts", rows: [], mean: 0, standardDeviation: 0, max: 0, buckets: 1, subBuckets: 1)

    private mutating func write(full names: [String]) throws -> ReportError? {
        for name in names {
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder.path)/\(name)", withDestinationPath: "/dev/full")
        }
        return RunFiles.write(&results, folder: folder.path, runsTable: folder.path + "/runs.csv")
    }

    private var text: String {
        TextLayout(color: false)
            .text(ReportDocument(record, resultsPath: "results/x", originNanoseconds: nil))
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test mutating func nothingIsSaidWhereNothingIsMissing() throws {
        #expect(try write(full: []) == nil)
        #expect(record == Samples.upheld)
        #expect(text.contains("(run.json has everything)") && !text.contains("incomplete"))
        #expect(folder.text("run.json")?.contains("missing_files") == false)
    }

    @Test mutating func theListIsWhatARunLeaves() throws {
        results.facts.epoch.forSale = .listed(["A7"])
        results.facts.items = [ItemEpoch(item: "tea", epoch: Epoch(units: 1, stock: .units(1)))]
        #expect(try write(full: []) == nil)
        #expect(folder.text("units.csv") == "unit\r\nA7\r\n")
        #expect(folder.names == RunFiles.names.sorted())
        #expect(RunFiles.names.suffix(2) == ["run.json", "runs.csv"])
    }

    @Test mutating func theOtherFilesSayWhichIsMissing() throws {
        let problem = try #require(try write(full: ["attempts.csv", "timeline.csv"]))
        #expect(problem.status == .cannotWrite && problem.description.contains("attempts.csv"))
        let read = try RunJSON.record(from: Array((folder.text("run.json") ?? "").utf8))
        #expect(read == record)
        #expect(read.missingFiles == ["attempts.csv", "timeline.csv"] && read.exitCode == .cannotWrite)
        #expect(folder.text("summary.csv")?.contains(",upheld,74,") == true)
        #expect(text.contains("But the results are incomplete (attempts.csv, timeline.csv could not be written)"))
        #expect(text.contains("(exit code 74)") && text.contains("(not complete)"))
        #expect(text.contains("attempts.csv could not be written: No space left on device."))
    }

    @Test mutating func aReportWithoutARunJSONDoesNotPointToIt() throws {
        #expect(try write(full: ["run.json"])?.status == .cannotWrite)
        #expect(record.exitCode == .cannotWrite && record.missingFiles == ["run.json"])
        #expect(text.contains("(run.json could not be written)") && !text.contains("has everything"))
        #expect(folder.text("runs.csv")?.contains(",upheld,74,") == true)
    }

    /// What ended the run comes before what became of its files; an interruption does not.
    @Test(
        arguments: [(.upheld, .cannotWrite), (.violated, .cannotWrite), (.interrupted, .cannotWrite), (.bug, .bug)]
            as [(FlashSale.ExitStatus, FlashSale.ExitStatus)])
    mutating func theExitCodeIsTheProcesss(_ before: FlashSale.ExitStatus, _ after: FlashSale.ExitStatus) throws {
        record.exitCode = before
        _ = try write(full: ["ledger.csv"])
        #expect(record.exitCode == after)
    }
}
