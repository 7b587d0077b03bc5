internal import FlashSale

/// One run, in the order in which its page tells of it.
struct RunView {
    /// `run`, or `run-2` among several.
    let anchor: String
    /// Which of several; empty for one alone.
    let number: String
    /// The id of what says which run it is and a blank, so that landmarks of several runs have names of their own; empty for one alone.
    let landmark: String
    /// Of its headline.
    let level: Int
    /// Of its sections.
    let below: Int
    let strategy: String
    let verdictWord: String
    let verdictClass: String
    let headline: PageText
    /// What the verdict means, in one sentence.
    let meaning: String
    let reason: [PageText]
    let problem: [PageText]
    let setting: [PageText]
    let identity: String
    /// What of the run could not be shown.
    let remarks: [PageText]
    /// Where each unit is.
    let account: SectionView
    let findings: [SectionView]
    /// Those that stand here: none where several runs stand side by side.
    let charts: [ChartView]
    let ownCharts: [ChartView]
    let checks: SectionView
    let evidence: [EvidenceView]
    /// Coverage, claims, the rehearsal, and what was broken on purpose.
    let trials: [SectionView]
    /// How purchases and attempts ended, and how fast.
    let figures: [SectionView]
    let surroundings: [PairsView]
    let repeating: RepeatView

    /// - Parameter number: of the run among several; nil for one alone.
    init(_ run: PageRun, number: Int?) {
        let record = run.record
        let prefix = number.map { "run-\($0)-" } ?? ""
        let isAlone = number == nil
        anchor = number.map { "run-\($0)" } ?? "run"
        self.number = number.map { "Run \($0): " } ?? ""
        landmark = number.map { "run-\($0)-which " } ?? ""
        level = isAlone ? 1 : 2
        below = level + 1
        strategy = PageText.name(record.strategy)
        let document = ReportDocument(record, resultsPath: nil, originNanoseconds: run.origin)
        verdictWord = document.verdict.word
        verdictClass = document.verdict.rawValue
        headline = PageText(document.headline)
        meaning = Self.meaning(record)
        reason = document.reason.map { [PageText($0)] } ?? []
        problem = document.problem.map { [PageText($0)] } ?? []
        setting = document.setting.map { [PageText($0)] } ?? []
        identity = document.identity.map { ForeignText.sentence($0) } ?? ""
        remarks = run.remarks.map { PageText($0) }
        let words = SaleWords(record)
        let below = level + 1
        func view(_ section: ReportDocument.Section?) -> [SectionView] {
            section.map { [SectionView($0, prefix: prefix, level: below)] } ?? []
        }
        account = SectionView(words.account, prefix: prefix, level: below)
        findings = view(words.findings)
        // Pictures of a part of the attempts would show less than there was.
        let owner = number.map { "Run \($0)" } ?? ""
        ownCharts =
            run.hasHistory
            ? RunCharts.all(of: run.results, prefix: prefix).map { ChartView($0, prefix: prefix, owner: owner) } : []
        charts = isAlone ? ownCharts : []
        checks = SectionView(words.checks, prefix: prefix, level: below)
        evidence = EvidenceView(run, prefix: prefix).map { [$0] } ?? []
        trials = [
            ReportDocument.untested(record), ReportDocument.claims(record), ReportDocument.rehearsal(record),
            ReportDocument.faults(record),
        ].flatMap(view)
        figures = [
            ReportDocument.purchases(record), words.attempts, ReportDocument.speed(record),
            ReportDocument.machines(record),
        ].flatMap(view)
        surroundings = PairsView.all(of: record, folder: run.folder)
        repeating = RepeatView(record, prefix: prefix)
    }

    /// For whoever has never seen such a page: what it means, and what to do.
    private static func meaning(_ record: RunRecord) -> String {
        let made = record.checks.filter { $0.result != .notApplicable }
        let broken = made.filter { $0.result == .violated }
        switch record.verdict {
        case .upheld:
            let undersell = record.findings.contains { $0.name == .undersell }
            return "No buyer was sold what was not there, as far as the checks reach."
                + (undersell ? " But buyers went away although units were left: see what you should know." : "")
        case .violated:
            let shown = broken.contains { !$0.evidence.isEmpty }
            return
                "\(broken.count) of the \(made.count.counted("check")) that could be made failed. Do not sell like this: "
                + (shown ? "the attempts under Evidence show what went wrong" : "the checks below say what went wrong")
                + "; mend it, and run the command at the end of this page again."
        case .inconclusive, .notApplicable:
            return "Nothing was found to be wrong, but this run does not prove that all is well."
        }
    }
}
