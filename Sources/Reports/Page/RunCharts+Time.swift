internal import Charts
internal import FlashSale

/// Pictures over time.
extension RunCharts {
    /// A picture whose x axis is the time since the first attempt; nil where nothing was attempted.
    static func overTime(
        id: String, title: String, summary: String, y: Axis, layers: [Layer], _ series: SaleSeries,
        _ results: RunResults
    ) -> Chart? {
        guard series.startNanoseconds != nil else { return nil }
        var summary = summary
        if series.outside > 0 {
            summary +=
                " \(series.outside.counted("attempt")) with times outside of the run \(series.outside == 1 ? "is" : "are") not in it."
        }
        var chart = Chart(
            id: id, title: title, summary: summary,
            x: Axis("time since the first attempt", 0...length(series), measure: .time), y: y, layers: layers)
        chart.notes = notes(of: results, since: series.startNanoseconds ?? 0, length: length(series))
        if let first = chart.notes.first {
            let others = chart.notes.count - 1
            chart.summary += " Marked: \(first.text)\(others > 0 ? ", and \(others.grouped) more" : "")."
        }
        chart.isOverTime = true
        return chart
    }

    private static func length(_ series: SaleSeries) -> Double {
        Double(series.widthNanoseconds) * Double(series.steps.count)
    }

    /// How much happened in each step, as a line that keeps its height through the step.
    static func steps(_ values: [Double], width: Double) -> [[Layer.Point]] {
        guard let last = values.last else { return [] }
        let points = values.enumerated().map { Layer.Point(Double($0) * width, $1) }
        return [points + [Layer.Point(Double(values.count) * width, last)]]
    }

    // MARK: Outcomes

    static func outcomes(_ series: SaleSeries, _ results: RunResults) -> Chart? {
        let tally = results.record.totals.tally
        let width = Double(series.widthNanoseconds)
        let present = Outcome.allCases.filter { outcome in series.steps.contains { $0.outcomes[outcome] > 0 } }
        guard !present.isEmpty else { return nil }
        let parts = present.map { outcome in
            Layer.Stack.Part(
                outcome.word, style: style(outcome), values: series.steps.map { Double($0.outcomes[outcome]) })
        }
        let shares = Outcome.allCases.filter { tally[$0] > 0 }
            .map { "\($0.word) \(tally[$0].grouped) (\(NumberText.share(tally[$0], of: tally.attempts)))" }
        let stack = Layer.Stack(parts, steps: (0, width))
        var chart = overTime(
            id: "outcomes", title: "How attempts ended",
            summary:
                "Of \(tally.attempts.counted("attempt")): \(shares.joined(separator: ", ")); by the time of the answer.",
            y: Axis("attempts in \(instant(width))", range(upTo: stack.most)), layers: [.stack(stack)], series, results)
        chart?.readout = Readout(
            start: 0, width: width, series: parts.map { .init($0.name, values: $0.values) })
        return chart
    }

    // MARK: Latency

    static func latency(_ series: SaleSeries, _ results: RunResults) -> Chart? {
        let width = Double(series.latencyWidthNanoseconds)
        let steps = series.latencySteps
        let values = steps.flatMap { [$0.p50, $0.max].compactMap { $0 } }
        guard let least = values.min(), let most = values.max() else { return nil }
        let lines: [(name: String, style: Int, value: KeyPath<SaleSeries.LatencyStep, UInt64?>)] = [
            ("p50", 1, \.p50), ("p99", 3, \.p99), ("max", 5, \.max),
        ]
        let shown = lines.filter { line in steps.contains { $0[keyPath: line.value] != nil } }
        let layers = shown.map { line in
            Layer.line(
                .init(line.name, style: line.style, pieces: pieces(steps.map { $0[keyPath: line.value] }, width)))
        }
        let told = results.record.latencyUs.attempt
        let figures = RunRecord.Latency.figures.filter { ["p50", "p99", "max"].contains($0.name) }
            .compactMap { figure in
                told[keyPath: figure.value].map { "\(figure.name) \(latency(microseconds: $0))" }
            }
        var chart = overTime(
            id: "latency", title: "Latency of attempts",
            summary: (figures.isEmpty
                ? "How long attempts took" : "Over the whole run: \(figures.joined(separator: ", "))")
                + "; in steps of \(instant(width)), by the time of the answer, on a logarithmic axis.",
            y: Axis(
                "latency", NiceNumbers.powersAround(max(1, Double(least))...max(1, Double(most))), kind: .logarithmic,
                measure: .time),
            layers: Array(layers.reversed()), series, results)
        chart?.readout = Readout(
            start: 0, width: width,
            series: shown.map { line in
                .init(line.name, measure: .time, values: steps.map { $0[keyPath: line.value].map { Double($0) } })
            })
        return chart
    }

