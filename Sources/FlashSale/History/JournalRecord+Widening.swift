/// How far the times of a history may be from what they say, in nanoseconds.
package struct TimeWidening: Sendable, Equatable {
    /// What an attempt may have begun earlier.
    package var invokedEarlier: UInt64 = 0
    /// What it may have begun later.
    package var invokedLater: UInt64 = 0
    /// What it may have ended earlier.
    package var returnedEarlier: UInt64 = 0
    /// What it may have ended later.
    package var returnedLater: UInt64 = 0
    /// Whether an attempt without an end may have begun at any time.
    package var opensLost = false

    package init() {}

    /// Whether nothing is changed.
    package var isNone: Bool { invokedEarlier == 0 && returnedLater == 0 && !opensLost }
}

extension JournalRecord {
    /// Makes the interval of each attempt as wide as it may have been, so that no order is taken for certain that is only
    /// rounded.
    ///
    /// - Parameter records: of attempts, none of them free.
    /// - Returns: whether two attempts overlapped by more than what is not known.
    package static func widen(_ records: UnsafeMutableRawBufferPointer, by widening: TimeWidening) -> Bool {
        let met = haveMet(UnsafeRawBufferPointer(records), widening)
        var first = UInt64.max
        each(records) { record in
            let invoked = record.load(fromByteOffset: Field.invoked, as: UInt64.self)
            let earlier = invoked - min(invoked, widening.invokedEarlier)
            record.storeBytes(of: earlier, toByteOffset: Field.invoked, as: UInt64.self)
            first = min(first, earlier)
            guard hasReturned(record) else { return }
            let returned = record.load(fromByteOffset: Field.returned, as: UInt64.self)
            record.storeBytes(of: returned + widening.returnedLater, toByteOffset: Field.returned, as: UInt64.self)
        }
        guard widening.opensLost else { return met }
        each(records) { record in
            if !hasReturned(record) { record.storeBytes(of: first, toByteOffset: Field.invoked, as: UInt64.self) }
        }
        return met
    }

    private static func each(_ records: UnsafeMutableRawBufferPointer, _ body: (UnsafeMutableRawPointer) -> Void) {
        guard let start = records.baseAddress else { return }
        for slot in 0..<records.count / size { body(start + slot * size) }
    }

    private static func hasReturned(_ record: UnsafeRawPointer) -> Bool {
        record.load(fromByteOffset: Field.flags, as: UInt16.self) & Flag.hasReturned != 0
    }

    /// The time in which an attempt was under way whatever the clock left out; nil where there may be none.
    private static func certain(_ record: UnsafeRawPointer, _ widening: TimeWidening) -> Range<UInt64>? {
        guard hasReturned(record) else { return nil }
        let start = record.load(fromByteOffset: Field.invoked, as: UInt64.self) + widening.invokedLater
        let returned = record.load(fromByteOffset: Field.returned, as: UInt64.self)
        let end = returned - min(returned, widening.returnedEarlier)
        return start < end ? start..<end : nil
    }

    private static func haveMet(_ records: UnsafeRawBufferPointer, _ widening: TimeWidening) -> Bool {
        guard let start = records.baseAddress else { return false }
        let slots = 0..<records.count / size
        // Attempts that met mostly stand near each other.
        var last: Range<UInt64>?
        for slot in slots {
            guard let own = certain(start + slot * size, widening) else { continue }
            if let last, last.overlaps(own) { return true }
            last = own
        }
        var ranges = slots.compactMap { certain(start + $0 * size, widening) }
        ranges.sort { $0.lowerBound < $1.lowerBound }
        return zip(ranges, ranges.dropFirst()).contains { $0.overlaps($1) }
    }
}
