internal import CLinux
package import FlashSale
internal import Glibc
internal import Synchronization

/// Where all threads of a worker wait until the coordinator says when the doors open.
///
/// `@unchecked Sendable`: the state behind the pointers is read and written only under the mutex.
package final class StartGate: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var state = State.closed

    private enum State {
        case closed
        /// The doors are closed, but first requests may be sent but for their last byte.
        case holding
        case open(at: UInt64)
        case cancelled
    }

    package init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Lets the threads send their first requests, but for the last byte.
    package func hold() { set(.holding) }

    /// Lets everybody through when CLOCK_MONOTONIC reaches `nanoseconds`.
    package func open(at nanoseconds: UInt64) { set(.open(at: nanoseconds)) }

    /// Lets the threads end without having bought.
    package func cancel() { set(.cancelled) }

    /// Waits until first requests may be sent, but for their last byte. False after ``cancel()``.
    func awaitHolding() -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while case .closed = state { pthread_cond_wait(condition, mutex) }
        if case .cancelled = state { return false }
        return true
    }

    /// Waits until the doors open. Returns when that was; nil after ``cancel()``.
    func pass() -> UInt64? {
        pthread_mutex_lock(mutex)
        while !isDecided { pthread_cond_wait(condition, mutex) }
        let state = state
        pthread_mutex_unlock(mutex)
        guard case .open(let nanoseconds) = state else { return nil }
        Clock.sleep(until: nanoseconds)
        return nanoseconds
    }

    /// Whether the doors open, or never will.
    private var isDecided: Bool {
        switch state {
        case .closed, .holding: false
        case .open, .cancelled: true
        }
    }

    private func set(_ next: State) {
        pthread_mutex_lock(mutex)
        if !isDecided { state = next }
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }
}

/// Counts the threads that are done, and makes ``descriptor`` readable when all are.
package final class FinishLine: Sendable {
    /// For poll: readable once the last thread has crossed.
    package let descriptor: Int32
    private let left: Atomic<Int>
    private let writeEnd: Int32

    /// - Throws: ``RunError`` with 69 if the system has no pipe left.
    package init(threads: Int) throws(RunError) {
        var ends: [Int32] = [-1, -1]
        guard stress_pipe(&ends, 0) == 0 else {
            throw RunError(
                .unavailable,
                "a worker cannot make a pipe: \(String(cString: strerror(errno))); close files, or raise the limit (ulimit -n)"
            )
        }
        descriptor = ends[0]
        writeEnd = ends[1]
        left = Atomic(threads)
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    package func cross() {
        guard left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return }
        var byte: UInt8 = 0
        _ = write(writeEnd, &byte, 1)
    }

    /// Waits until the last thread has crossed, for at most this long.
    package func wait(milliseconds: Int32) {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&poller, 1, milliseconds)
    }

    package var allHaveCrossed: Bool { left.load(ordering: .acquiring) == 0 }
}
