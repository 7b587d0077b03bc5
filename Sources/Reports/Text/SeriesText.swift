package import FlashSale

/// What several runs of one scenario have to say on a terminal: the verdict of all, each in a line, and how far they spread.
package enum SeriesText {
    /// The report, with a line break at its end, in the columns of ``TextWidth``.
    ///
    /// - Parameters:
    ///   - resultsPaths: where each run's files are, in the order of the runs.
    ///   - color: whether to use ANSI colours.
    package static func text(_ series: SeriesRecord, resultsPaths: [String], color: Bool) -> String {
        TextLayout(paint: Paint(isOn: color)).text(ReportDocument(series, resultsPaths: resultsPaths))
    }
}
