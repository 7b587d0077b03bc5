internal import FlashSale

/// Lines of a text report: wrapping, padding and tables, in columns of a terminal.
enum TextLines {
    /// `text` in lines of at most `width` columns, the first after `prefix`, the others indented below its start.
    /// A word that is longer than a line is left whole, so that a path can be copied.
    ///
    /// - Parameter painted: the prefix as it shall be shown, if that is not `prefix` itself.
    static func hanging(
        _ text: String, after prefix: String = "", painted: String? = nil, width: Int
    ) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in plain(text).split(separator: " ") {
            if !line.isEmpty, prefix.count + line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        lines.append(line)
        let indent = String(repeating: " ", count: prefix.count)
        return lines.enumerated().map { index, line in
            trimmed((index == 0 ? painted ?? prefix : indent) + line)
        }
    }

    /// Rows as aligned columns with two spaces between them.
    ///
    /// - Parameters:
    ///   - rows: as many cells in each.
    ///   - left: the columns that start at the left; numbers end at the right.
    static func table(_ rows: [[String]], left: Set<Int>, indent: Int) -> [String] {
        let count = rows.first?.count ?? 0
        let widths = (0..<count).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                left.contains(column) ? padded(cell, width: widths[column]) : padded(left: cell, width: widths[column])
            }
            return trimmed(String(repeating: " ", count: indent) + cells.joined(separator: "  "))
        }
    }

    static func padded(_ text: String, width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    static func padded(left text: String, width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// The text on one line, as ``FlashSale/ForeignText`` shows it: what a server or a file said must not steer the terminal.
    static func plain(_ text: String) -> String { ForeignText.sentence(text, blanks: true) }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
