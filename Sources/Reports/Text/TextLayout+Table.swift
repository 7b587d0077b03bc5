extension TextLayout {
    /// The table with all decimals of its measurements; with fewer where there is no room, and at last without the columns
    /// that may be left out.
    ///
    /// - Parameter title: stands over the labels; empty where the section has a heading of its own.
    func lines(_ table: ReportDocument.Table, title: String) -> [String] {
        // Microseconds say nothing about a latency of a second.
        let isLong = table.rows.flatMap(\.cells).contains {
            if case .milliseconds(let number?) = $0 { number >= 1000 } else { false }
        }
        let exact = rows(table, title: title, places: 3)
        if !isLong, fits(exact) { return painted(exact, of: table, title: title) }
        let short = rows(table, title: title, places: 1)
        if fits(short) { return painted(short, of: table, title: title) }
        let fewer = rows(withoutOptionalColumns(table), title: title, places: 1)
        return painted(fewer, of: table, title: title)
    }

    private func fits(_ lines: [String]) -> Bool { lines.allSatisfy { $0.count <= width } }

    private func withoutOptionalColumns(_ table: ReportDocument.Table) -> ReportDocument.Table {
        let kept = table.columns.indices.filter { !table.columns[$0].isOptional }
        var table = table
        table.columns = kept.map { table.columns[$0] }
        for row in table.rows.indices { table.rows[row].cells = kept.map { table.rows[row].cells[$0] } }
        return table
    }

    /// The names of the columns and the rows, aligned.
    private func rows(_ table: ReportDocument.Table, title: String, places: Int) -> [String] {
        let head = [title] + table.columns.map(\.name)
        let rows = table.rows.map { row in
            [(row.isPart ? "    " : "  ") + row.label] + row.cells.map { text($0, places: places) }
        }
        let left = Set([0] + table.columns.indices.filter { table.columns[$0].isText }.map { $0 + 1 })
        return TextLines.table([head] + rows, left: left, indent: 0)
    }

    private func text(_ cell: ReportDocument.Table.Cell, places: Int) -> String {
        switch cell {
        case .text(let text): text
        case .milliseconds(let number): number.map { NumberText.grouped($0, places: places) } ?? NumberText.absent
        }
    }

    private func painted(_ lines: [String], of table: ReportDocument.Table, title: String) -> [String] {
        let heading = title.isEmpty ? lines[0] : paint.heading(title) + lines[0].dropFirst(title.count)
        return [heading]
            + beside(lines.dropFirst(), places: table.rows.map { $0.place.map(TextLines.plain) }, heading: lines[0])
    }

    /// Each line with its place, or under it where there is no room: paths are never wrapped, so that they can be copied.
    private func beside(_ lines: ArraySlice<String>, places: [String?], heading: String) -> [String] {
        let width = max(heading.count, lines.map(\.count).max() ?? 0)
        let haveRoom = width + 2 + (places.map { $0?.count ?? 0 }.max() ?? 0) <= self.width
        return zip(lines, places).flatMap { line, place in
            guard let place else { return [line] }
            return haveRoom ? [TextLines.padded(line, width: width) + "  " + place] : [line, "     " + place]
        }
    }
}
