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

/// `ledger.csv`: the orders that the sale wrote to Redis.
package enum LedgerCSV {
    /// `stress verify` and other programs read them by name.
    package static let columns = ["attempt", "purchase", "buyer"]

    /// Writes the header and the orders in their order. What the ledger does not hold is empty. A column
    /// `quantity` is added where any order tells its units, and one `unit` where any names them.
    package static func write<Sink: ByteSink & ~Copyable>(_ ledger: Ledger, to sink: inout Sink) {
        write([(nil, ledger)], to: &sink)
    }

    /// The same of several items, with a last column `item`.
    package static func write<Sink: ByteSink & ~Copyable>(_ items: [ItemEpoch], to sink: inout Sink) {
        write(items.compactMap { item in item.epoch.ledger.map { (item.item, $0) } }, to: &sink)
    }

    private static func write<Sink: ByteSink & ~Copyable>(
        _ ledgers: [(item: String?, ledger: Ledger)], to sink: inout Sink
    ) {
        let tellsQuantity = ledgers.contains { $0.ledger.orders.contains { $0.quantity != nil } }
        let tellsUnit = ledgers.contains { $0.ledger.orders.contains { $0.unit != nil } }
        let tellsItem = ledgers.contains { $0.item != nil }
        sink.append(
            row: columns + (tellsQuantity ? ["quantity"] : []) + (tellsUnit ? ["unit"] : [])
                + (tellsItem ? ["item"] : []))
        for (item, ledger) in ledgers {
            for order in ledger.orders {
                if let attempt = order.attempt { sink.append(decimal: attempt) }
                sink.append(next: order.purchase)
                sink.append(next: order.buyer)
                if tellsQuantity { sink.append(next: order.quantity) }
                if tellsUnit { sink.append(next: order.unit ?? "") }
                if let item { sink.append(next: item) }
                sink.appendLineEnd()
            }
        }
    }
}

/// `timeline.csv`: how the attempts and their outcomes spread over the run.
package enum TimelineCSV {
    package static let columns = [
        "elapsed_ms", "attempts_invoked", "attempts_returned", "won", "sold_out", "conflict", "duplicate", "failed",
        "unknown", "returned", "held",
    ]

    /// Writes the header and a row for each step. `elapsed_ms` is where the step starts.
    package static func write<Sink: ByteSink & ~Copyable>(_ timeline: Timeline, to sink: inout Sink) {
        sink.append(row: columns)
        for (index, step) in timeline.steps.enumerated() {
            append(step, elapsedMilliseconds: timeline.elapsedMilliseconds(ofStep: index), to: &sink)
        }
    }

    /// - Parameter item: what the row begins with; nil for nothing.
    static func append<Sink: ByteSink & ~Copyable>(
        _ step: Timeline.Step, elapsedMilliseconds: UInt64, of item: String? = nil, to sink: inout Sink
    ) {
        if let item {
            sink.append(cell: item)
            sink.appendComma()
        }
        sink.append(decimal: elapsedMilliseconds)
        sink.append(next: step.invoked)
        sink.append(next: step.returned)
        for outcome in Outcome.columns { sink.append(next: step.outcomes[outcome]) }
        sink.appendLineEnd()
    }
}

/// `workers.csv`: one row for each worker process.
package enum WorkersCSV {
    package static let columns = [
        "worker", "pid", "threads", "clients", "attempts", "won", "sold_out", "conflict", "duplicate", "failed",
        "unknown", "returned", "held", "reconnects", "connect_seconds", "cpu_seconds", "cpu_share",
        "peak_memory_mib", "hiccup_max_us", "lost", "machine",
    ]

    /// Writes the header and the workers in their order. `cpu_share` is CPU time over elapsed time, 1 for one core;
    /// `lost` says why a worker never reported, and is empty if it did; `machine` is where it was, and empty for the coordinator's own.
    package static func write<Sink: ByteSink & ~Copyable>(_ workers: [RunRecord.Worker], to sink: inout Sink) {
        sink.append(row: columns)
        for worker in workers {
            sink.append(decimal: worker.worker)
            sink.append(next: worker.pid)
            sink.append(next: worker.threads)
            sink.append(next: worker.clients)
            sink.append(next: worker.tally.attempts)
            for outcome in Outcome.columns { sink.append(next: worker.tally[outcome]) }
            sink.append(next: worker.reconnects)
            sink.append(next: worker.connectSeconds.fixed(places: 6) ?? "")
            sink.append(next: worker.cpuSeconds.fixed(places: 6) ?? "")
            sink.append(next: worker.cpuShare.fixed(places: 3) ?? "")
            sink.append(next: worker.peakMemoryMib.fixed(places: 3) ?? "")
            sink.append(next: worker.hiccupMaxUs?.fixed(places: 3) ?? "")
            sink.append(next: worker.lost ?? "")
            sink.append(next: worker.machine ?? "")
            sink.appendLineEnd()
        }
    }
}
