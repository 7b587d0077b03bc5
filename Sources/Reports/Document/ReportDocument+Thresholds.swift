internal import FlashSale

extension ReportDocument {
    /// What came of thresholds, those first that were not met; nil where there were none.
    static func thresholds(_ thresholds: [RunRecord.Threshold]?) -> Section? {
        guard let thresholds, !thresholds.isEmpty else { return nil }
        let unmet = thresholds.filter { !$0.met }
        let points = (unmet + thresholds.filter(\.met)).map {
            "\($0.threshold): \($0.met ? "met" : "not met"): \($0.detail)"
        }
        return Section(
            "Thresholds",
            text: unmet.isEmpty ? "all met" : "\(unmet.count.grouped) of \(thresholds.count.grouped) not met",
            parts: [.points(points)])
    }

    /// The headline of a sale in which nothing is wrong must not hide that a threshold was not met.
    static func headline(
        _ headline: String, _ verdict: CheckResult.Result, _ thresholds: [RunRecord.Threshold]?
    ) -> String {
        let unmet = (thresholds ?? []).filter { !$0.met }
        guard verdict != .violated, let first = unmet.first else { return headline }
        let others = unmet.count == 1 ? "" : " (and \((unmet.count - 1).counted("other threshold")))"
        return "but \(first.threshold)\(others) was not met; \(headline)"
    }

    /// The verdict and what shows it, without figures: for a log that nobody reads while all is well.
    package var brief: ReportDocument {
        var brief = self
        brief.sections = sections.filter { section in
            section.parts.contains { if case .evidence = $0 { true } else { false } }
        }
        brief.setting = nil
        brief.identity = nil
        if verdict == .upheld { brief.results = nil }
        return brief
    }
}
