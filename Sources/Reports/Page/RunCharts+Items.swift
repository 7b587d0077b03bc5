internal import Charts
internal import FlashSale

/// Pictures of a sale of several items.
extension RunCharts {
    /// As many lines as can be told apart, and as the report shows rows.
    private static let itemLimit = 5

    /// What was sold of those items that the report shows; nil where there is one, or nothing was attempted.
    static func items(_ series: SaleSeries, _ results: RunResults) -> Chart? {
        guard let all = results.record.items, let scenario = results.facts.recorded.scenario,
            let start = series.startNanoseconds, !series.steps.isEmpty
        else { return nil }
        let shown = Array(all.byWorst.prefix(itemLimit))
        let sold = SoldOfItems(shown.map(\.item), scenario)
        let steps = sold?.bySteps(
            results.facts, start: start, width: series.widthNanoseconds, count: series.steps.count)
        guard let steps else { return nil }
        let width = Double(series.widthNanoseconds)
        let lines = zip(shown, steps).map { item, values in
            (name: "\(UnitText.shown(item.item)) (of \(item.sale.units.grouped))", values: values.map { Double($0) })
        }
        let hidden = all.count - shown.count
        var chart = overTime(
            id: "items", title: "Units sold of items",
            summary: "As buyers were told, of "
                + (hidden > 0
                    ? "the \(shown.count.counted("item")) that matter most, and \(hidden.counted("more item")) \(hidden == 1 ? "is" : "are") not shown"
                    : "each item")
                + "; items-timeline.csv has every one.",
            y: Axis("units", range(upTo: lines.flatMap(\.values).max() ?? 1)),
            layers: lines.enumerated().map { index, line in
                .line(
                    .init(line.name, style: index + 1, shape: .steps, pieces: self.steps(line.values, width: width)))
            }, series, results)
        chart?.readout = Readout(start: 0, width: width, series: lines.map { .init($0.name, values: $0.values) })
        return chart
    }
}
