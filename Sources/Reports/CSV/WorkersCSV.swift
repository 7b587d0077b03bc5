package import FlashSale

/// `workers.csv`: one row for each worker process.
package enum WorkersCSV {
    package static let columns = [
        "worker", "pid", "threads", "clients", "attempts", "won", "sold_out", "conflict", "duplicate", "failed",
        "unknown", "reconnects", "connect_seconds", "cpu_seconds", "cpu_share", "peak_memory_mib", "hiccup_max_us",
        "lost",
    ]

    /// Writes the header and the workers in their order. `cpu_share` is CPU time over elapsed time, 1 for one core;
    /// `lost` says why a worker never reported, and is empty if it did.
    package static func write<Sink: ByteSink & ~Copyable>(_ workers: [RunRecord.Worker], to sink: inout Sink) {
        sink.append(row: columns)
        for worker in workers {
            sink.append(decimal: worker.worker)
            sink.append(next: worker.pid)
            sink.append(next: worker.threads)
            sink.append(next: worker.clients)
            for count in [
                worker.tally.attempts, worker.tally.won, worker.tally.soldOut, worker.tally.conflict,
                worker.tally.duplicate, worker.tally.failed, worker.tally.unknown, worker.reconnects,
            ] { sink.append(next: count) }
            sink.append(next: worker.connectSeconds.fixed(places: 6) ?? "")
            sink.append(next: worker.cpuSeconds.fixed(places: 6) ?? "")
            sink.append(next: worker.cpuShare.fixed(places: 3) ?? "")
            sink.append(next: worker.peakMemoryMib.fixed(places: 3) ?? "")
            sink.append(next: worker.hiccupMaxUs?.fixed(places: 3) ?? "")
            sink.append(next: worker.lost ?? "")
            sink.appendLineEnd()
        }
    }
}
