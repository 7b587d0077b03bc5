internal import FlashSale

/// A report of any kind, with its pictures, as a page of its own.
struct DocumentView {
    let landmark = ""
    /// Of its sections.
    let below = 2
    let verdictWord: String
    let verdictClass: String
    let headline: PageText
    let reason: [PageText]
    let problem: [PageText]
    let setting: [PageText]
    let identity: String
    let sections: [SectionView]
    let charts: [ChartView]

    init(_ document: ReportDocument, charts: [PageChart]) {
        verdictWord = document.verdict.word
        verdictClass = document.verdict.rawValue
        headline = PageText(document.headline)
        reason = document.reason.map { [PageText($0)] } ?? []
        problem = document.problem.map { [PageText($0)] } ?? []
        setting = document.setting.map { [PageText($0)] } ?? []
        identity = document.identity.map { ForeignText.sentence($0) } ?? ""
        sections = document.sections.map { SectionView($0, prefix: "", level: 2) }
        self.charts = charts.map { ChartView($0, prefix: "", owner: "") }
    }
}
