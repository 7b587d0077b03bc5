import FlashSale
import Reports
import Testing

/// The last words of a report, and how little evidence it shows.
@Suite struct ClosingTests {
    @Test("the verdict is the last line as well as the first", arguments: Samples.all, [60, 100])
    func lastLine(_ record: RunRecord, _ columns: Int) throws {
        let document = ReportDocument(record, resultsPath: "results/x", originNanoseconds: nil)
        let lines = TextLayout(columns: columns, color: false).text(document).split(separator: "\n").map(String.init)
        let word = document.verdict.word.uppercased()
        let last = try #require(lines.last)
        #expect(lines[0].hasPrefix("\(word)  ") && last.hasPrefix("\(word)  "))
        #expect(last.count <= columns && (last.hasSuffix("…") || last == "\(word)  \(document.headline)"))
        let open = TextLayout(columns: columns, color: false).text(document, closes: false)
        #expect(open.split(separator: "\n").last?.hasPrefix(word) == false)
    }

    private static func lines(_ check: CheckResult) -> [String] {
        var record = Samples.violated
        record.checks = [.init(check, since: 5)]
        let document = ReportDocument(record, resultsPath: nil, originNanoseconds: 5)
        return TextLayout(color: false).text(document).split(separator: "\n").map(String.init)
    }

    @Test("three pieces of evidence a check, one of them that of the instant, and the rest counted")
    func evidence() {
        let pieces = (1...44).map { id in
            CheckResult.Evidence(
                "piece \(id)",
                attempts: [
                    Attempt(
                        id: id, purchase: id, buyer: id, invokedNanoseconds: 5,
                        returnedNanoseconds: id == 7 ? 12_250_005 : 99_000_000, outcome: .won)
                ])
        }
        let lines = Self.lines(CheckResult(.uniqueUnits, .violated, "twice", evidence: pieces))
        #expect(lines.filter { $0.contains("  unique-units: piece") }.count == 3)
        #expect(
            lines.contains("  unique-units: piece 7") && lines.contains { $0.hasPrefix("  unique-units: and 41 more") })
        #expect(lines.contains { $0.contains("twice; wrong since +12.250 ms, attempt 7") })
    }

    @Test("three are three, and nothing is counted that is shown")
    func few() {
        let lines = Self.lines(
            CheckResult(.uniqueUnits, .violated, "twice", evidence: (1...3).map { CheckResult.Evidence("piece \($0)") })
        )
        #expect(lines.filter { $0.contains("  unique-units: piece") }.count == 3)
        #expect(!lines.contains { $0.hasPrefix("  unique-units: and") || $0.contains("wrong since") })
    }

    @Test(
        "how often it went wrong, with its bound",
        arguments: [
            (300, 0, 0, "no violation in 300 runs, so below 1.0% at 95%"),
            (297, 3, 0, "violated in 3 of 300 runs, 1.0%; at 95% between 0.2% and 2.9%"),
            (0, 1, 0, "violated in 1 of 1 run, 100.0%; at 95% between 5.0% and 100.0%"),
            (2, 0, 1, "no violation in 2 runs, so below 77.7% at 95% (1 other proved nothing)"),
            (0, 0, 2, nil),
        ] as [(Int, Int, Int, String?)])
    func rate(upheld: Int, violated: Int, undecided: Int, says: String?) {
        var runs: [RunRecord] = []
        for (count, verdict) in [
            (upheld, CheckResult.Result.upheld), (violated, .violated), (undecided, .inconclusive),
        ] {
            var record = Samples.upheld
            record.verdict = verdict
            runs += Array(repeating: record, count: count)
        }
        let document = ReportDocument(SeriesRecord(runs, wanted: runs.count), resultsPaths: [])
        #expect(document.reason == says)
    }

    @Test("each run's findings, once, with the runs that have them")
    func findings() {
        var runs = Array(repeating: Samples.upheld, count: 8)
        for index in runs.indices { runs[index].findings = [] }
        runs[1].findings = [Finding(.hole, "a hole."), Finding(.errors, "an error")]
        for index in 2..<8 { runs[index].findings = [Finding(.hole, "another hole")] }
        let document = ReportDocument(SeriesRecord(runs, wanted: 8), resultsPaths: [])
        #expect(
            document.sections.last?.parts == [
                .points(["A hole. (in 7 of 8 runs: 2, 3, 4, 5, 6, …)", "An error (run 2)"])
            ])
    }
}
