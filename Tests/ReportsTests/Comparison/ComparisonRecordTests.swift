import FlashSale
import Reports
import Testing

/// Comparisons of made-up runs.
struct ComparisonRecordTests {
    /// Runs that differ a little from each other.
    ///
    /// - Parameters:
    ///   - offset: added to each figure that spreads.
    ///   - factor: what times, figures per win, and the time that a unit takes are multiplied by.
    static func subject(
        _ name: String, runs: Int = 6, offset: Double = 0, factor: Double = 1, verdict: CheckResult.Result = .upheld,
        change: (inout ComparisonRun) -> Void = { _ in }
    ) -> ComparisonSubject {
        let record = Samples.record(
            .upheld, exitCode: .upheld, scenario: Samples.scenario(strategy: name), remaining: 0, ledgerOrders: 1000,
            tally: Samples.tally(won: 1000, soldOut: 3000))
        return ComparisonSubject(
            name,
            (0..<runs).map { index in
                var run = ComparisonRun(record, sellOutSeconds: 1, folder: "results/\(name)-\(index + 1)")
                run.verdict = verdict
                let step = Double(index) * 2 + offset
                run.figures = ComparisonFigure.allCases.map { figure in
                    switch figure {
                    case .sold: .init(figure, 1000)
                    case .undersold, .gaveUp: .init(figure, 0)
                    case .attemptsPerWin, .commandsPerWin: .init(figure, 4)
                    case .attemptsPerSecond: .init(figure, (10_000 + step) / factor)
                    default: .init(figure, (500 + step) * factor)
                    }
                }
                change(&run)
                return run
            })
    }

    private static func text(_ record: ComparisonRecord) -> String {
        TextLayout(columns: 100, color: false).text(ReportDocument(record, resultsPath: "results/a-compare"))
    }

    static func record(_ subjects: [ComparisonSubject], baseline: [ComparisonSubject]? = nil) -> ComparisonRecord {
        ComparisonRecord(started: "2025-11-11T00:00:00Z", subjects, baseline: baseline, runsWanted: 6)
    }

    @Test("what lies within the spread is no difference")
    func equal() {
        let record = Self.record([Self.subject("lua"), Self.subject("mine", offset: 1)])
        #expect(record.differences.count == ComparisonFigure.tested.count)
        #expect(!record.differences.contains { $0.beyondSpread || $0.ahead != nil || $0.better != nil })
        // Those that never change cost the others nothing.
        #expect(record.differences.count { $0.correctedP == nil } == 4)
        #expect(record.exitCode == .upheld && record.findings.isEmpty, "\(record.findings)")
        #expect(Self.text(record).contains("none beyond the spread of the runs"))
    }

    @Test("what is always faster is better, in each direction of a figure")
    func faster() throws {
        let record = Self.record([Self.subject("slow", factor: 2), Self.subject("fast")])
        let found = record.differences.filter(\.beyondSpread)
        #expect(found.map(\.figure) == [.attemptsPerSecond, .sellOutSeconds, .winP50, .winP99, .serverCPUPerWin])
        #expect(found.allSatisfy { $0.better == "fast" && $0.ahead == "fast" })
        let p = try #require(found.first?.correctedP)
        #expect(abs(p - 5 * 2.0 / 924) < 1e-9)
        #expect(record.exitCode == .upheld)
        let text = Self.text(record)
        #expect(text.contains("throughput: fast 10,005, slow 5,003 (p 0.011): fast is better"), "\(text)")
        #expect(text.contains("Mann-Whitney") && text.contains("Holm for 5 tests"))
    }

    @Test("what sells wrongly is never better, however fast", arguments: [CheckResult.Result.violated, .inconclusive])
    func wrong(_ verdict: CheckResult.Result) {
        let record = Self.record([
            Self.subject("naive", factor: 0.1, verdict: verdict), Self.subject("lua"),
            Self.subject("slow", factor: 5),
        ])
        let pair = record.differences.filter { $0.subject == "naive" && $0.beyondSpread }
        #expect(pair.count == 10 && pair.allSatisfy { $0.ahead == "naive" && $0.better == nil })
        #expect(!record.differences.contains { $0.better == "naive" })
        #expect(record.differences.contains { $0.better == "lua" })
        #expect(record.verdict == verdict && record.exitCode == FlashSale.ExitStatus(verdict))
        let text = Self.text(record)
        #expect(text.contains("no merit, since naive is \(verdict.word)") && !text.contains("naive is better"))
        #expect(text.contains("\(verdict.word.uppercased()) 6/6"))
    }

