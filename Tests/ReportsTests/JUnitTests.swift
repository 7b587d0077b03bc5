import FlashSale
import Foundation
import Reports
import Testing

/// JUnit XML as a library reads it that is not ours.
struct JUnitTests {
    struct Suite: Decodable {
        struct Case: Decodable {
            var name: String
            var `class`: String
            var result: String
            var message: String?
            var type: String?
            var text: String?
        }

        var name: String
        var tests: Int
        var failures: Int
        var errors: Int
        var skipped: Int
        var properties: [String: String]
        var cases: [Case]
        var output: String

        subscript(_ name: String) -> Case? { cases.first { $0.name == name } }
    }

    private static func read(_ report: GateReport) throws -> [Suite] {
        let folder = try TemporaryFolder()
        let path = folder.path + "/junit.xml"
        try Data(GateSamples.written { JUnit.write(report, to: &$0) }.utf8).write(to: URL(filePath: path))
        return try JSONDecoder().decode([Suite].self, from: Python.run("gate/read-junit.py", [path]))
    }

    private static func only(_ report: GateReport) throws -> Suite {
        let suites = try read(report)
        try #require(suites.count == 1)
        return suites[0]
    }

    @Test func allIsWell() throws {
        let record = try GateSamples.record("sold>=34, p99<1s")
        let suite = try Self.only(GateSamples.report(record))
        #expect(suite.name == "optimistic" && suite.failures == 0 && suite.errors == 0 && suite.skipped == 1)
        // Five checks, two thresholds, and the end.
        #expect(suite.tests == 8 && suite.cases.count == 8)
        #expect(suite["no-oversell"]?.class == "stress.optimistic.checks")
        #expect(suite["purchase-limit"]?.result == "skipped")
        #expect(suite["purchase-limit"]?.message == "the strategy has no limit")
        #expect(suite["sold>=34"]?.result == "passed" && suite["came to its end"]?.result == "passed")
        #expect(suite.properties["sold_by_server"] == "34" && suite.properties["attempt_p50_us"] == "12050.000")
        #expect(suite.output.hasPrefix("UPHELD"))
    }

    @Test func whatIsViolatedFailsWithItsEvidence() throws {
        let suite = try Self.only(GateSamples.report(Samples.violated))
        #expect(suite.failures == 3 && suite.errors == 0 && suite["ledger"]?.result == "passed")
        let unit = try #require(suite["unique-units"])
        #expect(unit.result == "failure" && unit.type == "violated")
        #expect(unit.message?.hasPrefix("55 times a unit was sold") == true)
        #expect(unit.text?.contains("both buyers were sold unit 4") == true)
        #expect(unit.text?.contains("buyer 17 (attempt 49)") == true && unit.text?.contains("[=") == true)
    }

    @Test func whatNobodyCanTellIsAnError() throws {
        let suite = try Self.only(GateSamples.report(Samples.inconclusive))
        #expect(suite.failures == 0 && suite.errors == 1)
        #expect(suite["exact-accounting"]?.result == "error" && suite["exact-accounting"]?.type == "inconclusive")
    }

    @Test func anUnmetThresholdFails() throws {
        let record = try GateSamples.record("sold>=99%, p999<1ms")
        #expect(record.verdict == .upheld && record.exitCode == .violated)
        let suite = try Self.only(GateSamples.report(record))
        #expect(suite.failures == 2 && suite["sold>=99%"]?.type == "unmet")
        #expect(suite["sold>=99%"]?.message == "3.4% (34 of 1,000); at least 99% is wanted")
    }

    /// A run that was stopped, or whose results are incomplete, has checks that are all upheld.
    @Test("no command that ends with anything but 0 leaves only green cases", arguments: FlashSale.ExitStatus.allCases)
    func greenMeansZero(_ status: FlashSale.ExitStatus) throws {
        for sample in Samples.all + [Samples.openLoop] {
            var record = sample
            record.exitCode = status
            let report = GateSamples.report(record)
            #expect(status == .upheld || !report.red.isEmpty, "\(record.verdict)")
            #expect(record.verdict == .upheld || !report.red.isEmpty)
        }
        let good = GateSamples.report(Samples.upheld)
        #expect(good.red.isEmpty)
    }

    @Test func claims() throws {
        var record = Samples.upheld
        record.claims = [
            .init("idempotent: purchase", .held, "nobody got two"),
            .init("safe-under: crash-redis", .broken, "12 sales were forgotten"),
            .init("safe-under: kill-worker", .notTested, "--no-claim-trial"),
        ]
        let suite = try Self.only(GateSamples.report(record))
        #expect(suite["idempotent: purchase"]?.result == "passed")
        #expect(suite["safe-under: crash-redis"]?.result == "failure")
        #expect(suite["safe-under: kill-worker"]?.result == "skipped")
    }

    @Test func series() throws {
        let series = SeriesRecord(
            [Samples.upheld, Samples.upheld], wanted: 2, thresholds: try ThresholdParser.thresholds("violations<10%"))
        #expect(series.verdict == .upheld && series.exitCode == .violated)
        let document = ReportDocument(series, resultsPaths: [])
        let runs = series.runs.enumerated().map { index, run in
            GateSuite(run, ReportDocument(run, resultsPath: nil, originNanoseconds: nil), number: index + 1)
        }
        let suites = try Self.read(
            GateReport(document, suites: runs + [GateSuite(series, document)], place: "results"))
        #expect(suites.map(\.name) == ["optimistic run 1", "optimistic run 2", "optimistic all runs"])
        #expect(suites.map(\.failures) == [0, 0, 1])
    }

    @Test func historiesAndProblems() throws {
        let history = try Self.only(GateSamples.report(Samples.history))
        #expect(history.name == "orders/attempts.csv" && history.failures > 0)
        #expect(history.properties["units"] == "97" && history.properties["verdict"] == "violated")
        let problem = try Self.only(GateReport(problem: "no Redis answers at 127.0.0.1:1", place: "sale.yaml"))
        #expect(problem.errors == 1 && problem.tests == 1)
        #expect(problem.cases[0].message == "no Redis answers at 127.0.0.1:1")
    }

    @Test("whatever text a run brings, the file stays one that everybody reads", arguments: HostileText.all)
    func hostile(_ text: String) throws {
        let suite = try Self.only(GateSamples.hostile(text))
        #expect(suite.failures == 3 && suite.errors == 1 && suite.skipped == 1 && suite.tests == 6)
    }
}
