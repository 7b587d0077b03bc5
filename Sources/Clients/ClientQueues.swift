/// The idle clients, the longest idle first, so that all connections take turns.
struct IdleClients: ~Copyable {
    private let ring: UnsafeMutablePointer<Int32>
    private let capacity: Int
    private var start = 0
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        ring = .allocate(capacity: capacity)
    }

    deinit { ring.deallocate() }

    @inline(__always)
    mutating func append(_ client: Int) {
        var index = start + count
        if index >= capacity { index -= capacity }
        ring[index] = Int32(truncatingIfNeeded: client)
        count += 1
    }

    @inline(__always)
    mutating func removeFirst() -> Int {
        let client = ring[start]
        start += 1
        if start == capacity { start = 0 }
        count -= 1
        return Int(client)
    }
}

/// The clients' timers in a binary heap, the earliest first. It never grows: a client has at most one.
struct TimerHeap: ~Copyable {
    struct Timer: BitwiseCopyable {
        /// CLOCK_MONOTONIC.
        var nanoseconds: UInt64
        var client: Int
    }

    private let timers: UnsafeMutablePointer<Timer>
    private(set) var count = 0

    init(capacity: Int) { timers = .allocate(capacity: capacity) }

    deinit { timers.deallocate() }

    /// The earliest; nil where there is none.
    var first: Timer? { count == 0 ? nil : timers[0] }

    mutating func insert(_ timer: Timer) {
        var index = count
        count += 1
        while index > 0, timer.nanoseconds < timers[(index - 1) / 2].nanoseconds {
            timers[index] = timers[(index - 1) / 2]
            index = (index - 1) / 2
        }
        timers[index] = timer
    }

    mutating func removeFirst() {
        count -= 1
        let moved = timers[count]
        var index = 0
        while 2 * index + 1 < count {
            var child = 2 * index + 1
            if child + 1 < count, timers[child + 1].nanoseconds < timers[child].nanoseconds { child += 1 }
            guard timers[child].nanoseconds < moved.nanoseconds else { break }
            timers[index] = timers[child]
            index = child
        }
        timers[index] = moved
    }
}