    @Test("one wrong run of many is a wrong subject")
    func oneOfMany() {
        var subject = Self.subject("mine", factor: 0.1)
        subject.runs[3].verdict = .violated
        let record = Self.record([ComparisonSubject("mine", subject.runs), Self.subject("lua")])
        #expect(record.subjects[0].violated == 1 && record.subjects[0].upheld == 5 && record.exitCode == .violated)
        #expect(!record.differences.contains { $0.better == "mine" })
        #expect(record.findings.contains { $0.contains("mine sold wrongly in 1 of 6 runs") })
    }

    @Test("three against three: it says that it cannot tell, and how many could")
    func tooFew() {
        let record = Self.record([Self.subject("slow", runs: 3, factor: 9), Self.subject("fast", runs: 3)])
        #expect(!record.differences.contains(where: \.beyondSpread) && record.exitCode == .upheld)
        #expect(
            record.findings.contains {
                $0.contains("3 against 3 runs") && $0.contains("can never tell") && $0.contains("5 runs of each can")
            }, "\(record.findings)")
    }

    @Test("as many runs as are usual can show a difference, for few subjects and for many")
    func usual() throws {
        for subjects in 2...9 {
            let tests = subjects * (subjects - 1) / 2 * ComparisonFigure.tested.count
            let runs = try #require(ComparisonTests.runsNeeded(tests: tests))
            #expect(RankSumTest.smallestProbability(runs, runs) * Double(tests) <= ComparisonTests.alpha)
        }
        #expect(ComparisonTests.runsNeeded(tests: 9) == 6 && ComparisonTests.runsNeeded(tests: 9, against: 1) == nil)
    }

    @Test("what is faster than something wrong is better; a figure that some runs lack is told")
    func partly() {
        let slow = Self.subject("naive", factor: 3, verdict: .violated) { run in
            if run.folder == "results/naive-2" { run.figures.removeAll { $0.figure == .winP99 } }
        }
        let record = Self.record([slow, Self.subject("lua")])
        #expect(record.differences.filter(\.beyondSpread).allSatisfy { $0.better == "lua" })
        #expect(record.findings.contains("win_p99_us is known of 5 of 6 runs of naive only."), "\(record.findings)")
    }

    @Test("many subjects: who leads in each figure, who is within the spread, and nobody who sells wrongly")
    func many() {
        let record = Self.record([
            Self.subject("a", runs: 9), Self.subject("b", runs: 9, offset: 1), Self.subject("c", runs: 9, factor: 2),
            Self.subject("naive", runs: 9, factor: 0.1, verdict: .violated),
        ])
        let text = Self.text(record).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(
            text.contains(
                "p99 of a win: a 0.508 ms; within the spread of it: b; behind it: c; ahead of it: naive (no merit: violated)"
            ), "\(text)")
        #expect(text.contains("throughput: b 10,009; within the spread of it: a; behind it: c"), "\(text)")
        #expect(!text.contains("purchases that gave up: "))
    }

    @Test("a run that was cut short counts for the verdict alone")
    func cutShort() {
        let subject = Self.subject("lua") { if $0.folder == "results/lua-6" { $0.cutShort = true } }
        let record = Self.record([subject, Self.subject("mine")])
        #expect(record.subjects[0].runs.count == 6 && record.subjects[0][.winP50]?.runs == 5)
        #expect(record.findings.contains { $0.contains("1 run of lua did not come to its end") })
    }

    @Test("a figure without an end ranks last, and survives every format")
    func endless() throws {
        let never = Self.subject("optimistic") { run in
            run.figures = run.figures.map { .init($0.figure, $0.figure == .sellOutSeconds ? .infinity : $0.value) }
        }
        let record = Self.record([never, Self.subject("lua", offset: 1)])
        let found = record.differences.filter(\.beyondSpread)
        #expect(found.map(\.figure) == [.sellOutSeconds] && found.first?.better == "lua")
        #expect(Self.text(record).contains("never"))
        var json = MemorySink()
        ComparisonJSON.write(record, to: &json)
        #expect(try ComparisonJSON.record(from: json.bytes) == record)
        var csv = MemorySink()
        ComparisonCSV.write(record, to: &csv)
        #expect(csv.text.split(separator: "\r\n")[1].contains("infinity"))
    }

    @Test("other surroundings and other loads are told")
    func conditions() {
        let other = Self.subject("mine") { run in
            run.surroundings = run.surroundings.map { .init($0.name, $0.name == "server" ? "redis 8.0" : $0.value) }
            run.load = run.load.map { .init($0.name, $0.name == "quantity" ? "1..3" : $0.value) }
        }
        let findings = Self.record([Self.subject("lua"), other]).findings
        #expect(findings.contains { $0.contains("different surroundings") && $0.contains("redis 8.0") }, "\(findings)")
        #expect(findings.contains { $0.contains("different loads (quantity 1..1 and 1..3)") }, "\(findings)")
    }
}
