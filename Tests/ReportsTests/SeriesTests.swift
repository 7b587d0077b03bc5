import FlashSale
import Foundation
import Reports
import Testing

/// Several runs of one scenario, as one result.
struct SeriesTests {
    private static func run(
        _ verdict: CheckResult.Result, _ exitCode: FlashSale.ExitStatus, rate: Double, p99: Double?, sold: Int = 10
    ) -> RunRecord {
        var record = Samples.upheld
        record.verdict = verdict
        record.exitCode = exitCode
        record.throughput.attemptsPerSecond = rate
        record.latencyUs.attempt.p99 = p99
        record.sale.soldToBuyers = sold
        return record
    }

    struct Case: Sendable {
        var runs: [(CheckResult.Result, FlashSale.ExitStatus)]
        var endedBy: FlashSale.ExitStatus?
        var verdict: CheckResult.Result
        var exitCode: FlashSale.ExitStatus
    }

    @Test(arguments: [
        Case(runs: [(.upheld, .upheld), (.upheld, .upheld)], verdict: .upheld, exitCode: .upheld),
        Case(
            runs: [(.upheld, .upheld), (.inconclusive, .inconclusive), (.upheld, .upheld)], verdict: .inconclusive,
            exitCode: .inconclusive),
        Case(
            runs: [(.inconclusive, .inconclusive), (.violated, .violated), (.inconclusive, .inconclusive)],
            verdict: .violated, exitCode: .violated),
        Case(runs: [(.violated, .violated), (.upheld, .interrupted)], verdict: .violated, exitCode: .interrupted),
        Case(runs: [(.upheld, .upheld)], endedBy: .unavailable, verdict: .upheld, exitCode: .unavailable),
        Case(runs: [(.violated, .violated)], endedBy: .interrupted, verdict: .violated, exitCode: .interrupted),
    ])
    func theWorstWins(_ expected: Case) {
        let runs = expected.runs.map { Self.run($0.0, $0.1, rate: 1, p99: 1) }
        let series = SeriesRecord(
            runs, wanted: runs.count + (expected.endedBy == nil ? 0 : 1), endedBy: expected.endedBy)
        #expect(series.verdict == expected.verdict && series.exitCode == expected.exitCode)
        #expect(series.decisive?.verdict == expected.verdict)
    }

    @Test func spreadsFromTheLeastToTheMost() {
        let odd = SeriesRecord(
            [30, 10, 20].map { Self.run(.upheld, .upheld, rate: $0, p99: $0 == 10 ? nil : $0, sold: Int($0)) },
            wanted: 3)
        #expect(odd.spread.attemptsPerSecond.map { [$0.min, $0.median, $0.max] } == [10, 20, 30])
        #expect(odd.spread.attemptP99Us.map { [$0.min, $0.median, $0.max] } == [20, 25, 30])
        #expect(odd.spread.soldToBuyers.map { [$0.min, $0.median, $0.max] } == [10, 20, 30])
        let none = SeriesRecord([Self.run(.upheld, .upheld, rate: .nan, p99: nil)], wanted: 1)
        #expect(none.spread.attemptsPerSecond == nil && none.spread.attemptP99Us == nil)
    }

    @Test func isAnArrayOfWholeRecordsInJSON() throws {
        let runs = [Self.run(.upheld, .upheld, rate: 5, p99: 1), Self.run(.violated, .violated, rate: 7, p99: 1)]
        var sink = MemorySink()
        RunJSON.write(SeriesRecord(runs, wanted: 2), to: &sink)
        let value = try #require(try JSONSerialization.jsonObject(with: Data(sink.bytes)) as? [String: Any])
        #expect(Set(value.keys) == ["verdict", "exit_code", "wanted", "spread", "violations", "runs"])
        #expect(value["verdict"] as? String == "violated" && value["exit_code"] as? Int == 1)
        let records = try #require(value["runs"] as? [[String: Any]])
        #expect(records.map { $0["verdict"] as? String } == ["upheld", "violated"])
        let spread = try #require(value["spread"] as? [String: [String: Double]])
        #expect(spread["attempts_per_second"] == ["min": 5, "median": 6, "max": 7])
        // Each is what run.json of that run holds.
        var single = MemorySink()
        RunJSON.write(runs[1], to: &single)
        let alone = try #require(try JSONSerialization.jsonObject(with: Data(single.bytes)) as? NSDictionary)
        #expect(records[1] as NSDictionary == alone)
    }

    @Test func tellsAllInATable() {
        let runs = [
            Self.run(.upheld, .upheld, rate: 5000, p99: 1500, sold: 122),
            Self.run(.violated, .violated, rate: 7000, p99: nil),
        ]
        let text = TextLayout(color: false).text(
            ReportDocument(
                SeriesRecord(runs, wanted: 3, endedBy: .interrupted), resultsPaths: ["results/a", "results/b"]))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "VIOLATED  2 runs of the 3 wanted of optimistic: 1 violated, 1 upheld")
        #expect(lines.contains { $0.hasPrefix("  1   upheld") && $0.contains("5,000") && $0.hasSuffix("results/a") })
        #expect(lines.contains { $0.hasPrefix("  2   violated") && $0.contains("-") && $0.hasSuffix("results/b") })
        #expect(lines.contains { $0.split(separator: " ") == ["attempts/s", "5,000", "6,000", "7,000"] })
        #expect(lines.allSatisfy { $0.count <= 100 })
    }

    /// A path has a line of its own where there is no room for it beside the figures.
    @Test func fitsANarrowTerminal() {
        let runs = [
            Self.run(.upheld, .upheld, rate: 5000, p99: 1500), Self.run(.violated, .violated, rate: 7000, p99: nil),
        ]
        let paths = ["results/2025-11-11T000000Z-optimistic", "results/2025-11-11T000001Z-optimistic"]
        let text = TextLayout(columns: 60, color: false).text(
            ReportDocument(SeriesRecord(runs, wanted: 2), resultsPaths: paths))
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.allSatisfy { $0.count <= 60 })
        let first = lines.firstIndex { $0.hasPrefix("  1   upheld") } ?? 0
        #expect(lines[first + 1] == "     " + paths[0] && lines[first + 3] == "     " + paths[1])
    }
}
