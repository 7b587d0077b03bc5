package import FlashSale

/// `matrix.csv`: a row for each cell.
package enum MatrixCSV {
    package static let columns = [
        "strategy", "persistence", "fault", "retry_unknown", "verdict", "check", "units", "sold", "forgotten",
        "oversold",
        "unknown", "undersold", "upheld_runs", "violated_runs", "inconclusive_runs", "not_applicable", "detail",
        "topology",
    ]

    package static func write<Sink: ByteSink & ~Copyable>(_ record: MatrixRecord, to sink: inout Sink) {
        sink.append(row: columns)
        for cell in record.cells { sink.append(row: row(cell)) }
    }

    private static func row(_ cell: MatrixCell) -> [String] {
        let figures = cell.figures
        let numbers = [
            figures?.units, figures?.sold, figures?.forgotten, figures?.oversold, figures?.unknown, figures?.undersold,
        ]
        return [
            cell.strategy, cell.persistence.rawValue, cell.fault, "\(cell.retryUnknown)", cell.verdict?.rawValue ?? "",
            cell.check?.rawValue ?? "",
        ] + numbers.map { $0.map(String.init) ?? "" } + [
            "\(cell.upheld)", "\(cell.violated)", "\(cell.inconclusive)", "\(cell.notApplicable)", cell.detail ?? "",
            cell.topology?.description ?? "",
        ]
    }
}
