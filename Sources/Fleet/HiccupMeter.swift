internal import CLinux
internal import Clients
internal import Host
internal import Synchronization

/// A thread that sleeps and writes down how much later than it should it woke up: what the machine adds to every latency
/// (Tene, jHiccup). The kernel's timer slack, 50 µs for an ordinary thread, is in it, as it is for buyers that wait.
struct HiccupMeter: ~Copyable {
    /// From one time to wake up to the next. A thousand wake-ups a second in each of four workers took 5% of the throughput of
    /// 4 × 100 threads on two cores, where a timer is dear; two hundred took nothing that could be measured.
    static var intervalNanoseconds: UInt64 { 5_000_000 }

    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }

    private let stopping = Flag()
    private let thread: JoinableThread<LatencyCounts.Sparse>

    /// Starts to measure at a time of CLOCK_MONOTONIC.
    ///
    /// - Throws: ``ThreadError`` if the system has no room for one more thread.
    init(from start: UInt64) throws(ThreadError) {
        let stopping = stopping
        thread = try JoinableThread {
            guard var counts = try? LatencyCounts() else { return LatencyCounts.Sparse() }
            // The times to wake up are fixed beforehand: who oversleeps ten of them is late for each of the ten, so that a
            // long pause counts as long as it was.
            var next = start + Self.intervalNanoseconds
            while !stopping.isSet.load(ordering: .relaxed) {
                Clock.sleep(until: next)
                let now = Clock.nanoseconds()
                counts.record(nanoseconds: now > next ? now - next : 0)
                next += Self.intervalNanoseconds
            }
            return counts.sparse
        }
    }

    /// Ends the measurement.
    consuming func stop() -> LatencyCounts.Sparse {
        stopping.isSet.store(true, ordering: .relaxed)
        return thread.join()
    }
}