    /// Points in the middle of their steps; a step of which nothing is known ends a piece.
    private static func pieces(_ values: [UInt64?], _ width: Double) -> [[Layer.Point]] {
        var pieces: [[Layer.Point]] = [[]]
        for (index, value) in values.enumerated() {
            if let value {
                pieces[pieces.count - 1].append(.init((Double(index) + 0.5) * width, max(1, Double(value))))
            } else if pieces.last?.isEmpty == false {
                pieces.append([])
            }
        }
        return pieces.filter { !$0.isEmpty }
    }

    // MARK: Arrivals

    /// Planned purchases that a step should have at least on average, so that chance does not hide the rate.
    private static let wantedArrivals = 20

    static func arrivals(_ series: SaleSeries, _ results: RunResults) -> Chart? {
        let pace = results.record.pace
        let planned = series.steps.map(\.planned)
        guard results.record.scenario.pace.isOpen, planned.contains(where: { $0 > 0 }) else { return nil }
        let sum = planned.reduce(0, +)
        let factor =
            [1, 2, 5, 10, 20].first { sum * $0 >= wantedArrivals * planned.count } ?? 20
        func rates(_ counts: [Int]) -> [Double] {
            stride(from: 0, to: counts.count, by: factor).map { start in
                let part = counts[start..<min(counts.count, start + factor)]
                return Double(part.reduce(0, +)) / (Double(part.count) * Double(series.widthNanoseconds) / 1e9)
            }
        }
        let width = Double(series.widthNanoseconds) * Double(factor)
        let lines = [("planned", 2, rates(planned)), ("started", 1, rates(series.steps.map(\.started)))]
        var words = [
            "\(NumberText.rate(pace.achievedPerSecond)) purchases a second started"
                + (pace.targetPerSecond.map { ", where \(NumberText.rate($0)) were planned" } ?? "")
        ]
        if pace.late > 0 { words.append("\(pace.late.grouped) started late") }
        if pace.dropped > 0 { words.append("\(pace.dropped.grouped) never did") }
        var chart = overTime(
            id: "arrivals", title: "Arrivals planned and met", summary: words.joined(separator: "; ") + ".",
            y: Axis(
                "purchases a second", range(upTo: lines.flatMap(\.2).max() ?? 1), measure: .perSecond),
            layers: lines.map { .line(.init($0.0, style: $0.1, shape: .steps, pieces: steps($0.2, width: width))) },
            series, results)
        chart?.readout = Readout(
            start: 0, width: width, series: lines.map { .init($0.0, measure: .perSecond, values: $0.2) })
        return chart
    }

    // MARK: Units

    static func units(_ series: SaleSeries, _ results: RunResults) -> Chart? {
        let width = Double(series.widthNanoseconds)
        var told = 0
        let sold = series.steps.map { step in
            told += step.soldUnits
            return Double(told)
        }
        let stock = StockLine(series, results)
        let all = [0, Double(told)] + stock.values
        guard let least = all.min(), let most = all.max(), series.startNanoseconds != nil else { return nil }
        var layers: [Layer] = [
            .line(.init("sold, as buyers were told", style: 1, shape: .steps, pieces: steps(sold, width: width)))
        ]
        if !stock.pieces.isEmpty {
            layers.append(.line(.init("left, as winners were told", style: 3, pieces: stock.pieces)))
        }
        if let end = stock.end {
            layers.append(.line(.init("left at the end, as was read", style: 5, shape: .dots, pieces: [[end]])))
        }
        layers.insert(.line(.init("for sale", style: 8, shape: .steps, pieces: [stock.forSale])), at: 0)
        var chart = overTime(
            id: "units", title: "Units sold and left", summary: words(series, results),
            y: Axis("units", NiceNumbers.rounded(least...max(least + 1, most), atMost: 5)), layers: layers, series,
            results)
        chart?.readout = Readout(
            start: 0, width: width,
            series: [.init("sold", values: sold)]
                + (results.facts.items.isEmpty
                    ? [.init("left", values: series.steps.map { $0.remaining.map { Double($0) } })] : []))
        return chart
    }

    private static func words(_ series: SaleSeries, _ results: RunResults) -> String {
        let sale = results.record.sale
        var text =
            "Buyers were told that \(sale.soldToBuyers.counted("unit")) \(sale.soldToBuyers == 1 ? "is" : "are") theirs, of "
            + "\(sale.units.grouped)\(sale.restocked.map { " and \($0.grouped) restocked" } ?? "") for sale"
        if let last = series.lastWin, let start = series.startNanoseconds, last >= start {
            text += "; the last of them \(time(nanoseconds: last - start)) after the first attempt"
        }
        text +=
            ". "
            + (sale.remaining.map { "\($0.grouped) \($0 == 1 ? "was" : "were") left at the end." }
                ?? "How many were left at the end is not known.")
        if series.soldUnits != sale.soldToBuyers {
            text += " The line counts every unit that was told, \(series.soldUnits.grouped) in all."
        }
        return text
    }
}
