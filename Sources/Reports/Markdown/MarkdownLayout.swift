internal import FlashSale

/// A document as Markdown for a pull request: the verdict, what it rests on, and what shows it; everything else folded away.
package enum MarkdownLayout {
    /// The most lines of evidence; GitHub takes a megabyte of a step, and nobody reads as much.
    private static let evidenceLines = 400

    package static func write<Sink: ByteSink & ~Copyable>(_ report: GateReport, to sink: inout Sink) {
        var lines = lines(report.document)
        if let decisive = report.decisive { lines += [""] + self.lines(decisive, level: "###") }
        for line in lines { sink.append(line + "\n") }
        sink.append("\n")
    }

    private static func lines(_ document: ReportDocument, level: String = "##") -> [String] {
        let sign =
            switch document.verdict {
            case .upheld: "✅"
            case .violated: "❌"
            case .inconclusive, .notApplicable: "⚠️"
            }
        let word = document.verdict.word
        var lines = [
            "\(level) \(sign) stress: \(word)", "",
            "**\(word.prefix(1).uppercased() + word.dropFirst())**: \(MarkdownText.inline(document.headline))", "",
        ]
        for text in [document.reason, document.problem, document.setting].compactMap({ $0 }) {
            lines += [MarkdownText.inline(text), ""]
        }
        let (shown, folded) = (document.sections.filter(isShown), document.sections.filter { !isShown($0) })
        for section in shown { lines += self.lines(section, level: level + "#") }
        if !folded.isEmpty {
            lines += ["<details>", "<summary>Figures</summary>", ""]
            for section in folded { lines += self.lines(section, level: level + "#") }
            lines += ["</details>", ""]
        }
        if let results = document.results {
            lines += [MarkdownText.inline("Results: \(results.path) (\(results.note))"), ""]
        }
        if let identity = document.identity { lines += [MarkdownText.inline(identity), ""] }
        return lines
    }

    /// What a reviewer has to see without a click: the account, the checks, what shows them, thresholds and findings.
    private static func isShown(_ section: ReportDocument.Section) -> Bool {
        if section.total != nil { return false }
        return section.parts.contains { part in
            switch part {
            case .checks, .evidence: true
            case .points: section.title != ReportDocument.untestedTitle
            case .table, .remarks: false
            }
        } || section.title == SaleWords.accountTitle || section.title == ReportDocument.runsTitle
    }

    private static func lines(_ section: ReportDocument.Section, level: String) -> [String] {
        let beside = [section.total, section.text].compactMap { $0 }.map {
            ($0.hasPrefix("(") ? " " : ": ") + MarkdownText.inline($0)
        }
        var lines = ["\(level) \(MarkdownText.inline(section.title))\(beside.joined())", ""]
        if !section.rows.isEmpty {
            let figures = section.rows.map(\.figures.count).max() ?? 0
            lines += row([""] + Array(repeating: "", count: figures + 1))
            lines.append("|:--|" + String(repeating: "--:|", count: figures) + ":--|")
            for one in section.rows { lines += row([one.label] + one.figures + [one.qualifier]) }
            lines.append("")
        }
        for part in section.parts { lines += self.lines(part) + [""] }
        return lines + section.sections.flatMap { self.lines($0, level: level + "#") }
    }

    private static func lines(_ part: ReportDocument.Part) -> [String] {
        switch part {
        case .table(let table): return lines(table)
        case .checks(let checks):
            return row(["check", "result", ""]) + ["|:--|:--|:--|"]
                + checks.flatMap { check in
                    row([check.name, check.result == .violated ? "❌ violated" : check.result.word, check.detail])
                }
        case .evidence(let evidence): return evidence.flatMap(lines)
        case .points(let sentences): return sentences.map { "- " + MarkdownText.inline($0) }
        case .remarks(let remarks): return remarks.map { MarkdownText.inline($0) }
        }
    }

    private static func lines(_ evidence: ReportDocument.Evidence) -> [String] {
        let all = TextLayout(color: false).lines(evidence)
        let shown = all.prefix(evidenceLines)
        let further = all.count - shown.count
        return ["<details open>", "<summary>\(MarkdownText.inline(evidence.check))</summary>", ""]
            + MarkdownText.code(Array(shown))
            + (further > 0 ? ["", "and \(further.counted("more line"))"] : []) + ["", "</details>"]
    }

    private static func lines(_ table: ReportDocument.Table) -> [String] {
        row([""] + table.columns.map(\.name))
            + ["|:--|" + table.columns.map { $0.isText ? ":--|" : "--:|" }.joined()]
            + table.rows.flatMap { one in
                row(
                    [one.label]
                        + one.cells.map { cell in
                            switch cell {
                            case .text(let text): text
                            case .milliseconds(let number):
                                number.map { NumberText.grouped($0, places: 3) } ?? NumberText.absent
                            }
                        })
            }
    }

    private static func row(_ cells: [String]) -> [String] {
        ["| " + cells.map(MarkdownText.inline).joined(separator: " | ") + " |"]
    }
}
