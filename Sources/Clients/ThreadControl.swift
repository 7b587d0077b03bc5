internal import CLinux
package import FlashSale
internal import Synchronization

/// What a worker's main thread and its buyers' threads tell each other.
///
/// `@unchecked Sendable`: the pointer is to an atomic, and everything else is atomic or locked.
package final class ThreadControl: @unchecked Sendable {
    private let stopping: UnsafeMutablePointer<Atomic<Bool>>
    private let connectedCount = Atomic(0)
    private let unnamedCount = Atomic(0)
    private let heldCount = Atomic(0)
    private let brokenOffCount = Atomic(0)
    private let failure = Mutex<RunError?>(nil)

    package init() {
        stopping = .allocate(capacity: 1)
        stopping.initialize(to: Atomic(false))
    }

    deinit {
        stopping.deinitialize(count: 1)
        stopping.deallocate()
    }

    /// The flag alone, for the path of an attempt: a reference count that hundreds of threads share would cost more
    /// than all the rest. Valid as long as this object lives.
    var stopFlag: StopFlag { StopFlag(flag: stopping) }

    struct StopFlag: BitwiseCopyable, @unchecked Sendable {
        fileprivate let flag: UnsafeMutablePointer<Atomic<Bool>>

        @inline(__always)
        var isSet: Bool { flag.pointee.load(ordering: .relaxed) }
    }

    package var isStopping: Bool { stopFlag.isSet }

    package func stop() { stopping.pointee.store(true, ordering: .relaxed) }

    func connected(isNamed: Bool) {
        if !isNamed { unnamedCount.add(1, ordering: .relaxed) }
        connectedCount.add(1, ordering: .releasing)
    }

    func reconnectedWithoutName() { unnamedCount.add(1, ordering: .relaxed) }

    /// All clients of a thread have sent their first request but for its last byte, as far as that is possible.
    func held() { heldCount.add(1, ordering: .releasing) }

    /// A thread has finished its warm-up, in which this many attempts failed or had no clear end.
    func warmedUp(brokenOff: Int) { brokenOffCount.add(brokenOff, ordering: .relaxed) }

    /// A thread cannot go on. The first failure is kept.
    func failed(_ problem: RunError) {
        failure.withLock { if $0 == nil { $0 = problem } }
        stop()
    }

    package var connected: Int { connectedCount.load(ordering: .acquiring) }
    /// Threads whose clients have sent what they can.
    package var heldThreads: Int { heldCount.load(ordering: .acquiring) }
    package var allAreNamed: Bool { unnamedCount.load(ordering: .relaxed) == 0 }
    package var brokenOffInWarmUp: Int { brokenOffCount.load(ordering: .relaxed) }
    package var firstFailure: RunError? { failure.withLock { $0 } }

    /// The longest time until a thread notices that the run is stopped.
    static var stopNanoseconds: UInt64 { 50_000_000 }

    /// Sleeps until CLOCK_MONOTONIC reaches `end`. False if the run was stopped first.
    func sleep(until end: UInt64) -> Bool {
        while true {
            if isStopping { return false }
            let now = Clock.nanoseconds()
            if now >= end { return true }
            Clock.sleep(until: min(end, now + Self.stopNanoseconds))
        }
    }
}
