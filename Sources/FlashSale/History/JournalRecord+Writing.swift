public import Synchronization

extension JournalRecord {
    /// Who makes an attempt, and for how much: all that is known before it starts.
    @frozen
    public struct Invocation {
        /// Its id, from 1.
        public var attempt: Int
        /// Whose attempt it is, from 1.
        public var purchase: Int
        /// Who makes the purchase, from 1.
        public var buyer: Int
        /// Of the attempt within its purchase, from 1 to 65,535.
        public var number: Int
        /// Units that are wanted, below 2³².
        public var quantity: Int
        /// The process, from 0 to 65,535.
        public var worker: Int
        /// Within the worker, from 0 to 65,535.
        public var thread: Int
        /// The connection within the thread, from 0 to 65,535.
        public var client: Int
        /// Which part of its purchase it is.
        public var phase: AttemptPhase

        /// All of them.
        @inlinable
        public init(
            attempt: Int, purchase: Int, buyer: Int, number: Int, quantity: Int, worker: Int, thread: Int, client: Int,
            phase: AttemptPhase = .reserve
        ) {
            self.attempt = attempt
            self.worker = worker
            self.purchase = purchase
            self.buyer = buyer
            self.number = number
            self.quantity = quantity
            self.thread = thread
            self.client = client
            self.phase = phase
        }
    }

    /// Enters an attempt into the free record at `record`.
    ///
    /// - Parameter nanoseconds: CLOCK_MONOTONIC, read before the first byte is sent.
    @inlinable
    @inline(__always)
    public static func invoke(_ record: UnsafeMutableRawPointer, with invocation: Invocation, at nanoseconds: UInt64) {
        record.storeBytes(
            of: UInt16(truncatingIfNeeded: invocation.number), toByteOffset: Field.number, as: UInt16.self)
        record.storeBytes(
            of: UInt16(invocation.phase.rawValue) &<< Flag.phaseShift, toByteOffset: Field.flags, as: UInt16.self)
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
    /// - Parameters:
    ///   - hasUnit: whether the names of its units were written beside the journal before.
    ///   - node: where it was made, 0 to 15: see ``otherNode``.
    ///   - phase: as it was invoked with.
    ///   - nanoseconds: CLOCK_MONOTONIC, read after the reply; nil where the attempt may still take effect.
    @inlinable
    @inline(__always)
    public static func complete(
        _ record: UnsafeMutableRawPointer, with outcome: Outcome, remaining: Int?, isHole: Bool,
        hasUnit: Bool = false, node: UInt16 = 0, phase: AttemptPhase = .reserve, at nanoseconds: UInt64?
    ) {
        var flags = (node &<< Flag.nodeShift) | (isHole ? Flag.isHole : 0)
        flags |= UInt16(phase.rawValue) &<< Flag.phaseShift
        if hasUnit { flags |= Flag.hasUnit }
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

    @inlinable
    @inline(__always)
    static func setState(_ record: UnsafeMutableRawPointer, _ state: UInt32) {
        record.assumingMemoryBound(to: Atomic<UInt32>.self).pointee.store(state, ordering: .releasing)
    }
}
