extension JournalRecord {
    /// An attempt that has ended, as far as a display is concerned.
    package struct Ended: Sendable, Equatable {
        package var outcome: Outcome
        /// Units that it wanted.
        package var quantity: Int
        /// From its invocation to its return, in nanoseconds; nil where it has none.
        package var nanoseconds: UInt64?
    }

    /// What a copy of a record shows, which was made while its thread may have been writing to it.
    package enum Glimpse: Sendable, Equatable {
        /// Never used so far.
        case free
        case inFlight
        case ended(Ended)
    }

    /// Reads a copy of a record.
    ///
    /// The state comes first in a record, so a copy that is made from the front has the other fields at least as new as it.
    /// Where a processor should see it otherwise, they are those of a record that was never used: zeros, which have no
    /// latency. That is good enough for a display, and for nothing else.
    package static func glimpse(_ record: UnsafeRawPointer) -> Glimpse {
        let view = RecordView(record)
        guard !view.isFree else { return .free }
        guard let outcome = Outcome(rawValue: UInt8(truncatingIfNeeded: view.state)) else { return .inFlight }
        let invoked = view.invokedNanoseconds
        let nanoseconds = view.returnedNanoseconds.flatMap { invoked > 0 && $0 >= invoked ? $0 - invoked : nil }
        return .ended(Ended(outcome: outcome, quantity: view.quantity, nanoseconds: nanoseconds))
    }
}
