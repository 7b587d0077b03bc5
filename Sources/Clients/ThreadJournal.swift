internal import FlashSale
internal import Glibc

/// The part of a journal that one thread writes.
///
/// A segment stays mapped until every attempt in it is completed: of many clients, one may wait for its reply while the
/// others fill segment after segment.
package struct ThreadJournal: ~Copyable {
    /// Where an attempt is entered.
    struct Entry: BitwiseCopyable {
        let record: UnsafeMutableRawPointer
        /// For ``close(_:)``.
        fileprivate let segment: Int32
    }

    private struct Segment: BitwiseCopyable {
        var start: UnsafeMutableRawPointer
        /// Attempts in it that are under way.
        var open = 0
    }

    /// nil in a warm-up, whose records are thrown away.
    private let file: JournalWriter?
    private let segments: UnsafeMutablePointer<Segment>
    /// Segments that are in use: the one that is being filled, and those with attempts under way.
    private var inUse: [Int]
    private var unused: [Int]
    private var current: Int
    private var used = 0

    /// - Parameter clients: how many may have an attempt under way at a time.
    /// - Throws: ``JournalError`` if the disk is full.
    package init(of file: JournalWriter, clients: Int) throws(JournalError) {
        self.init(file, clients: clients, first: try file.takeSegment())
    }

    /// For a warm-up, in memory: records overwrite each other.
    init(clients: Int) {
        self.init(
            nil, clients: clients,
            first: .allocate(byteCount: JournalRecord.segmentSize, alignment: JournalRecord.size))
    }

    private init(_ file: JournalWriter?, clients: Int, first: UnsafeMutableRawPointer) {
        self.file = file
        // Each client holds at most one, beside the one that is being filled.
        let capacity = clients + 1
        segments = .allocate(capacity: capacity)
        segments.initialize(repeating: Segment(start: first), count: capacity)
        unused = Array(1..<capacity)
        inUse = [0]
        inUse.reserveCapacity(capacity)
        current = 0
    }

    deinit {
        if file == nil {
            segments[current].start.deallocate()
        } else {
            for segment in inUse { munmap(segments[segment].start, JournalRecord.segmentSize) }
        }
        segments.deallocate()
    }

    /// The next free record.
    @inline(__always)
    mutating func open() throws(JournalError) -> Entry {
        if used == JournalRecord.recordsPerSegment { try renew() }
        segments[current].open &+= 1
        defer { used &+= 1 }
        return Entry(
            record: segments[current].start + used &* JournalRecord.size, segment: Int32(truncatingIfNeeded: current))
    }

    /// The attempt at an entry is completed.
    @inline(__always)
    mutating func close(_ entry: Entry) {
        let segment = Int(entry.segment)
        segments[segment].open &-= 1
        if segments[segment].open == 0, segment != current { release(segment) }
    }

    @inline(never)
    private mutating func renew() throws(JournalError) {
        guard let file else {
            used = 0
            return
        }
        let fresh = try file.takeSegment()
        used = 0
        let full = current
        guard let next = unused.popLast() else {
            preconditionFailure("more attempts are under way than there are clients")
        }
        current = next
        segments[next] = Segment(start: fresh)
        inUse.append(next)
        if segments[full].open == 0 { release(full) }
    }

    @inline(never)
    private mutating func release(_ segment: Int) {
        munmap(segments[segment].start, JournalRecord.segmentSize)
        unused.append(segment)
        inUse.removeAll { $0 == segment }
    }
}
