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
