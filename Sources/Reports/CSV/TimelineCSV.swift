package import FlashSale

/// `timeline.csv`: how the attempts and their outcomes spread over the run.
package enum TimelineCSV {
    package static let columns = [
        "elapsed_ms", "attempts_invoked", "attempts_returned", "won", "sold_out", "conflict", "duplicate", "failed",
        "unknown",
    ]

    static let stepNanoseconds: UInt64 = 100_000_000
    /// More than a day of steps; a history with a longer span, or with a forged time, gets wider ones.
    package static let rowLimit = 1_000_000

    private struct Step {
        var invoked = 0
        var returned = 0
        var outcomes = Tally()
    }

    /// Writes the header and a row for each step from the first invocation to the last event, also where nothing
    /// happened. `elapsed_ms` is where the step starts.
    ///
    /// An outcome counts in the step of its return, and without one (as of an `unknown` attempt) in that of its
    /// invocation. A step has 100 ms; a history of more than 1,000,000 of them gets the smallest multiple of 100 ms
    /// that needs no more rows.
    ///
    /// - Parameters:
    ///   - attempts: in any order.
    ///   - rowLimit: the most rows, at least 1.
    package static func write<Sink: ByteSink & ~Copyable>(
        _ attempts: some Sequence<Attempt>, to sink: inout Sink, rowLimit: Int = rowLimit
    ) {
        sink.append(row: columns)
        var first = UInt64.max
        var last: UInt64 = 0
        for attempt in attempts {
            first = min(first, attempt.invokedNanoseconds)
            last = max(last, attempt.invokedNanoseconds, attempt.returnedNanoseconds ?? 0)
        }
        guard first <= last else { return }
        let width = ((last - first) / stepNanoseconds / UInt64(rowLimit) + 1) * stepNanoseconds
        var steps = [Step](repeating: Step(), count: Int((last - first) / width) + 1)
        for attempt in attempts {
            let invoked = Int((attempt.invokedNanoseconds - first) / width)
            steps[invoked].invoked += 1
            var ended = invoked
            if let returned = attempt.returnedNanoseconds {
                // A forged history may return before it starts.
                ended = Int((max(returned, first) - first) / width)
                steps[ended].returned += 1
            }
            steps[ended].outcomes.count(attempt.outcome)
        }
        for (index, step) in steps.enumerated() {
            append(step, elapsedMilliseconds: UInt64(index) * (width / 1_000_000), to: &sink)
        }
    }

    private static func append<Sink: ByteSink & ~Copyable>(
        _ step: Step, elapsedMilliseconds: UInt64, to sink: inout Sink
    ) {
        sink.append(decimal: elapsedMilliseconds)
        sink.append(next: step.invoked)
        sink.append(next: step.returned)
        sink.append(next: step.outcomes.won)
        sink.append(next: step.outcomes.soldOut)
        sink.append(next: step.outcomes.conflict)
        sink.append(next: step.outcomes.duplicate)
        sink.append(next: step.outcomes.failed)
        sink.append(next: step.outcomes.unknown)
        sink.appendLineEnd()
    }
}
