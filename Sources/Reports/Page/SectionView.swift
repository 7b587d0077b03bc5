internal import FlashSale

/// A section of a report, laid out for a page.
struct SectionView {
    struct Row {
        let label: String
        let figures: [String]
        let note: PageText
    }

    struct Part {
        var tables: [TableView] = []
        var checkTables: [[CheckView]] = []
        var lists: [[PageText]] = []
        var remarks: [PageText] = []
    }

    struct CheckView {
        let name: String
        let word: String
        let kind: String
        let detail: PageText
    }

    let anchor: String
    let title: String
    /// Of its heading.
    let level: Int
    let total: [String]
    let text: [PageText]
    let hasRows: Bool
    let rows: [Row]
    let parts: [Part]
    let sections: [SectionView]

    /// - Parameters:
    ///   - prefix: of anchors, such as `run-2-`.
    ///   - level: of the heading: 2…6.
    init(_ section: ReportDocument.Section, prefix: String, level: Int) {
        anchor = prefix + Self.slug(section.title)
        title = section.title
        self.level = level
        total = section.total.map { [$0] } ?? []
        text = section.text.map { [PageText($0)] } ?? []
        hasRows = !section.rows.isEmpty
        rows = section.rows.map { Row(label: $0.label, figures: $0.figures, note: PageText($0.qualifier)) }
        parts = section.parts.compactMap { Self.part($0, caption: section.title) }
        sections = section.sections.map { SectionView($0, prefix: prefix, level: min(6, level + 1)) }
    }

    private static func part(_ part: ReportDocument.Part, caption: String) -> Part? {
        switch part {
        case .table(let table): Part(tables: [TableView(table, caption: caption)])
        case .checks(let checks):
            Part(
                checkTables: [
                    checks.map {
                        CheckView(
                            name: $0.name, word: $0.result.word, kind: $0.result.rawValue, detail: PageText($0.detail))
                    }
                ])
        case .points(let points): Part(lists: [points.map { PageText($0) }])
        case .remarks(let remarks): Part(remarks: remarks.map { PageText($0) })
        // It has a layout of its own.
        case .evidence: nil
        }
    }

    /// Small letters, figures and hyphens.
    static func slug(_ title: String) -> String {
        let words = title.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        return words.prefix(4).joined(separator: "-")
    }
}
