import FlashSale
import Reports
import Testing

@Suite struct ProgressSummaryTests {
    private func progress(_ seconds: Double = 3.2) -> RunProgress {
        var progress = RunProgress(elapsedSeconds: seconds, attempts: 11_932, won: 34, purchases: 1240, unitsSold: 34)
        progress.recorded = .init(
            tally: Samples.tally(won: 34, soldOut: 2, conflict: 11_896), unitsWon: 34,
            lastSecond: .init(
                seconds: 1, latencyUs: .init(samples: 3717, min: 100, mean: 500, p50: 410, p99: 1204.5, max: 3000)))
        return progress
    }

    @Test func everyFigureHasItsPlace() {
        let summary = ProgressSummary(progress(), ProgressPlan(units: 1000, purchases: 4000))
        #expect(summary.share == 0.31)
        #expect(summary.headline == "31%  1,240 of 4,000 purchases  3.2 s, about 8 s left")
        #expect(summary.rows.map(\.label) == ["Units", "Attempts", "Speed"])
        #expect(
            summary.rows.map(\.text) == [
                "34 of 1,000 sold, 966 left", "11,932, 34 won, 2 sold-out, 11,896 conflict",
                "3,717 attempts/s, p50 0.41 ms, p99 1.20 ms in the last second",
            ])
    }

    @Test func aRunWithAnEndInTimeIsMeasuredByIt() {
        let summary = ProgressSummary(progress(), ProgressPlan(units: 1000, purchases: nil, seconds: 8))
        #expect(summary.share == 0.4)
        #expect(summary.headline == "40%  1,240 purchases  3.2 s, about 5 s left")
    }

    /// The first moments say nothing of the rest, and what nobody knows is not there.
    @Test func whatIsNotKnownIsNotSaid() {
        var early = RunProgress(elapsedSeconds: 0.4, attempts: 8, won: 1, purchases: 3, unitsSold: 1)
        let summary = ProgressSummary(early, ProgressPlan(units: 10, purchases: 40))
        #expect(summary.headline == "7%  3 of 40 purchases  0.4 s")
        #expect(summary.rows.map(\.text) == ["1 of 10 sold, 9 left", "8, 1 won", "20.0 attempts/s"])
        early.isClosing = true
        early.elapsedSeconds = 2
        #expect(
            ProgressSummary(early, ProgressPlan(units: 10, purchases: 40)).headline.hasSuffix(
                "2.0 s, the doors are closing"))
        let lost = RunProgress(elapsedSeconds: .nan, attempts: 0, won: 0, purchases: 0, unitsSold: 0)
        #expect(ProgressSummary(lost, ProgressPlan(units: 0, purchases: 0)).share == nil)
    }

    /// More sold than there were is no number of units that are left: the verdict says what it is.
    @Test func unitsAreNeverLessThanNone() {
        var progress = progress()
        progress.unitsSold = 1012
        let plan = ProgressPlan(units: 1000, purchases: 4000)
        #expect(ProgressSummary(progress, plan).rows[0].text == "1,012 of 1,000 sold")
        progress.restocked = 20
        #expect(
            ProgressSummary(progress, plan).rows[0].text
                == "1,012 of 1,000 sold (20 more were given to the sale), 8 left")
    }

    @Test func faultsAreShownWhileTheyLast() {
        var progress = progress()
        let plan = ProgressPlan(units: 1000, purchases: 4000, faults: 2)
        #expect(ProgressSummary(progress, plan).rows[3].text == "0 of 2 have begun")
        progress.faults = [.init(fault: "freeze-redis@1s", beganSeconds: 1, isUnderWay: true)]
        #expect(ProgressSummary(progress, plan).rows[3].text == "freeze-redis@1s for 2.2 s; 1 of 2 have begun")
        progress.faults[0].isUnderWay = false
        #expect(
            ProgressSummary(progress, plan).rows[3].text == "1 of 2 have begun, the last was freeze-redis@1s")
    }

    @Test func thePlainLine() {
        var progress = progress()
        progress.faults = [.init(fault: "lose-replies@0s:5%", beganSeconds: 0, isUnderWay: true)]
        #expect(
            ProgressLine.plain(progress, ProgressPlan(units: 1000, purchases: 4000))
                == "3.2 s  31%  1,240/4,000 purchases  34/1,000 units sold  3,729 attempts/s  won 34  sold-out 2  "
                + "conflict 11,896  p99 1.20 ms  fault lose-replies@0s:5%")
    }

    /// No terminal has to wrap a line, whatever its size, and on one size there are always as many.
    @Test(arguments: [1, 2, 5, 10, 20, 40, 80, 200], [nil, 1, 7, 8, 50] as [Int?])
    func linesFit(_ columns: Int, _ rows: Int?) {
        let plan = ProgressPlan(units: 1000, purchases: 4000, faults: 1)
        var huge = progress(1e6)
        huge.recorded?.tally = Samples.tally(won: 1 << 50, soldOut: 1 << 51, conflict: 1 << 52)
        for summary in [ProgressSummary(progress(), plan), ProgressSummary(huge, plan)] {
            for isUnicode in [true, false] {
                let lines = ProgressLines.lines(summary, columns: columns, rows: rows, isUnicode: isUnicode)
                #expect(lines.count == (rows ?? 8 >= 8 ? 5 : 1))
                #expect(lines.allSatisfy { $0.count < max(columns, 1) || $0.isEmpty }, "\(lines)")
                #expect(isUnicode || lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } })
            }
        }
    }

    @Test func theBarIsAsLongAsTheShare() {
        let plan = ProgressPlan(units: 1000, purchases: 4000)
        let lines = ProgressLines.lines(ProgressSummary(progress(), plan), columns: 100, rows: 24)
        #expect(lines[0].hasPrefix("███████░░░░░░░░░░░░░░░░░  31%  1,240 of 4,000"))
        #expect(lines[1] == "Units     34 of 1,000 sold, 966 left")
    }
}
