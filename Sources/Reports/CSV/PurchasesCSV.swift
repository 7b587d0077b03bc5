package import FlashSale

/// `purchases.csv`: how each purchase ended.
package enum PurchasesCSV {
    package static let columns = [
        "purchase", "buyer", "worker", "attempts", "ending", "planned_ns", "invoked_ns", "returned_ns", "latency_us",
        "remaining",
    ]

    /// Writes the header and the purchases in their order. `planned_ns` is when the purchase was to start, CLOCK_MONOTONIC like
    /// the others, and empty where nobody planned it (a closed loop). `latency_us` is what the report counts: from the planned
    /// start, or else the first invocation, to the last return; it is empty where one of these is missing, and where the purchase
    /// was cut off before its last attempt.
    package static func write<Sink: ByteSink & ~Copyable>(_ purchases: some Sequence<Purchase>, to sink: inout Sink) {
        sink.append(row: columns)
        for purchase in purchases {
            sink.append(decimal: purchase.id)
            sink.append(next: purchase.buyer)
            sink.append(next: purchase.worker)
            sink.append(next: purchase.attempts)
            sink.append(next: purchase.ending.rawValue)
            sink.append(next: purchase.plannedNanoseconds)
            sink.append(next: purchase.invokedNanoseconds)
            sink.append(next: purchase.returnedNanoseconds)
            sink.appendComma()
            appendLatency(of: purchase, to: &sink)
            sink.append(next: purchase.remaining)
            sink.appendLineEnd()
        }
    }

    /// Microseconds with three decimals, so that no nanosecond is lost.
    private static func appendLatency<Sink: ByteSink & ~Copyable>(of purchase: Purchase, to sink: inout Sink) {
        guard let invoked = purchase.invokedNanoseconds, let returned = purchase.returnedNanoseconds,
            returned >= invoked, !purchase.isCutOff
        else { return }
        let latency = returned - min(invoked, purchase.plannedNanoseconds ?? invoked)
        sink.append(decimal: latency / 1000)
        sink.append(byte: UInt8(ascii: "."))
        for divisor in [100, 10, 1] as [UInt64] {
            sink.append(byte: UInt8(ascii: "0") + UInt8(latency / divisor % 10))
        }
    }
}
