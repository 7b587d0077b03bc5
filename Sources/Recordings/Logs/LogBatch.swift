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
        defer { attempts.deinitialize(count: all) }
        for index in 0..<all {
            attempts[index].id = texts.settled(attempts[index].id)
            attempts[index].purchase = texts.settled(attempts[index].purchase)
            attempts[index].buyer = texts.settled(attempts[index].buyer)
            try records.append(attempts[index])
        }
    }
}
