/// The attempts of a run, as whole records in memory that is mapped or held: they are read where they lie, so that ten
/// million of them need no memory of their own.
///
/// Records are in segments of ``JournalRecord/recordsPerSegment`` slots. A slot may be free.
package final class History: Sendable {
    /// The slot of a record.
    package typealias Position = UInt32

    /// Attempts that are recorded.
    package let count: Int
    let memory: RecordMemory
    package let slots: Int
    /// The units that attempts were sold by their names; nil where none was told any.
    package let names: UnitNames?
    /// Whose clocks its times were taken from; nil where all are of one.
    package let clocks: WorkerClocks?
    /// Of one that is ``widened``, the one whose times are shown, with the same attempts in the same places.
    let shown: History?

    /// The most slots that positions can name.
    package static var slotLimit: Int { Int(Position.max) }

    /// - Parameters:
    ///   - memory: whole records, each of which is free or sound, as ``JournalScan`` finds them.
    ///   - count: how many of them are not free.
    ///   - names: of the units that they were sold.
    ///   - clocks: whose the times were before they were told in the coordinator's (``JournalRecord/tell(_:by:)``); nil where all are of
    ///     one.
    package convenience init(
        _ memory: RecordMemory, count: Int, names: UnitNames? = nil, clocks: WorkerClocks? = nil
    ) {
        self.init(memory, count: count, names: names, clocks: clocks, shown: nil)
    }

    init(_ memory: RecordMemory, count: Int, names: UnitNames?, clocks: WorkerClocks?, shown: History?) {
        self.memory = memory
        self.count = count
        self.names = names
        self.clocks = clocks
        self.shown = shown
        slots = memory.bytes.count / JournalRecord.size
    }

    /// Copies attempts, in the order of invocation.
    package convenience init(_ attempts: some Collection<Attempt>) {
        let sorted = attempts.sorted { ($0.invokedNanoseconds, $0.id) < ($1.invokedNanoseconds, $1.id) }
        let bytes = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Swift.max(1, sorted.count) * JournalRecord.size, alignment: JournalRecord.size)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        for (slot, attempt) in sorted.enumerated() {
            JournalRecord.store(attempt, to: bytes.baseAddress! + slot * JournalRecord.size)
        }
        var builder = UnitNames.Builder()
        var entries = [UInt32](repeating: 0, count: sorted.contains { $0.unit != nil } ? sorted.count : 0)
        for slot in entries.indices {
            if let unit = sorted[slot].unit { entries[slot] = UInt32(builder.add(unit) + 1) }
        }
        self.init(
            RecordMemory(UnsafeRawBufferPointer(bytes)) { $0.deallocate() }, count: sorted.count,
            names: entries.isEmpty ? nil : builder.names(entries))
    }

    @inline(__always)
    func record(at position: Position) -> RecordView {
        RecordView(memory.bytes.baseAddress.unsafelyUnwrapped + Int(position) * JournalRecord.size)
    }

    package subscript(position: Position) -> Attempt {
        var attempt = record(at: position).attempt
        if let names { attempt.unit = names.text(at: position) }
        return attempt
    }

    func attempts(at positions: some Sequence<Position>) -> [Attempt] { positions.map { self[$0] } }

    /// Every record that is not free, in the order in which they lie.
    package var records: Records { Records(history: self) }

    package struct Records: Sequence, IteratorProtocol {
        let history: History
        private var slot = 0

        init(history: History) { self.history = history }

        @inline(__always)
        package mutating func next() -> (position: Position, record: RecordView)? {
            while slot < history.slots {
                let position = Position(truncatingIfNeeded: slot)
                let record = history.record(at: position)
                slot += 1
                if !record.isFree { return (position, record) }
            }
            return nil
        }
    }
}

extension History: Sequence {
    /// Every attempt, in the order in which they lie.
    package func makeIterator() -> AnyIterator<Attempt> {
        var records = records.makeIterator()
        return AnyIterator { records.next().map { self[$0.position] } }
    }

    package var underestimatedCount: Int { count }
}

/// Memory that holds records and is given back at the end. Nothing writes to it while it is held.
package final class RecordMemory: @unchecked Sendable {
    // Unchecked: the bytes are only read.
    package let bytes: UnsafeRawBufferPointer
    private let release: @Sendable (UnsafeRawBufferPointer) -> Void

    /// - Parameters:
    ///   - bytes: at least one record, aligned to 8 bytes.
    ///   - release: is given the bytes when nobody reads them any more.
    package init(_ bytes: UnsafeRawBufferPointer, release: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
        self.bytes = bytes
        self.release = release
    }

    deinit { release(bytes) }
}
