internal import FlashSale

/// A picture with its words.
struct ChartView {
    /// The same for the same subject of every run.
    let subject: String
    /// Within the page.
    let anchor: String
    let title: String
    /// Whose it is; empty where there is one run only.
    let owner: String
    let summary: String
    /// Not escaped: markup of ours.
    let svg: String

    /// - Parameter prefix: with which the chart's id begins.
    init(_ chart: PageChart, prefix: String, owner: String) {
        subject = String(chart.id.dropFirst(prefix.count))
        anchor = prefix + "chart-" + subject
        title = chart.title
        self.owner = owner
        summary = ForeignText.sentence(chart.summary)
        svg = chart.svg
    }
}
