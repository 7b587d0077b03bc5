/// Cells of a few rows that may be texts, so that all of them are looked up at once.
///
/// A table of millions of texts lies in no cache. One by one, each look-up would wait for memory; many at once wait together.
struct TextBatch: ~Copyable {
    /// Cells that it holds at most.
    static let capacity = 96

    private let keys: UnsafeMutablePointer<TextKey>
    /// What was found for each.
    private let ids: UnsafeMutablePointer<Int>
    private(set) var count = 0

    init() {
        keys = .allocate(capacity: Self.capacity)
        ids = .allocate(capacity: Self.capacity)
    }

    deinit {
        keys.deallocate()
        ids.deallocate()
    }

    /// - Parameter cell: not empty; its bytes stay where they are until the batch is settled.
    /// - Returns: the id of a cell that is a number; below 0 what ``settled(_:)`` makes an id of.
    @inline(__always)
    mutating func add(_ cell: UnsafeRawBufferPointer) -> Int {
        if let number = TextIDs.number(cell) { return number }
        precondition(count < Self.capacity)
        (keys + count).initialize(to: TextKey(cell))
        count &+= 1
        return -count
    }

    /// Has room again. What was settled stays known until something is added.
    mutating func clear() { count = 0 }

    @inline(__always)
    subscript(index: Int) -> TextKey { keys[index] }

    @inline(__always)
    mutating func settle(_ index: Int, as id: Int) { (ids + index).initialize(to: id) }

    /// The id behind what ``add(_:)`` returned.
    @inline(__always)
    func settled(_ id: Int) -> Int { id < 0 ? ids[-id &- 1] : id }
}
