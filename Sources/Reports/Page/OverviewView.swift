internal import FlashSale

/// Several runs side by side: their verdicts and figures in a table, and the pictures of the same thing beside each other.
struct OverviewView {
    struct Column {
        let number: Int
        let anchor: String
        let strategy: String
        let verdictWord: String
        let verdictClass: String
    }

    struct Row {
        let label: String
        /// One for each run.
        let figures: [String]
    }

    /// The pictures of one subject, one of each run that has it.
    struct Subject {
        let title: String
        let pictures: [ChartView]
    }

    let headline: String
    let columns: [Column]
    let rows: [Row]
    let subjects: [Subject]

    init(_ runs: [PageRun], _ views: [RunView]) {
        let counts = [CheckResult.Result.violated, .inconclusive, .upheld].compactMap { result in
            let count = runs.count { $0.record.verdict == result }
            return count > 0 ? "\(count.grouped) \(result.word)" : nil
        }
        headline = "\(runs.count.counted("run")): \(counts.joined(separator: ", "))"
        columns = views.enumerated().map { index, view in
            Column(
                number: index + 1, anchor: view.anchor, strategy: view.strategy, verdictWord: view.verdictWord,
                verdictClass: view.verdictClass)
        }
        rows = Self.rows(runs)
        var ids: [String] = []
        for view in views {
            for chart in view.ownCharts where !ids.contains(chart.subject) { ids.append(chart.subject) }
        }
        subjects = ids.map { id in
            let pictures = views.flatMap { view in view.ownCharts.filter { $0.subject == id } }
            return Subject(title: pictures[0].title, pictures: pictures)
        }
    }

    private static func rows(_ runs: [PageRun]) -> [Row] {
        var rows: [Row] = []
        let accounts = runs.map { SaleWords($0.record).account.rows }
        var labels: [String] = []
        for row in accounts.joined() where !labels.contains(row.label) { labels.append(row.label) }
        for label in labels {
            rows.append(
                Row(
                    label: label,
                    figures: accounts.map { account in
                        account.first { $0.label == label }?.figures.first ?? NumberText.absent
                    }))
        }
        func add(_ label: String, _ figure: (RunRecord) -> String) {
            rows.append(Row(label: label, figures: runs.map { figure($0.record) }))
        }
        add("buyers") { $0.totals.buyers.grouped }
        add("attempts") { $0.totals.tally.attempts.grouped }
        add("attempts/s") { NumberText.rate($0.throughput.attemptsPerSecond) }
        add("attempt p50, ms") { milliseconds($0.latencyUs.attempt.p50) }
        add("attempt p99, ms") { milliseconds($0.latencyUs.attempt.p99) }
        add("started") { $0.started }
        return rows
    }

    private static func milliseconds(_ microseconds: Double?) -> String {
        microseconds.map { NumberText.grouped($0 / 1000, places: 3) } ?? NumberText.absent
    }
}
