/// Histories of several machines: each time is told in the coordinator's clock where the journals are read, and made as wide as the clocks
/// leave it open where they are judged.
extension JournalRecord {
    /// The end of an interval of which no clock tells anything. No clock shows it.
    static let anyTime = UInt64.max >> 1

    /// Replaces the times of workers of other machines with what is shown for them in the coordinator's clock.
    ///
    /// - Parameter records: as the workers wrote them, free ones among them.
    package static func tell(_ records: UnsafeMutableRawBufferPointer, by clocks: WorkerClocks) {
        each(records, by: clocks) { record, view, reader in
            let invoked = reader.shown(atThere: view.invokedNanoseconds)
            let returned = view.returnedNanoseconds.map { reader.shown(atThere: $0) }
            store(invoked, returned, to: record)
        }
    }

    /// Moves the calls of other machines' workers to the earliest moment that their clocks allow, and returns to the latest. Where a clock
    /// proves nothing, any moment is allowed.
    ///
    /// - Parameter records: as ``tell(_:by:)`` left them.
    static func widen(_ records: UnsafeMutableRawBufferPointer, by clocks: WorkerClocks) {
        each(records, by: clocks) { record, view, reader in
            let earliest = reader.earliest(ofShown: view.invokedNanoseconds)
            let latest = view.returnedNanoseconds.map { reader.latest(ofShown: $0) }
            store(earliest, latest, to: record)
        }
    }

    @inline(__always)
    private static func store(_ invoked: UInt64, _ returned: UInt64?, to record: UnsafeMutableRawPointer) {
        record.storeBytes(of: invoked, toByteOffset: Field.invoked, as: UInt64.self)
        if let returned { record.storeBytes(of: returned, toByteOffset: Field.returned, as: UInt64.self) }
    }

    @inline(__always)
    private static func each(
        _ records: UnsafeMutableRawBufferPointer, by clocks: WorkerClocks,
        _ body: (UnsafeMutableRawPointer, RecordView, inout ClockReader) -> Void
    ) {
        guard let start = records.baseAddress else { return }
        var readers = clocks.readers()
        for slot in 0..<records.count / size {
            let record = start + slot * size
            let view = RecordView(record)
            guard !view.isFree else { continue }
            let machine = clocks.machine(ofWorker: view.worker)
            if machine > 0 { body(record, view, &readers[machine - 1]) }
        }
    }
}
