import FlashSale
import Testing

/// What `--require` and `require:` take, and what they refuse.
struct ThresholdParserTests {
    private static func figure(
        _ figure: ThresholdFigure, _ comparison: Threshold.Comparison, _ wanted: Double, isShare: Bool = false
    ) -> Threshold.Wish {
        .figure(figure, comparison, wanted: wanted, isShare: isShare)
    }

    private static func latency(_ whose: ThresholdFigure.Latencies, _ name: String) -> ThresholdFigure {
        .latency(whose, figure: RunRecord.Latency.figures.firstIndex { $0.column == name } ?? -1)
    }

    @Test(arguments: [
        ("sold>=99%", figure(.sold, .atLeast, 99, isShare: true)),
        ("sold = 1000", figure(.sold, .equal, 1000)),
        ("  undersell=0 ", figure(.undersell, .equal, 0)),
        ("undersell<0.5%", figure(.undersell, .less, 0.5, isShare: true)),
        ("p99<5ms", figure(latency(.attempt, "p99"), .less, 5000)),
        ("attempt-p99 < 5 ms", figure(latency(.attempt, "p99"), .less, 5000)),
        ("p99.9<=0.1ms", figure(latency(.attempt, "p999"), .atMost, 100)),
        ("p999<=250us", figure(latency(.attempt, "p999"), .atMost, 250)),
        ("purchase-p50<1.5s", figure(latency(.purchase, "p50"), .less, 1_500_000)),
        ("won-max<2min", figure(latency(.won, "max"), .less, 120_000_000)),
        ("throughput>=10000", figure(.throughput, .atLeast, 10_000)),
        ("throughput>10000/s", figure(.throughput, .more, 10_000)),
        ("gave-up<=1%", figure(.purchases(.gaveUp), .atMost, 1, isShare: true)),
        ("failed-attempts=0", figure(.attempts(.failed), .equal, 0)),
        ("attempts-per-win<3.25", figure(.attemptsPerWin, .less, 3.25)),
        ("elapsed<10s", figure(.elapsed, .less, 10_000_000)),
        ("violations<0.1%", figure(.violations, .less, 0.1)),
        ("inconclusive=fail", .conclusive),
    ])
    func reads(_ text: String, _ wish: Threshold.Wish) throws {
        let read = try ThresholdParser.thresholds(text)
        #expect(read.map(\.wish) == [wish])
        // The text of a record is read again by whoever judges the run again.
        #expect(read.map(\.text) == [text.filter { !$0.isWhitespace }])
        #expect(try ThresholdParser.thresholds(read[0].text) == read)
    }

    @Test func readsAList() throws {
        let list = try ThresholdParser.thresholds(
            "sold>=99%, p99<5ms,throughput>=10000 , undersell=0, inconclusive=fail")
        #expect(list.map(\.text) == ["sold>=99%", "p99<5ms", "throughput>=10000", "undersell=0", "inconclusive=fail"])
    }

    @Test("every figure has a name, and each name is one figure's")
    func names() {
        let names = ThresholdFigure.named.map(\.name)
        #expect(Set(names).count == names.count)
        for whose in ThresholdFigure.Latencies.allCases {
            for index in RunRecord.Latency.figures.indices {
                #expect(ThresholdFigure.named.contains { $0.figure == .latency(whose, figure: index) })
            }
        }
    }

    @Test(arguments: [
        ("", 0, "the name of a figure is wanted"),
        ("sold>=99%,", 10, "the name of a figure is wanted"),
        (",sold>=99%", 0, "the name of a figure is wanted"),
        ("sold", 4, "a comparison is wanted after sold"),
        ("sold~99", 4, "a comparison is wanted after sold"),
        ("sold=>99", 5, "a number is wanted"),
        ("sold==99", 5, "a number is wanted"),
        ("sold>=", 6, "a number is wanted, such as 5 or 99.5; found nothing"),
        ("sold>=-1", 6, "a number is wanted"),
        ("sold>=.5", 6, "a number is wanted"),
        ("sold>=٩٩", 6, "a number is wanted"),
        ("sold>=99ms", 8, "a number, or a share with %; found ms"),
        ("sold>=9999999999999999", 6, "at most 15 digits"),
        ("sold>=99 % or so", 11, "a comma or the end is wanted"),
        ("sold>=99% p99<5ms", 10, "a comma or the end is wanted"),
        ("sould>=99%", 0, "did you mean sold?"),
        ("throughput>=10,000", 15, "large numbers are written without commas"),
        ("sold>=99%, p99<5", 16, "needs its unit, one of us, ms, s and min, such as 5ms; found no unit"),
        ("p99<5m", 5, "needs its unit"),
        ("p99=5ms", 3, "measured and not counted"),
        ("throughput=5", 10, "measured and not counted"),
        ("throughput>=99%", 14, "a number a second"),
        ("violations<1", 12, "a share and needs %"),
        ("inconclusive=pass", 13, "and never with 0; found pass"),
        ("inconclusive>=fail", 12, "followed by =fail"),
        ("inconclusive=fail!", 17, "a comma or the end is wanted"),
    ])
    func refuses(_ text: String, _ offset: Int, _ message: String) {
        let problem = #expect(throws: ThresholdProblem.self) { try ThresholdParser.thresholds(text) }
        #expect(problem?.message.contains(message) == true, "\(problem?.message ?? "")")
        #expect(problem?.offset == offset)
    }

    @Test func marksThePlace() throws {
        let problem = #expect(throws: ThresholdProblem.self) {
            try ThresholdParser.thresholds("sold>=99%, p88<5ms")
        }
        #expect(problem?.place == "    sold>=99%, p88<5ms\n               ^")
    }

    @Test("a list of any length, and of any characters, is shown in two lines")
    func marksThePlaceOfOddLists() throws {
        let many = Array(repeating: "sold>=99%", count: 60).joined(separator: ",")
        for (text, shown) in [("\(many),oops>1,\(many)", "oops>1"), ("\u{202E}\n\u{1B}[31msold", "\\u{202E}")] {
            let problem = try #require(throws: ThresholdProblem.self) { try ThresholdParser.thresholds(text) }
            let lines = problem.place.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count == 2 && lines[0].count < 200 && lines[0].contains(shown), "\(problem.place)")
            let mark = lines[1].count - 1
            #expect(lines[1].last == "^" && lines[0].dropFirst(mark).hasPrefix(shown), "\(problem.place)")
            #expect(!problem.place.unicodeScalars.contains { $0 != "\n" && ForeignText.isHidden($0) })
        }
    }

    @Test func hasALimit() {
        let list = Array(repeating: "sold>=1", count: ThresholdParser.limit)
        #expect(throws: Never.self) { try ThresholdParser.thresholds(list.joined(separator: ",")) }
        #expect(throws: ThresholdProblem.self) {
            try ThresholdParser.thresholds((list + ["sold>=1"]).joined(separator: ","))
        }
    }
}
