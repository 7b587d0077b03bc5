package import FlashSale

/// `attempts.csv`: the whole history, one row for each attempt.
package enum AttemptsCSV {
    /// A contract with `stress verify` and with other programs.
    package static let columns = [
        "attempt", "purchase", "buyer", "worker", "thread", "client", "number", "invoked_ns", "returned_ns", "outcome",
        "quantity", "remaining",
    ]

    /// Writes the header and the attempts in their order. Times are CLOCK_MONOTONIC; `returned_ns` is empty where the
    /// attempt may still take effect, `remaining` where it was not told.
    package static func write<Sink: ByteSink & ~Copyable>(_ attempts: some Sequence<Attempt>, to sink: inout Sink) {
        sink.append(row: columns)
        for attempt in attempts {
            sink.append(decimal: attempt.id)
            sink.append(next: attempt.purchase)
            sink.append(next: attempt.buyer)
            sink.append(next: attempt.worker)
            sink.append(next: attempt.thread)
            sink.append(next: attempt.client)
            sink.append(next: attempt.number)
            sink.append(next: attempt.invokedNanoseconds)
            sink.append(next: attempt.returnedNanoseconds)
            sink.append(next: attempt.outcome.word)
            sink.append(next: attempt.quantity)
            sink.append(next: attempt.remaining)
            sink.appendLineEnd()
        }
    }
}
