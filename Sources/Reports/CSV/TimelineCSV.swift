package import FlashSale

/// `timeline.csv`: how the attempts and their outcomes spread over the run.
package enum TimelineCSV {
    package static let columns = [
        "elapsed_ms", "attempts_invoked", "attempts_returned", "won", "sold_out", "conflict", "duplicate", "failed",
        "unknown",
    ]

    /// Writes the header and a row for each step. `elapsed_ms` is where the step starts.
    package static func write<Sink: ByteSink & ~Copyable>(_ timeline: Timeline, to sink: inout Sink) {
        sink.append(row: columns)
        for (index, step) in timeline.steps.enumerated() {
            append(step, elapsedMilliseconds: timeline.elapsedMilliseconds(ofStep: index), to: &sink)
        }
    }

    private static func append<Sink: ByteSink & ~Copyable>(
        _ step: Timeline.Step, elapsedMilliseconds: UInt64, to sink: inout Sink
    ) {
        sink.append(decimal: elapsedMilliseconds)
        sink.append(next: step.invoked)
        sink.append(next: step.returned)
        for outcome in Outcome.allCases { sink.append(next: step.outcomes[outcome]) }
        sink.appendLineEnd()
    }
}
