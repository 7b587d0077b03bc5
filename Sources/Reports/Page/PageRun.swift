package import FlashSale

/// A run as a page shows it, and what of it could not be had.
package struct PageRun: Sendable {
    package var results: RunResults
    /// Why something is not shown, or may not be what the run wrote: each a whole sentence.
    package var remarks: [String]
    /// Whether the history is there as a whole, so that what is made from it tells of all attempts.
    package var hasHistory: Bool
    /// Where the run's files are; nil where they are beside the page.
    package var folder: String?

    /// A run that has just ended.
    package init(_ results: RunResults) {
        self.init(results, remarks: [], hasHistory: true, folder: nil)
    }

    package init(_ results: RunResults, remarks: [String], hasHistory: Bool, folder: String?) {
        self.results = results
        self.remarks = remarks
        self.hasHistory = hasHistory
        self.folder = folder
    }

    var record: RunRecord { results.record }

    /// From which the evidence counts its times. Where there is no history, the record tells it where a check does.
    var origin: UInt64? { hasHistory ? results.firstInvoked : nil }
}
