package import FlashSale

/// `items-timeline.csv`: how the attempts to buy each item spread over the run.
package enum ItemsTimelineCSV {
    package static let columns = ["item"] + TimelineCSV.columns

    /// Writes the header and, for each item, a row for each step of `timeline.csv` in which something happened. An attempt with a cart
    /// counts once for each item that is in it.
    ///
    /// - Parameter scenario: of a run with several items; of one item nothing but the header is written.
    package static func write<Sink: ByteSink & ~Copyable>(
        _ history: History, of scenario: Scenario?, to sink: inout Sink
    ) {
        sink.append(row: columns)
        let timeline = Timeline(history)
        let cells = ItemCells(scenario)
        guard let start = timeline.startNanoseconds else { return }
        func step(of time: UInt64) -> Int { Int((max(time, start) - start) / timeline.widthNanoseconds) }
        var steps: [String: [Int: Timeline.Step]] = [:]
        for attempt in history {
            let invoked = step(of: attempt.invokedNanoseconds)
            for item in cells.items(of: attempt) {
                steps[item, default: [:]][invoked, default: .init()].invoked += 1
                let returned = attempt.returnedNanoseconds.map(step)
                if let returned { steps[item, default: [:]][returned, default: .init()].returned += 1 }
                steps[item, default: [:]][returned ?? invoked, default: .init()].outcomes.count(attempt.outcome)
            }
        }
        for item in scenario?.items?.items.map(\.item) ?? [] {
            for (index, step) in (steps[item] ?? [:]).sorted(by: { $0.key < $1.key }) {
                TimelineCSV.append(
                    step, elapsedMilliseconds: timeline.elapsedMilliseconds(ofStep: index), of: item, to: &sink)
            }
        }
    }
}
