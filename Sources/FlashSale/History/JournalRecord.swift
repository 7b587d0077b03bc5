internal import Synchronization

/// The journal's format: a header of ``headerSize`` bytes, then records of ``size`` bytes, little-endian, in segments of
/// ``segmentSize`` bytes. Records that were never used are zero.
///
/// A record is entered before the attempt's first byte is sent and completed after its reply is read. The state word is
/// stored last, with release ordering, so that whoever reads the file after the writer died sees whole records only. Its
/// low byte is the state, its upper half the worker.
///
/// A segment belongs to one thread, which fills it from the start in the order of invocation.
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
        static let hasReturned: UInt16 = 4
    }

    /// Who makes an attempt, and for how much: all that is known before it starts.
    package struct Invocation {
        package var attempt: Int
        package var purchase: Int
        package var buyer: Int
        package var number: Int
        package var quantity: Int
        package var worker: Int
        package var thread: Int
        package var client: Int

        package init(
            attempt: Int, purchase: Int, buyer: Int, number: Int, quantity: Int, worker: Int, thread: Int, client: Int
        ) {
            self.attempt = attempt
            self.worker = worker
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
        setState(record, UInt32(truncatingIfNeeded: invocation.worker) << 16 | State.inFlight)
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
        if let nanoseconds {
            flags |= Flag.hasReturned
            record.storeBytes(of: nanoseconds, toByteOffset: Field.returned, as: UInt64.self)
        }
        record.storeBytes(of: flags, toByteOffset: Field.flags, as: UInt16.self)
        let worker = record.load(fromByteOffset: Field.state, as: UInt32.self) & 0xFFFF_0000
        setState(record, worker | UInt32(outcome.rawValue))
    }

    /// Writes a whole attempt, as a history that comes from elsewhere needs it.
    ///
    /// - Parameter attempt: with numbers that the fields can hold: `number`, `worker`, `thread` and `client` up to 65535,
    ///   `quantity` below 2³².
    package static func store(_ attempt: Attempt, to record: UnsafeMutableRawPointer) {
        let invocation = Invocation(
            attempt: attempt.id, purchase: attempt.purchase, buyer: attempt.buyer, number: attempt.number,
            quantity: attempt.quantity, worker: attempt.worker, thread: attempt.thread, client: attempt.client)
        invoke(record, invocation, at: attempt.invokedNanoseconds)
        complete(
            record, attempt.outcome, remaining: attempt.remaining, isHole: attempt.isHole,
            at: attempt.returnedNanoseconds)
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
