import FlashSale
import Reports
import Testing

/// The gate: made-up runs against a baseline.
struct ComparisonBaselineTests {
    private static func held(
        _ subject: ComparisonSubject, against baseline: ComparisonSubject
    ) -> (record: ComparisonRecord, text: String) {
        let record = ComparisonRecordTests.record([subject], baseline: [baseline])
        let document = ReportDocument(record, resultsPath: nil)
        return (record, TextLayout(columns: 100, color: false).text(document))
    }

    private static func subject(
        runs: Int = 6, offset: Double = 0, factor: Double = 1, verdict: CheckResult.Result = .upheld,
        change: (inout ComparisonRun) -> Void = { _ in }
    ) -> ComparisonSubject {
        ComparisonRecordTests.subject(
            "lua", runs: runs, offset: offset, factor: factor, verdict: verdict, change: change)
    }

    @Test("one figure that is worse beyond the spread fails, and is named with both medians")
    func worse() throws {
        let slow = Self.subject { run in
            run.figures = run.figures.map { .init($0.figure, $0.figure == .winP99 ? $0.value * 2 : $0.value) }
        }
        let (record, text) = Self.held(slow, against: Self.subject(offset: 1))
        let worse = try #require(record.worse)
        #expect(worse.map(\.figure) == [.winP99] && record.exitCode == .violated && record.verdict == .upheld)
        #expect(worse.first?.subjectMedian == 1010 && worse.first?.otherMedian == 506)
        #expect(text.contains("worse than the baseline: p99 of a win of lua"), "\(text)")
        #expect(
            text.contains("lua (baseline) 0.506 ms, lua 1.010 ms (p 0.011): lua is WORSE than its baseline"), "\(text)")
    }

    @Test("what is the same or better passes")
    func passes() {
        let (same, text) = Self.held(Self.subject(), against: Self.subject(offset: 1))
        #expect(same.exitCode == .upheld && same.worse == [] && text.hasPrefix("UPHELD"))
        let (better, words) = Self.held(Self.subject(factor: 0.5), against: Self.subject())
        #expect(better.exitCode == .upheld && better.worse == [])
        #expect(words.contains("lua is better"), "\(words)")
    }

    @Test("a wrong sale fails though it is faster; one that proves nothing does not pass")
    func verdicts() {
        let (wrong, text) = Self.held(Self.subject(factor: 0.5, verdict: .violated), against: Self.subject())
        #expect(wrong.exitCode == .violated && text.hasPrefix("VIOLATED") && !text.contains("lua is better"))
        #expect(
            Self.held(Self.subject(verdict: .inconclusive), against: Self.subject()).record.exitCode == .inconclusive)
    }

    @Test("too few runs on either side cannot pass", arguments: [(6, 1), (2, 6), (3, 3), (6, 0)])
    func tooFew(_ runs: Int, _ others: Int) {
        let (record, text) = Self.held(Self.subject(runs: runs, factor: 9), against: Self.subject(runs: others))
        #expect(record.exitCode == .inconclusive && text.hasPrefix("INCONCLUSIVE"), "\(text)")
        #expect(text.contains("can never tell"), "\(text)")
    }

    @Test("a baseline that sold wrongly is no measure: slower is no failure, and nothing passes")
    func wrongBaseline() {
        let (record, text) = Self.held(Self.subject(factor: 3), against: Self.subject(verdict: .violated))
        #expect(record.exitCode == .inconclusive && record.worse == [])
        #expect(record.findings.contains { $0.contains("take upheld runs for a baseline") }, "\(record.findings)")
        #expect(text.hasPrefix("INCONCLUSIVE") && record.baselineTells == false)
    }

    @Test("a figure that only the baseline has keeps it from passing; one that only the subject has does not")
    func uncompared() {
        func without(_ figure: ComparisonFigure, _ offset: Double = 0) -> ComparisonSubject {
            Self.subject(offset: offset) { $0.figures.removeAll { $0.figure == figure } }
        }
        let (open, text) = Self.held(without(.winP99), against: Self.subject(offset: 1))
        #expect(open.exitCode == .inconclusive && text.contains("of lua could not be compared: it has none"), "\(text)")
        let (fine, words) = Self.held(Self.subject(offset: 1), against: without(.sellOutSeconds))
        #expect(fine.exitCode == .upheld && words.contains("could not be compared"))
    }

    @Test("the tables have the baseline, and names of any kind stay cells")
    func tables() {
        let name = "a,\"b\"<script>\u{1B}[31m"
        let record = ComparisonRecordTests.record(
            [ComparisonRecordTests.subject(name, factor: 2)], baseline: [Self.subject()])
        var csv = MemorySink()
        ComparisonCSV.write(record, to: &csv)
        let lines = csv.text.split(separator: "\r\n")
        #expect(lines.count == 3 && lines[1].hasPrefix("\"a,\"\"b\"\"<script>") && !csv.text.contains("\u{1B}"))
        #expect(lines[2].hasPrefix("lua (baseline),baseline,upheld,6,6,0,0,1000.000000,"))
        #expect(
            lines[0]
                == "subject,role,verdict,runs,upheld_runs,violated_runs,inconclusive_runs,"
                + [
                    "sold", "undersold", "gave_up", "attempts_per_win", "commands_per_win", "attempts_per_second",
                    "sell_out_seconds", "win_p50_us", "win_p99_us", "server_cpu_us_per_win",
                ].map { "\($0)_median,\($0)_min,\($0)_max" }.joined(separator: ","))
        var tests = MemorySink()
        ComparisonCSV.writeDifferences(record, to: &tests)
        let rows = tests.text.split(separator: "\r\n")
        #expect(
            rows[0] == "figure,subject,other,subject_median,other_median,p,corrected_p,beyond_spread,ahead,better")
        #expect(rows.count == 1 + ComparisonFigure.tested.count)
        #expect(rows.contains { $0.hasPrefix("win_p99_us,") && $0.hasSuffix(",true,lua (baseline),lua (baseline)") })
    }
}
