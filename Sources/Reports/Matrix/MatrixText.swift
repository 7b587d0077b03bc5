package import FlashSale

/// A matrix as text: a block for each strategy, with a row for each fault and each way to keep data.
package enum MatrixText {
    private static let figures = ["sold", "forgot", "over", "unknown", "under", "verdict"]

    /// - Parameter path: of the folder with the files; nil where there is none.
    package static func text(_ record: MatrixRecord, _ layout: TextLayout, path: String? = nil) -> String {
        let namesKinds = hasOneFaultOfEachKind(record)
        var blocks = [introduction(record, layout)]
        var strategies: [String] = []
        for cell in record.cells where !strategies.contains(cell.strategy) { strategies.append(cell.strategy) }
        let rows = strategies.map { strategy in
            record.cells.filter { $0.strategy == strategy }.map { row($0, record, layout, namesKinds) }
        }
        let words = (hasTopologies(record) ? ["servers"] : []) + ["fault", "data"]
        // One table, so that all blocks have the same columns. Words start at the left.
        var lines = TextLines.table(
            [words + figures] + rows.flatMap { $0 },
            left: Set(words.indices).union([words.count + figures.count - 1]), indent: 2)[...]
        let head = lines.popFirst() ?? ""
        for (strategy, rows) in zip(strategies, rows) {
            blocks.append(
                [layout.paint.heading(TextLines.plain(strategy)), layout.paint.faint(head)] + lines.prefix(rows.count))
            lines = lines.dropFirst(rows.count)
        }
        blocks.append(legend(record, layout, namesKinds))
        if let path {
            blocks.append(["\(layout.paint.heading("Results"))  \(TextLines.plain(path))  (matrix.csv and matrix.json)"]
            )
        }
        return blocks.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private static func introduction(_ record: MatrixRecord, _ layout: TextLayout) -> [String] {
        let made = record.cells.filter { $0.verdict != nil }
        func count(_ result: CheckResult.Result) -> String {
            "\(made.count { $0.verdict == result }.grouped) \(result.word)"
        }
        var text =
            "\(made.count.counted("cell")) of \(record.planned.grouped), \(record.runs.counted("run")) each: "
            + [CheckResult.Result.upheld, .violated, .inconclusive].map(count).joined(separator: ", ")
        if record.interrupted { text += "; it was interrupted, so the others are missing" }
        return layout.hanging(text, after: "Matrix  ", painted: layout.paint.heading("Matrix") + "  ")
    }

    private static func hasTopologies(_ record: MatrixRecord) -> Bool {
        record.cells.contains { $0.topology != nil }
    }

    /// Whether a kind says which fault is meant.
    private static func hasOneFaultOfEachKind(_ record: MatrixRecord) -> Bool {
        let faults = Set(record.cells.map(\.fault))
        return Set(faults.map(kind)).count == faults.count
    }

    private static func kind(_ fault: String) -> String { String(fault.prefix { $0 != "@" }) }

    private static func row(
        _ cell: MatrixCell, _ record: MatrixRecord, _ layout: TextLayout, _ namesKinds: Bool
    ) -> [String] {
        let fault = (namesKinds ? kind(cell.fault) : cell.fault) + (cell.retryUnknown ? "*" : "")
        let words =
            (hasTopologies(record) ? [cell.topology?.description ?? "one"] : []) + [fault, cell.persistence.rawValue]
        guard let figures = cell.figures, let verdict = cell.verdict else {
            let numbers = Array(repeating: "-", count: 5)
            return words + numbers + [cell.notApplicable ? "-" : "could not be run"]
        }
        return words + [
            figures.sold.grouped, figures.forgotten.map(\.grouped) ?? "?",
            figures.oversold.grouped, figures.unknown.grouped, figures.undersold.grouped,
            layout.paint.result(Self.words(cell, verdict, of: record.runs), verdict),
        ]
    }

    private static func words(_ cell: MatrixCell, _ verdict: CheckResult.Result, of runs: Int) -> String {
        let count =
            switch verdict {
            case .upheld: cell.upheld
            case .violated: cell.violated
            case .inconclusive, .notApplicable: cell.inconclusive
            }
        let share = runs == 1 || count == runs ? "" : " \(count.grouped) of \(runs.grouped)"
        // The word that tells the most has to fit beside the name of the check.
        return (verdict == .inconclusive ? "open" : verdict.word) + share
            + (cell.check.map { ": \($0.rawValue)" } ?? "")
    }

    private static func legend(_ record: MatrixRecord, _ layout: TextLayout, _ namesKinds: Bool) -> [String] {
        var faults: [String] = []
        for cell in record.cells where cell.fault != "none" && !faults.contains(cell.fault) {
            faults.append(cell.fault)
        }
        var lines: [String] = []
        if namesKinds, !faults.isEmpty { lines.append("faults: " + faults.joined(separator: ", ")) }
        if record.cells.contains(where: \.retryUnknown) {
            lines.append("*: purchases go on after an attempt without a clear answer (--retry-unknown)")
        }
        let kinds = Set(faults.map(kind))
        if kinds.contains(FaultKind.crashRedis.rawValue), kinds.contains(FaultKind.powerCut.rawValue) {
            lines.append(
                "crash-redis ends the server's process, and what it wrote is there; power-cut also takes away what was not synced"
            )
        }
        lines += [
            "sold: units that buyers were told are theirs; forgot: of those, what the server knows no more (?: nothing tells); over: more "
                + "than there were; unknown: attempts without a clear answer; under: units that nobody has, though more were wanted",
            "open: inconclusive, with the check that stayed open; -: makes no sense there",
        ]
        for cell in record.cells where cell.verdict == nil && !cell.notApplicable {
            lines.append(
                "\(cell.strategy), \(cell.topology.map { "\($0), " } ?? "")\(cell.persistence.rawValue), \(cell.fault) could not be run: \(cell.detail ?? "")"
            )
        }
        return lines.flatMap { layout.hanging($0).map(layout.paint.faint) }
    }
}
