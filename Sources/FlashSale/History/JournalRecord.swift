/// The journal's format: a header of ``headerSize`` bytes, then records of ``size`` bytes, little-endian, in segments of
/// ``segmentSize`` bytes. Records that were never used are zero.
///
/// A record is entered before the attempt's first byte is sent and completed after its reply is read. The state word is
/// stored last, with release ordering, so that whoever reads the file after the writer died sees whole records only. Its
/// low byte is the state, its upper half the worker.
///
/// What writes is public and can be inlined, since a call for each word of a record would cost more than the record.
///
/// A segment belongs to one thread, which fills it from the start in the order of invocation. A worker that comes to its end
/// cuts its journal: the records of all segments that are not full follow the full ones, in the order of invocation too, and
/// the file ends with the last of them.
public enum JournalRecord {
    /// Bytes of one record: a cache line, so that two threads never write the same one.
    @inlinable public static var size: Int { 64 }
    /// As large as a segment, so that segments can be mapped whatever the size of a page is.
    package static let headerSize = 65536
    /// Bytes that a thread takes from the file at a time.
    @inlinable public static var segmentSize: Int { 65536 }
    /// Records that fit into a segment.
    @inlinable public static var recordsPerSegment: Int { segmentSize / size }

    @usableFromInline
    package enum State {
        package static let free: UInt32 = 0
        @inlinable static var inFlight: UInt32 { 1 }
    }

    /// Byte offsets of the fields in a record.
    @usableFromInline
    enum Field {
        @inlinable static var state: Int { 0 }
        @inlinable static var number: Int { 4 }
        @inlinable static var flags: Int { 6 }
        @inlinable static var attempt: Int { 8 }
        @inlinable static var purchase: Int { 16 }
        @inlinable static var buyer: Int { 24 }
        @inlinable static var invoked: Int { 32 }
        @inlinable static var returned: Int { 40 }
        @inlinable static var remaining: Int { 48 }
        @inlinable static var quantity: Int { 56 }
        @inlinable static var thread: Int { 60 }
        @inlinable static var client: Int { 62 }
    }

    @usableFromInline
    enum Flag {
        @inlinable static var hasRemaining: UInt16 { 1 }
        @inlinable static var isHole: UInt16 { 2 }
        @inlinable static var hasReturned: UInt16 { 4 }
        /// The names of the units that it was sold are in the file beside the journal (``NamesFile``).
        @inlinable static var hasUnit: UInt16 { 8 }
        /// How far the node's number is to the left: four bits.
        @inlinable static var nodeShift: UInt16 { 4 }
        /// How far the phase is to the left: two bits.
        @inlinable static var phaseShift: UInt16 { 8 }
        /// See ``JournalRecord/storePart(of:quantity:remaining:isOfSeveral:hasLines:to:)``. No journal has these two.
        @inlinable static var isPart: UInt16 { 1024 }
        @inlinable static var hasLines: UInt16 { 2048 }
    }

    /// The number of a node that has none of its own; those that have are 1 to 14, and 0 means that nobody knows, or that there is
    /// one server only.
    @inlinable public static var otherNode: UInt16 { 15 }

    /// Writes a whole attempt, as a history that comes from elsewhere needs it.
    ///
    /// - Parameter attempt: with numbers that the fields can hold: `number`, `worker`, `thread` and `client` up to 65535,
    ///   `quantity` below 2³².
    package static func store(_ attempt: Attempt, to record: UnsafeMutableRawPointer) {
        let invocation = Invocation(
            attempt: attempt.id, purchase: attempt.purchase, buyer: attempt.buyer, number: attempt.number,
            quantity: attempt.quantity, worker: attempt.worker, thread: attempt.thread, client: attempt.client,
            phase: attempt.phase)
        invoke(record, with: invocation, at: attempt.invokedNanoseconds)
        complete(
            record, with: attempt.outcome, remaining: attempt.remaining, isHole: attempt.isHole,
            hasUnit: attempt.unit != nil,
            node: UInt16(truncatingIfNeeded: attempt.node), phase: attempt.phase, at: attempt.returnedNanoseconds)
    }
}

/// Something in a journal that no writer of ours leaves behind.
package struct JournalDamage: Error, Equatable {
    package var reason: String

    package init(_ reason: String) { self.reason = reason }
}

/// The first bytes of a journal: what it is, and whose.
package struct JournalHeader: Sendable, Equatable {
    /// What follows the header.
    package enum Kind: Sendable {
        case attempts
        /// Names of units, as ``NamesFile`` has them.
        case names

        /// "STRSJRNL" or "STRSNAME" in ASCII.
        fileprivate var magic: UInt64 { self == .attempts ? 0x4C4E_524A_5352_5453 : 0x454D_414E_5352_5453 }
    }

    /// The format that ``JournalRecord`` describes.
    static let version: UInt32 = 2

    /// The index of the worker that wrote it, from 0.
    package var worker: Int

    package var kind: Kind

    package init(worker: Int, of kind: Kind = .attempts) {
        self.worker = worker
        self.kind = kind
    }

    /// Writes the header to the start of a journal, which holds at least ``JournalRecord/headerSize`` bytes.
    package func store(to start: UnsafeMutableRawPointer) {
        start.storeBytes(of: kind.magic, as: UInt64.self)
        start.storeBytes(of: Self.version, toByteOffset: 8, as: UInt32.self)
        start.storeBytes(of: UInt32(JournalRecord.size), toByteOffset: 12, as: UInt32.self)
        start.storeBytes(of: UInt32(worker), toByteOffset: 16, as: UInt32.self)
    }

    /// Reads the header of a journal.
    ///
    /// - Parameter kind: what should follow it.
    /// - Throws: ``JournalDamage`` if the bytes are too few or not a journal's.
    package init(_ bytes: UnsafeRawBufferPointer, of kind: Kind = .attempts) throws(JournalDamage) {
        guard bytes.count >= JournalRecord.headerSize else {
            throw JournalDamage("it has \(bytes.count) bytes; the header alone has \(JournalRecord.headerSize)")
        }
        guard bytes.load(as: UInt64.self) == kind.magic else {
            throw JournalDamage(kind == .attempts ? "it is not a journal" : "it does not hold names of units")
        }
        self.kind = kind
        let version = bytes.load(fromByteOffset: 8, as: UInt32.self)
        let size = bytes.load(fromByteOffset: 12, as: UInt32.self)
        guard version == Self.version, size == JournalRecord.size else {
            throw JournalDamage(
                "it has format \(version) with records of \(size) bytes, which this program cannot read")
        }
        worker = Int(bytes.load(fromByteOffset: 16, as: UInt32.self))
    }
}
