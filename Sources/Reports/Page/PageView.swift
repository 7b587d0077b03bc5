internal import FlashSale

/// All that the templates show, ready to be put in: words and lengths, and nothing to be reckoned.
///
/// A template looks for a name in what stands around, too, where it finds none. So nothing here is optional: what may be absent is
/// a list of one or none.
struct PageView {
    let title: String
    let nonce: String
    let style = PageTemplates.style
    let script = PageTemplates.script
    let version = Version.current
    let isSeveral: Bool
    /// Of several runs.
    let overview: [OverviewView]
    let runs: [RunView]
    /// A report that is not of runs one by one.
    let documents: [DocumentView]

    init(_ runs: [PageRun], nonce: String) {
        self.nonce = nonce
        isSeveral = runs.count > 1
        let views = runs.enumerated().map { index, run in
            RunView(run, number: runs.count > 1 ? index + 1 : nil)
        }
        self.runs = views
        documents = []
        overview = runs.count > 1 ? [OverviewView(runs, views)] : []
        title =
            runs.count > 1
            ? "\(runs.count) runs: \(runs.map { $0.record.verdict.word }.joined(separator: ", "))"
            : views[0].verdictWord + ": " + PageText.name(runs[0].record.strategy)
    }

    /// The page of another report than that of runs one by one.
    init(_ document: ReportDocument, charts: [PageChart], title: String, nonce: String) {
        self.nonce = nonce
        self.title = title
        isSeveral = false
        overview = []
        runs = []
        documents = [DocumentView(document, charts: charts)]
    }
}
