import FlashSale
import Testing

@testable import Reports

/// The table of latencies, and how wide the text is.
extension TextReportTests {
    /// Every attempt of the row of all is in one of the rows below it.
    @Test func attemptsWithoutAnEndHaveARow() {
        var record = Samples.upheld
        record.totals.tally.unknown = 9
        record.purchases.unknown = 3
        record.latencyUs.byOutcome.attempt[.unknown] = .init(samples: 4, min: 10, mean: 10, p50: 10, max: 10)
        var lines = Self.lines(record)
        #expect(lines.contains { $0.split(separator: " ").starts(with: ["unknown", "4", "0.010"]) })
        #expect(lines.contains { $0.split(separator: " ") == ["no", "end", "5"] + Array(repeating: "-", count: 7) })
        #expect(lines.contains { $0.split(separator: " ") == ["no", "end", "3"] + Array(repeating: "-", count: 7) })
        #expect(Self.words(record).contains("no end: no reply ever came"))
        record.totals.tally.unknown = 4
        record.purchases.unknown = 0
        lines = Self.lines(record)
        #expect(!lines.contains { $0.contains("no end") })
    }

    @Test func aLostWorkerIsMissingFromTheRowsOfAll() {
        var record = Samples.upheld
        #expect(!Self.words(record).contains("what it measured"))
        record.workers.append(Samples.worker(2, Samples.tally(won: 5), lost: "it was ended by signal 9"))
        #expect(
            Self.words(record).contains(
                "worker 2 was lost, and what it measured with it: the rows of all attempts and of all purchases lack it, the rows by "
                    + "outcome have it from its journal"))
        // Even where there is one outcome, its row is not that of all.
        #expect(Self.lines(record).contains { $0.hasPrefix("    gave-up") })
    }

    @Test func purchasesOfOneAttemptEachAreNotSaidTwice() {
        let record = Samples.violated
        #expect(record.latencyUs.attempt == record.latencyUs.purchase)
        #expect(Self.lines(record).contains("  purchases: the same, one attempt each"))
        #expect(!Self.lines(record).contains { $0.hasPrefix("  purchase ") })
        #expect(Self.lines(Samples.upheld).contains { $0.hasPrefix("  purchase ") })
    }

    @Test(arguments: [(true, true), (false, false), (nil, true)] as [(Bool?, Bool)])
    func thinkTimeIsSaidWhereThereIsAny(_ thinks: Bool?, isSaid: Bool) {
        var record = Samples.upheld
        record.latencyUs.includesThinkTime = thinks
        #expect(Self.words(record).contains("in ms, think time included;") == isSaid)
        record.scenario.thinkTimeMicroseconds = nil
        #expect(Self.words(record).contains("in ms, think time included;") == (thinks == true))
    }

    @Test(arguments: [60, 80, 90, 100], 0..<Samples.all.count)
    func theTextFitsTheTerminal(_ columns: Int, _ index: Int) {
        let usual = Self.lines(Samples.all[index])
        let lines = Self.lines(Samples.all[index], columns: columns)
        #expect(lines.allSatisfy { $0.count <= columns }, "\(lines.filter { $0.count > columns })")
        #expect((lines == usual) == (columns == 100 || usual.allSatisfy { $0.count <= columns && !$0.contains("[=") }))
    }

    @Test(arguments: [(nil, 100), (0, 100), (10, 60), (80, 80), (300, 100)] as [(Int?, Int)])
    func widthsAreBounded(_ columns: Int?, _ expected: Int) {
        #expect(TextLayout(columns: columns, color: false).width == expected)
    }
}
