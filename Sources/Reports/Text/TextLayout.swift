internal import FlashSale

/// A document as text for a terminal.
package struct TextLayout: Sendable {
    /// Lines are as wide as the terminal, but no wider than is easy to read, and no narrower than the reports are written
    /// for: a narrower terminal wraps by itself.
    package static let widths = 60...100
    static let indent = "    "
    /// The codes that text with colours holds.
    package static let colorCodes = Paint.codes

    /// The most columns of a line, but for words that are longer.
    let width: Int
    let paint: Paint

    /// - Parameters:
    ///   - columns: of the terminal; nil and 0 where they are not known.
    ///   - color: whether to use ANSI colours; the text reads as well without.
    package init(columns: Int? = nil, color: Bool) {
        let columns = columns.flatMap { $0 > 0 ? $0 : nil } ?? Self.widths.upperBound
        width = min(max(columns, Self.widths.lowerBound), Self.widths.upperBound)
        paint = Paint(isOn: color)
    }

    /// Writes the document, with a line break at its end and an empty line between its parts.
    ///
    /// - Parameter closes: whether the verdict stands once more in the last line; not so where something follows.
    package func write<Sink: ByteSink & ~Copyable>(
        _ document: ReportDocument, to sink: inout Sink, closes: Bool = true
    ) {
        let blocks =
            [headline(document), document.setting.map { hanging($0) } ?? []]
            + document.sections.map(lines) + [ending(document), closes ? [closing(document)] : []]
        for (index, block) in blocks.filter({ !$0.isEmpty }).enumerated() {
            if index > 0 { sink.append("\n") }
            for line in block { sink.append(line + "\n") }
        }
    }

    /// The document as ``write(_:to:)`` writes it.
    package func text(_ document: ReportDocument, closes: Bool = true) -> String {
        var sink = MemorySink()
        write(document, to: &sink, closes: closes)
        return sink.text
    }

    /// The verdict in one line, for whoever looks at the end only: as much of the headline as has room.
    package func closing(_ document: ReportDocument) -> String {
        let word = document.verdict.word.uppercased()
        let room = width - word.count - 2
        var sentence = TextLines.plain(document.headline)
        if sentence.count > room {
            let start = sentence.prefix(room - 1)
            let end = start.lastIndex(of: " ") ?? start.endIndex
            sentence = start[..<end] + "…"
        }
        return paint.result(word, document.verdict) + "  " + sentence
    }

    func hanging(_ text: String, after prefix: String = "", painted: String? = nil) -> [String] {
        TextLines.hanging(text, after: prefix, painted: painted, width: width)
    }

    /// A heading with a text beside it.
    private func hanging(heading: String, _ text: String) -> [String] {
        hanging(text, after: heading + "  ", painted: paint.heading(heading) + "  ")
    }

    // MARK: Beginning and end

    private func headline(_ document: ReportDocument) -> [String] {
        let prefix = document.verdict.word.uppercased() + "  "
        let indent = String(repeating: " ", count: prefix.count)
        let word = paint.result(document.verdict.word.uppercased(), document.verdict)
        return hanging(document.headline, after: prefix, painted: word + "  ")
            + (document.reason.map { hanging($0, after: indent) } ?? [])
            + (document.problem.map { hanging($0) } ?? [])
    }

    private func ending(_ document: ReportDocument) -> [String] {
        let results = document.results.map {
            ["\(paint.heading("Results"))  \(TextLines.plain($0.path))  (\($0.note))"]
        }
        return (results ?? []) + (document.identity.map { hanging($0).map(paint.faint) } ?? [])
    }

    // MARK: Sections

    private func lines(_ section: ReportDocument.Section) -> [String] {
        let own =
            if section.text == nil, section.rows.isEmpty, case .table(let table)? = section.parts.first {
                // The title fills the corner over the labels.
                lines(table, title: section.title) + section.parts.dropFirst().flatMap(lines)
            } else {
                figures(section) + section.parts.flatMap(lines)
            }
        return own + section.sections.flatMap(lines)
    }

    /// The heading, with its total in line with the figures below it.
    private func figures(_ section: ReportDocument.Section) -> [String] {
        var cells = section.rows.map { ["  " + $0.label] + $0.figures }
        var heading = section.text.map { hanging(heading: section.title, $0) } ?? [paint.heading(section.title)]
        if let total = section.total {
            let others = max(0, (section.rows.first?.figures.count ?? 1) - 1)
            cells.insert([section.title, total] + Array(repeating: "", count: others), at: 0)
        }
        var lines = TextLines.table(cells, left: [0], indent: 0)[...]
        if section.total != nil { heading = [paint.heading(lines.removeFirst())] }
        return heading + zip(lines, section.rows).flatMap { hanging($1.qualifier, after: $0 + "  ") }
    }

    private func lines(_ part: ReportDocument.Part) -> [String] {
        switch part {
        case .table(let table): lines(table, title: "")
        case .checks(let checks): lines(checks)
        case .evidence(let evidence): evidence.flatMap(lines)
        case .points(let sentences): sentences.flatMap { hanging($0, after: "  - ") }
        case .remarks(let remarks): remarks.flatMap { hanging($0, after: "  ").map(paint.faint) }
        }
    }

    private func lines(_ checks: [ReportDocument.Check]) -> [String] {
        let names = checks.map(\.name.count).max() ?? 0
        let results = checks.map(\.result.word.count).max() ?? 0
        return checks.flatMap { check in
            let name = "  \(TextLines.padded(check.name, width: names))  "
            let result = TextLines.padded(check.result.word, width: results)
            return hanging(
                check.detail, after: "\(name)\(result)  ", painted: "\(name)\(paint.result(result, check.result))  ")
        }
    }

    func lines(_ evidence: ReportDocument.Evidence) -> [String] {
        evidence.pieces.flatMap { piece in
            hanging(piece.detail, after: "  \(evidence.check): ") + lines(piece.timeline)
                + piece.commands.flatMap { hanging($0, after: "    ") }
        }
            + (evidence.further.map { ["  \(evidence.check): \($0)"] } ?? [])
    }
}

/// Colours for a terminal, or none. Text is padded before it is painted, so that columns stay in line.
struct Paint: Sendable {
    let isOn: Bool

    private static let numbers = ["1", "2", "1;32", "1;31", "1;33"]
    private static let end = "\u{1B}[0m"
    static let codes = numbers.map(start) + [end]

    func heading(_ text: String) -> String { wrap(text, "1") }
    func faint(_ text: String) -> String { wrap(text, "2") }

    /// Paints `text` as a verdict or a check's `result` is painted.
    func result(_ text: String, _ result: CheckResult.Result) -> String {
        switch result {
        case .upheld: wrap(text, "1;32")
        case .violated: wrap(text, "1;31")
        case .inconclusive: wrap(text, "1;33")
        case .notApplicable: faint(text)
        }
    }

    private func wrap(_ text: String, _ code: String) -> String {
        isOn ? Self.start(code) + text + Self.end : text
    }

    private static func start(_ code: String) -> String { "\u{1B}[\(code)m" }
}
