package import FlashSale

/// The pictures of one run.
package enum RunCharts {
    /// In the order of the page; without those that the run has no figures for.
    package static func all(of results: RunResults) -> [PageChart] { [] }
}
