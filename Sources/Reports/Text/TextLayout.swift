internal import FlashSale

/// A document as text for a terminal, in the columns of ``TextWidth``.
struct TextLayout {
    let paint: Paint

    /// The document, with a line break at its end and an empty line between its parts.
    func text(_ document: ReportDocument) -> String {
        ([headline(document)] + document.tables.map(lines))
            .map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private func headline(_ document: ReportDocument) -> [String] {
        let word = document.verdict.word.uppercased()
        return TextLines.hanging(
            word + "  ", painted: paint.result(word, document.verdict) + "  ", document.headline)
    }

    private func lines(_ table: ReportDocument.Table) -> [String] {
        let rows =
            [[table.title] + table.columns.map(\.name)] + table.rows.map { ["  " + $0.label] + $0.cells }
        let left = Set([0] + table.columns.indices.filter { table.columns[$0].isText }.map { $0 + 1 })
        let lines = TextLines.table(rows, left: left, indent: 0)
        let heading = paint.heading(table.title) + lines[0].dropFirst(table.title.count)
        return [heading]
            + beside(lines.dropFirst(), table.rows.map { $0.place.map(TextLines.plain) }, heading: lines[0])
    }

    /// Each line with its place, or under it where there is no room: paths are never wrapped, so that they can be copied.
    private func beside(_ lines: ArraySlice<String>, _ places: [String?], heading: String) -> [String] {
        let width = max(heading.count, lines.map(\.count).max() ?? 0)
        let haveRoom = width + 2 + (places.map { $0?.count ?? 0 }.max() ?? 0) <= TextLines.width
        return zip(lines, places).flatMap { line, place in
            guard let place else { return [line] }
            return haveRoom ? [TextLines.padded(line, width) + "  " + place] : [line, "     " + place]
        }
    }
}
