package import FlashSale

/// `summary.csv`: a run in one row, with the columns of `runs.csv`.
package enum SummaryCSV {
    package static var columns: [String] { RunColumns.names }

    /// Writes the header and the run's row. What is not known is empty.
    package static func write<Sink: ByteSink & ~Copyable>(_ record: RunRecord, to sink: inout Sink) {
        sink.append(row: columns)
        sink.append(row: RunColumns.row(record))
    }
}
