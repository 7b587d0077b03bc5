internal import FlashSale

/// Attempts whose texts are not looked up yet.
struct LogBatch: ~Copyable {
    /// Each has three ids at most.
    private static let capacity = TextBatch.capacity / 3

    private let attempts: UnsafeMutablePointer<Attempt>
    private var count = 0
    var texts = TextBatch()

    init() { attempts = .allocate(capacity: Self.capacity) }

    deinit {
        attempts.deinitialize(count: count)
        attempts.deallocate()
    }

    var isFull: Bool { count == Self.capacity }

    /// - Parameter attempt: with ids that ``texts`` gave.
    @inline(__always)
    mutating func append(_ attempt: consuming Attempt) {
        precondition(count < Self.capacity)
        (attempts + count).initialize(to: attempt)
        count &+= 1
    }

    /// Numbers the texts and hands on the attempts, in their order.
    mutating func settle(_ ids: inout TextIDs, into records: inout RecordSpool) throws(RunError) {
        ids.settle(&texts)
        let all = count
        count = 0
        var next = 0
        defer { (attempts + next).deinitialize(count: all - next) }
        while next < all {
            var attempt = (attempts + next).move()
            next += 1
            attempt.id = texts.settled(attempt.id)
            attempt.purchase = texts.settled(attempt.purchase)
            attempt.buyer = texts.settled(attempt.buyer)
            try records.append(attempt)
        }
    }
}
