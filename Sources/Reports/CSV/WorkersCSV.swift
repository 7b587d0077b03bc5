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
            sink.append(next: worker.tally.attempts)
            for outcome in Outcome.allCases { sink.append(next: worker.tally[outcome]) }
            sink.append(next: worker.reconnects)
            sink.append(next: Figures.fixed(worker.connectSeconds, places: 6) ?? "")
            sink.append(next: Figures.fixed(worker.cpuSeconds, places: 6) ?? "")
            sink.append(next: Figures.fixed(worker.cpuShare, places: 3) ?? "")
            sink.append(next: Figures.fixed(worker.peakMemoryMib, places: 3) ?? "")
            sink.append(next: worker.hiccupMaxUs.flatMap { Figures.fixed($0, places: 3) } ?? "")
            sink.append(next: worker.lost ?? "")
            sink.appendLineEnd()
        }
    }
}
