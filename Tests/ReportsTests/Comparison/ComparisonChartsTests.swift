import FlashSale
import Foundation
import Reports
import Testing

struct ComparisonChartsTests {
    @Test("a picture for each figure that differs, a dot for each run, and the words for who cannot see it")
    func dots() throws {
        let charts = ComparisonCharts.all(
            of: ComparisonRecordTests.record([
                ComparisonRecordTests.subject("slow", factor: 2),
                ComparisonRecordTests.subject("naive", runs: 4, verdict: .violated),
            ]))
        #expect(
            charts.map(\.id) == [
                "compare-attempts-per-second", "compare-sell-out-seconds", "compare-win-p50-us", "compare-win-p99-us",
                "compare-server-cpu-us-per-win",
            ])
        let chart = try #require(charts.last)
        #expect(chart.svg.components(separatedBy: "<circle").count - 1 == 2 * 10)
        #expect(chart.svg.components(separatedBy: "chart-dot-wrong").count - 1 == 2 * 4)
        #expect(
            chart.summary
                == "slow 1,010 us (1,000 us to 1,020 us); naive 503 us (500 us to 506 us, violated).")
        #expect(charts[0].title == "Throughput")
    }

    @Test("what never ends stands beside the axis; names are text, not markup")
    func endless() throws {
        // A mark on the bracket makes one character of the two.
        let name = "</text><\u{301}script><script>alert('1')</script>\u{1}"
        let subject = ComparisonRecordTests.subject(name, runs: 3) { run in
            run.figures = run.figures.map { .init($0.figure, $0.figure == .sellOutSeconds ? .infinity : $0.value) }
        }
        let charts = ComparisonCharts.all(
            of: ComparisonRecordTests.record([subject, ComparisonRecordTests.subject("lua")]))
        let chart = try #require(charts.first { $0.id == "compare-sell-out-seconds" })
        #expect(chart.svg.contains(">never: 3</text>") && chart.summary.contains("never (never to never)"))
        #expect(
            charts.allSatisfy { !$0.svg.contains("<script") && !$0.svg.contains("nan") && !$0.svg.contains("inf\"") })
        let marks = Array(chart.svg.unicodeScalars)
        // XML cannot hold it.
        #expect(!marks.contains("\u{1}"))
        #expect(!zip(marks, marks.dropFirst()).contains { $0 == "<" && $1 == "\u{301}" })
        #expect(chart.svg.components(separatedBy: "<text").count == chart.svg.components(separatedBy: "</text>").count)
    }
}
