import Reports
import Testing

@Suite struct ProgressLineTests {
    @Test(
        arguments: [
            (0, 0, 0, 0, 4000, 1000, "0.0 s  0%  0/4,000 purchases  0/1,000 units sold  0 attempts/s"),
            (
                3.21, 11_932, 34, 1240, 4000, 1000,
                "3.2 s  31%  1,240/4,000 purchases  34/1,000 units sold  3,717 attempts/s"
            ),
            (3.21, 11_932, 34, nil, 4000, 1000, "3.2 s  4,000 purchases  34/1,000 units sold  3,717 attempts/s"),
            (9.96, 9, 1, 3999, 4000, 1000, "10.0 s  99%  3,999/4,000 purchases  1/1,000 units sold  1 attempts/s"),
            (125, 10, 1, 4000, 4000, 1, "2 min 5 s  100%  4,000/4,000 purchases  1/1 units sold  0 attempts/s"),
            (
                3599, 1_000_000_000, 999_999, 999_999, 999_999, 999_999,
                "59 min 59 s  100%  999,999/999,999 purchases  999,999/999,999 units sold"
            ),
            (
                10, 50_000_000, 1_500_000, 2_500_000, 9_000_000, 3_000_000,
                "10.0 s  27%  2.5M/9.0M purchases  1.5M/3.0M units sold  5.0M attempts/s"
            ),
            (3.21, 11_932, 34, 1240, nil, 1000, "3.2 s  1,240 purchases  34/1,000 units sold  3,717 attempts/s"),
            (3.21, 11_932, 34, nil, nil, 1000, "3.2 s  34/1,000 units sold  3,717 attempts/s"),
            (.nan, 5, 0, 0, 0, 1, "-  -  0/0 purchases  0/1 units sold  0 attempts/s"),
        ] as [(Double, Int, Int, Int?, Int?, Int, String)])
    func line(seconds: Double, attempts: Int, won: Int, purchases: Int?, planned: Int?, units: Int, expected: String) {
        let line = ProgressLine.text(
            elapsedSeconds: seconds, attempts: attempts, won: won, purchases: purchases, plannedPurchases: planned,
            units: units)
        #expect(line == expected)
        #expect(line.count < 80)
    }

    @Test func extremesFit() {
        let line = ProgressLine.text(
            elapsedSeconds: 1e-300, attempts: .max, won: .min, purchases: .max, plannedPurchases: .max, units: .max)
        #expect(line.count < 80)
    }

    @Test(
        arguments: [
            (0, ""), (1, ""), (4, "3.2"), (6, "3.2 s"), (11, "3.2 s  31%"), (36, "3.2 s  31%  1,240/4,000 purchases"),
            (60, "3.2 s  31%  1,240/4,000 purchases  34/1,000 units sold"),
            (200, "3.2 s  31%  1,240/4,000 purchases  34/1,000 units sold  3,717 attempts/s"),
        ])
    func itFits(_ columns: Int, _ expected: String) {
        let line = ProgressLine.text(
            elapsedSeconds: 3.21, attempts: 11_932, won: 34, purchases: 1240, plannedPurchases: 4000, units: 1000,
            columns: columns)
        #expect(line == expected)
    }

    /// What 80 columns have no room for.
    @Test func aWideTerminalShowsMore() {
        let line = ProgressLine.text(
            elapsedSeconds: 3599, attempts: 1_000_000_000, won: 999_999, purchases: 999_999, plannedPurchases: 999_999,
            units: 999_999, columns: 100)
        #expect(line.hasSuffix("999,999/999,999 units sold  277,855 attempts/s"))
    }
}
