internal import Synchronization

/// What a worker's main thread and its buyers' threads tell each other.
final class ThreadControl: Sendable {
    private let stopping = Atomic(false)
    private let connectedCount = Atomic(0)
    private let unnamedCount = Atomic(0)
    private let failure = Mutex<WorkerMessage.Failure?>(nil)

    var isStopping: Bool { stopping.load(ordering: .relaxed) }

    func stop() { stopping.store(true, ordering: .relaxed) }

    func connected(isNamed: Bool) {
        if !isNamed { unnamedCount.add(1, ordering: .relaxed) }
        connectedCount.add(1, ordering: .releasing)
    }

    /// A thread cannot work; the first to say so is heard.
    func failed(_ problem: WorkerMessage.Failure) {
        failure.withLock { if $0 == nil { $0 = problem } }
        stop()
    }

    var connected: Int { connectedCount.load(ordering: .acquiring) }
    var allAreNamed: Bool { unnamedCount.load(ordering: .relaxed) == 0 }
    var firstFailure: WorkerMessage.Failure? { failure.withLock { $0 } }

    /// Sleeps, and wakes up early when the run is stopped. False: it was.
    func sleep(microseconds: Int) -> Bool {
        let end = Clock.nanoseconds() + UInt64(microseconds) * 1000
        while true {
            if isStopping { return false }
            let now = Clock.nanoseconds()
            if now >= end { return true }
            Clock.sleep(until: min(end, now + 50_000_000))
        }
    }
}

/// A thread's counters for the live display. Only that thread adds to them.
final class ThreadProgress: Sendable {
    let attempts = Counter()
    let won = Counter()
    let purchases = Counter()

    /// A number with one writer and any readers.
    struct Counter: ~Copyable, Sendable {
        private let value = Atomic(0)

        @inline(__always)
        func add(_ amount: Int) { value.store(value.load(ordering: .relaxed) &+ amount, ordering: .relaxed) }

        var current: Int { value.load(ordering: .relaxed) }
    }
}
