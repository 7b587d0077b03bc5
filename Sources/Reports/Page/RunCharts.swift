internal import Charts
package import FlashSale

/// The pictures of one run.
package enum RunCharts {
    /// In the order of the page; without those that the run has no figures for.
    ///
    /// - Parameter prefix: of every id, so that a page can have the pictures of several runs; made of small letters, digits and
    ///   hyphens.
    package static func all(of results: RunResults, prefix: String = "") -> [PageChart] {
        let series = SaleSeries(results.facts, openedNanoseconds: results.openedNanoseconds)
        let charts = [
            units(series, results), items(series, results), outcomes(series, results), latency(series, results),
            percentiles(series, results), arrivals(series, results), attemptsOfPurchases(series, results),
            balance(series, of: "attempts", \.attempts), balance(series, of: "wins", \.wins),
        ]
        return charts.compactMap { $0 }.map { chart in
            var chart = chart
            chart.id = prefix + chart.id
            return PageChart(id: chart.id, title: chart.title, summary: chart.summary, svg: chart.svg)
        }
    }

    /// The colour of an outcome is the same in all pictures.
    static func style(_ outcome: Outcome) -> Int {
        switch outcome {
        case .won: 1
        case .soldOut: 2
        case .conflict: 3
        case .duplicate: 4
        case .failed: 5
        case .unknown: 6
        case .returned: 7
        case .held: 8
        }
    }

    /// From nothing to a round number, and never of no length.
    static func range(upTo most: Double) -> ClosedRange<Double> { NiceNumbers.rounded(0...max(1, most), atMost: 5) }

    static func time(nanoseconds: UInt64) -> String { NumberText.duration(seconds: Double(nanoseconds) / 1e9) }

    /// With three digits, as an axis has it: most latencies are less than a millisecond.
    static func latency(microseconds: Double) -> String { Measure.time.text(microseconds * 1000) }

    /// An instant as it stands on the axis: more exact than a duration in a sentence.
    static func instant(_ nanoseconds: Double) -> String { Measure.time.text(nanoseconds) }
}
