/// A record of a journal where it lies: its fields are read as they are asked for.
package struct RecordView {
    let start: UnsafeRawPointer

    private typealias Field = JournalRecord.Field

    @inline(__always)
    package init(_ start: UnsafeRawPointer) { self.start = start }

    @inline(__always)
    private var stateWord: UInt32 { start.load(fromByteOffset: Field.state, as: UInt32.self) }
    @inline(__always)
    var state: UInt32 { stateWord & 0xFFFF }
    @inline(__always)
    package var isFree: Bool { stateWord == JournalRecord.State.free }
    @inline(__always)
    package var worker: Int { Int(stateWord >> 16) }

    /// An attempt in flight is `unknown` without an end.
    @inline(__always)
    var outcome: Outcome { Outcome(rawValue: UInt8(truncatingIfNeeded: stateWord)) ?? .unknown }

    /// Of a record in flight nothing but the invocation counts.
    @inline(__always)
    private var flags: UInt16 {
        state == JournalRecord.State.inFlight ? 0 : start.load(fromByteOffset: Field.flags, as: UInt16.self)
    }

    /// Of a record in flight, too.
    @inline(__always)
    package var phase: AttemptPhase {
        let flags = start.load(fromByteOffset: Field.flags, as: UInt16.self)
        return AttemptPhase(rawValue: UInt8(flags >> JournalRecord.Flag.phaseShift & 3)) ?? .reserve
    }

    @inline(__always)
    package var id: Int { Int(start.load(fromByteOffset: Field.attempt, as: Int64.self)) }
    @inline(__always)
    package var purchase: Int { Int(start.load(fromByteOffset: Field.purchase, as: Int64.self)) }
    @inline(__always)
    var buyer: Int { Int(start.load(fromByteOffset: Field.buyer, as: Int64.self)) }
    @inline(__always)
    var number: Int { Int(start.load(fromByteOffset: Field.number, as: UInt16.self)) }
    @inline(__always)
    var thread: Int { Int(start.load(fromByteOffset: Field.thread, as: UInt16.self)) }
    @inline(__always)
    var client: Int { Int(start.load(fromByteOffset: Field.client, as: UInt16.self)) }
    @inline(__always)
    var quantity: Int { Int(start.load(fromByteOffset: Field.quantity, as: UInt32.self)) }
    @inline(__always)
    package var invokedNanoseconds: UInt64 { start.load(fromByteOffset: Field.invoked, as: UInt64.self) }
    @inline(__always)
    var isHole: Bool { flags & JournalRecord.Flag.isHole != 0 }
    /// Whether the names of its units were written down.
    @inline(__always)
    package var hasUnit: Bool { flags & JournalRecord.Flag.hasUnit != 0 }

    /// Whether it is what a cart of several items wanted of one of them. Then a refusal says nothing about this item: it may have been
    /// another that lacked units.
    @inline(__always)
    var isPart: Bool { flags & JournalRecord.Flag.isPart != 0 }

    /// Whether it is of a cart of several lines, some of which it may have got for a while before another was refused.
    @inline(__always)
    var hasLines: Bool { flags & JournalRecord.Flag.hasLines != 0 }

    /// See ``JournalRecord/otherNode``.
    @inline(__always)
    package var node: Int { Int(flags >> JournalRecord.Flag.nodeShift & 15) }

    @inline(__always)
    var returnedNanoseconds: UInt64? {
        flags & JournalRecord.Flag.hasReturned == 0 ? nil : start.load(fromByteOffset: Field.returned, as: UInt64.self)
    }

    @inline(__always)
    var remaining: Int? {
        flags & JournalRecord.Flag.hasRemaining == 0
            ? nil : Int(start.load(fromByteOffset: Field.remaining, as: Int64.self))
    }

    var attempt: Attempt {
        Attempt(
            id: id, purchase: purchase, buyer: buyer, worker: worker, thread: thread, client: client, number: number,
            invokedNanoseconds: invokedNanoseconds, returnedNanoseconds: returnedNanoseconds, outcome: outcome,
            quantity: quantity, remaining: remaining, isHole: isHole, node: node, phase: phase)
    }

    /// What no writer of ours leaves behind; nil if the record is sound.
    var damage: String? {
        guard state == JournalRecord.State.inFlight || UInt8(exactly: state).flatMap(Outcome.init) != nil else {
            return "a record's state is \(state), which means nothing"
        }
        guard id > 0, purchase > 0, buyer > 0, number > 0, quantity > 0 else {
            return "a record names attempt \(id) of purchase \(purchase) for \(quantity.counted("unit"))"
        }
        return nil
    }
}

extension RecordView {
    /// Whether one attempt comes before the other: by invocation, and of those at one instant by what was recorded of them.
    ///
    /// Ids tell last, and only so that the order is always the same: whoever names the same attempts otherwise, or writes them
    /// in another order, shall be judged alike.
    static func precedes(_ left: RecordView, _ right: RecordView) -> Bool {
        if left.invokedNanoseconds != right.invokedNanoseconds {
            return left.invokedNanoseconds < right.invokedNanoseconds
        }
        if left.number != right.number { return left.number < right.number }
        if left.returnedNanoseconds != right.returnedNanoseconds {
            // What has no end ends last.
            guard let end = left.returnedNanoseconds else { return false }
            return right.returnedNanoseconds.map { end < $0 } ?? true
        }
        if left.outcome != right.outcome { return left.outcome.rawValue < right.outcome.rawValue }
        if left.quantity != right.quantity { return left.quantity < right.quantity }
        if left.remaining != right.remaining {
            guard let remaining = left.remaining else { return false }
            return right.remaining.map { remaining < $0 } ?? true
        }
        return (left.id, left.purchase, left.buyer) < (right.id, right.purchase, right.buyer)
    }
}
