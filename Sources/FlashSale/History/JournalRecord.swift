internal import Synchronization

/// The journal's format: a header of ``headerSize`` bytes, then records of ``size`` bytes, little-endian, in segments of
/// ``segmentSize`` bytes. Records that were never used are zero.
///
/// A record is entered before the attempt's first byte is sent and completed after its reply is read. The state word is
/// stored last, with release ordering, so that whoever reads the file after the writer died sees whole records only.
package enum JournalRecord {
    /// Bytes of one record: a cache line, so that two threads never write the same one.
    package static let size = 64
    /// As large as a segment, so that segments can be mapped whatever the size of a page is.
    package static let headerSize = 65536
    /// Bytes that a thread takes from the file at a time.
    package static let segmentSize = 65536
    package static let recordsPerSegment = segmentSize / size

    package enum State {
        package static let free: UInt32 = 0
        package static let inFlight: UInt32 = 1
    }

    /// Byte offsets of the fields in a record.
    enum Field {
        static let state = 0
        static let number = 4
        static let flags = 6
        static let attempt = 8
        static let purchase = 16
        static let buyer = 24
        static let invoked = 32
        static let returned = 40
        static let remaining = 48
        static let quantity = 56
        static let thread = 60
        static let client = 62
    }

    enum Flag {
        static let hasRemaining: UInt16 = 1
        static let isHole: UInt16 = 2
    }

    /// Who makes an attempt, and for how much: all that is known before it starts.
    package struct Invocation {
        package var attempt: Int
        package var purchase: Int
        package var buyer: Int
        package var number: Int
        package var quantity: Int
        package var thread: Int
        package var client: Int

        package init(attempt: Int, purchase: Int, buyer: Int, number: Int, quantity: Int, thread: Int, client: Int) {
            self.attempt = attempt
            self.purchase = purchase
            self.buyer = buyer
            self.number = number
            self.quantity = quantity
            self.thread = thread
            self.client = client
        }
    }

    /// Enters an attempt into the free record at `record`.
    ///
    /// - Parameter nanoseconds: CLOCK_MONOTONIC, read before the first byte is sent.
    @inline(__always)
    package static func invoke(_ record: UnsafeMutableRawPointer, _ invocation: Invocation, at nanoseconds: UInt64) {
        record.storeBytes(
            of: UInt16(truncatingIfNeeded: invocation.number), toByteOffset: Field.number, as: UInt16.self)
        record.storeBytes(of: 0, toByteOffset: Field.flags, as: UInt16.self)
        record.storeBytes(of: Int64(invocation.attempt), toByteOffset: Field.attempt, as: Int64.self)
        record.storeBytes(of: Int64(invocation.purchase), toByteOffset: Field.purchase, as: Int64.self)
        record.storeBytes(of: Int64(invocation.buyer), toByteOffset: Field.buyer, as: Int64.self)
        record.storeBytes(of: nanoseconds, toByteOffset: Field.invoked, as: UInt64.self)
        record.storeBytes(
            of: UInt32(truncatingIfNeeded: invocation.quantity), toByteOffset: Field.quantity, as: UInt32.self)
        record.storeBytes(
            of: UInt16(truncatingIfNeeded: invocation.thread), toByteOffset: Field.thread, as: UInt16.self)
        record.storeBytes(
            of: UInt16(truncatingIfNeeded: invocation.client), toByteOffset: Field.client, as: UInt16.self)
        setState(record, State.inFlight)
    }

    /// Completes the attempt at `record`.
    ///
    /// - Parameter nanoseconds: CLOCK_MONOTONIC, read after the reply; nil where the attempt may still take effect.
    @inline(__always)
    package static func complete(
        _ record: UnsafeMutableRawPointer, _ outcome: Outcome, remaining: Int?, isHole: Bool, at nanoseconds: UInt64?
    ) {
        var flags: UInt16 = isHole ? Flag.isHole : 0
        if let remaining {
            flags |= Flag.hasRemaining
            record.storeBytes(of: Int64(remaining), toByteOffset: Field.remaining, as: Int64.self)
        }
        record.storeBytes(of: flags, toByteOffset: Field.flags, as: UInt16.self)
        record.storeBytes(of: nanoseconds ?? 0, toByteOffset: Field.returned, as: UInt64.self)
        setState(record, UInt32(outcome.rawValue))
    }

    /// The attempt at `record`, or nil where the record is free. An attempt in flight is `unknown` without an end.
    ///
    /// - Throws: ``JournalDamage`` for a state or a number that no writer leaves.
    package static func attempt(at record: UnsafeRawPointer, worker: Int) throws(JournalDamage) -> Attempt? {
        let state = record.load(fromByteOffset: Field.state, as: UInt32.self)
        guard state != State.free else { return nil }
        let outcome: Outcome
        if state == State.inFlight {
            outcome = .unknown
        } else if let byte = UInt8(exactly: state), let known = Outcome(rawValue: byte) {
            outcome = known
        } else {
            throw JournalDamage("a record's state is \(state), which means nothing")
        }
        let isComplete = state != State.inFlight
        let flags = isComplete ? record.load(fromByteOffset: Field.flags, as: UInt16.self) : 0
        let returned = isComplete ? record.load(fromByteOffset: Field.returned, as: UInt64.self) : 0
        let attempt = Attempt(
            id: Int(record.load(fromByteOffset: Field.attempt, as: Int64.self)),
            purchase: Int(record.load(fromByteOffset: Field.purchase, as: Int64.self)),
            buyer: Int(record.load(fromByteOffset: Field.buyer, as: Int64.self)),
            worker: worker,
            thread: Int(record.load(fromByteOffset: Field.thread, as: UInt16.self)),
            client: Int(record.load(fromByteOffset: Field.client, as: UInt16.self)),
            number: Int(record.load(fromByteOffset: Field.number, as: UInt16.self)),
            invokedNanoseconds: record.load(fromByteOffset: Field.invoked, as: UInt64.self),
            returnedNanoseconds: returned == 0 ? nil : returned,
            outcome: outcome,
            quantity: Int(record.load(fromByteOffset: Field.quantity, as: UInt32.self)),
            remaining: flags & Flag.hasRemaining == 0
                ? nil : Int(record.load(fromByteOffset: Field.remaining, as: Int64.self)),
            isHole: flags & Flag.isHole != 0)
        guard attempt.id > 0, attempt.purchase > 0, attempt.buyer > 0, attempt.number > 0 else {
            throw JournalDamage("a record names attempt \(attempt.id) of purchase \(attempt.purchase)")
        }
        return attempt
    }

    @inline(__always)
    private static func setState(_ record: UnsafeMutableRawPointer, _ state: UInt32) {
        record.assumingMemoryBound(to: Atomic<UInt32>.self).pointee.store(state, ordering: .releasing)
    }
}

/// Something in a journal that no writer of ours leaves behind.
package struct JournalDamage: Error, Equatable {
    package var reason: String

    package init(_ reason: String) { self.reason = reason }
}
