/// A history in the order of invocation, from segments that are each in that order already: a merge with a heap, with a
/// few bytes for each segment and none for each attempt (Knuth, The Art of Computer Programming 3, 5.4.1).
package struct ChronologicalHistory: Sequence {
    private let history: History

    package init(_ history: History) { self.history = history }

    package func makeIterator() -> Iterator { Iterator(history) }

    package struct Iterator: IteratorProtocol {
        private typealias Position = History.Position

        private struct Head {
            var invoked: UInt64
            var id: Int
            var position: Position

            @inline(__always)
            static func < (left: Head, right: Head) -> Bool {
                left.invoked != right.invoked ? left.invoked < right.invoked : left.id < right.id
            }
        }

        private let history: History
        /// The next record of each segment that has one; the earliest is the root.
        private var heap: [Head] = []

        init(_ history: History) {
            self.history = history
            for start in stride(from: 0, to: history.slots, by: JournalRecord.recordsPerSegment) {
                if let head = head(from: start) { heap.append(head) }
            }
            for index in (0..<heap.count / 2).reversed() { sink(index) }
        }

        package mutating func next() -> Attempt? {
            guard let root = heap.first else { return nil }
            let following = Int(root.position) + 1
            if following % JournalRecord.recordsPerSegment != 0, let head = head(from: following) {
                heap[0] = head
            } else {
                heap[0] = heap[heap.count - 1]
                heap.removeLast()
            }
            sink(0)
            return history[root.position]
        }

        /// The first record in a slot from `start` to the end of its segment.
        private func head(from start: Int) -> Head? {
            let end = Swift.min(
                history.slots, (start / JournalRecord.recordsPerSegment + 1) * JournalRecord.recordsPerSegment)
            for slot in start..<end {
                let record = history.record(at: Position(slot))
                if !record.isFree {
                    return Head(invoked: record.invokedNanoseconds, id: record.id, position: Position(slot))
                }
            }
            return nil
        }

        /// Moves the element at `start` down to its place; those that are earlier move up into the gap that it leaves.
        private mutating func sink(_ start: Int) {
            heap.withUnsafeMutableBufferPointer { heap in
                guard start < heap.count else { return }
                let moving = heap[start]
                var gap = start
                while true {
                    var child = 2 * gap + 1
                    guard child < heap.count else { break }
                    if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
                    guard heap[child] < moving else { break }
                    heap[gap] = heap[child]
                    gap = child
                }
                heap[gap] = moving
            }
        }
    }
}
