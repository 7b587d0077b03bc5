/// One try over the wire, from its invocation to its return: the unit of the history.
package struct Attempt: Sendable, Equatable {
    /// Unique in the whole run.
    package var id: Int
    package var purchase: Int
    package var buyer: Int
    package var worker: Int
    package var thread: Int
    /// The connection within its thread.
    package var client: Int
    /// Which attempt of its purchase it is, from 1.
    package var number: Int
    /// CLOCK_MONOTONIC, nanoseconds, read before the first byte was sent.
    package var invokedNanoseconds: UInt64
    /// CLOCK_MONOTONIC, nanoseconds, read after the reply; nil where the attempt may still take effect later.
    package var returnedNanoseconds: UInt64?
    package var outcome: Outcome
    /// Units wanted.
    package var quantity: Int
    /// Units left, as the attempt was told or reckoned itself.
    package var remaining: Int?
    /// A reply came that no rule of the strategy file matches; of a win, that it does not name its units where the file looks.
    package var isHole: Bool
    /// The names of the units that it was told are its own, as ``UnitText`` has them; nil where it was told none.
    package var unit: String?
    /// The node that it was made at: 1 to 14 in the order of the run's nodes, 15 for one that is not among them, 0 where there is one
    /// server only, or nobody knows.
    package var node: Int
    /// Which part of its purchase it is.
    package var phase: AttemptPhase

    package init(
        id: Int, purchase: Int, buyer: Int, worker: Int = 0, thread: Int = 0, client: Int = 0, number: Int = 1,
        invokedNanoseconds: UInt64, returnedNanoseconds: UInt64?, outcome: Outcome, quantity: Int = 1,
        remaining: Int? = nil, isHole: Bool = false, unit: String? = nil, node: Int = 0,
        phase: AttemptPhase = .reserve
    ) {
        self.id = id
        self.purchase = purchase
        self.buyer = buyer
        self.worker = worker
        self.thread = thread
        self.client = client
        self.number = number
        self.invokedNanoseconds = invokedNanoseconds
        self.returnedNanoseconds = returnedNanoseconds
        self.outcome = outcome
        self.quantity = quantity
        self.remaining = remaining
        self.isHole = isHole
        self.unit = unit
        self.node = node
        self.phase = phase
    }

    /// The units that a win with a known remainder took, as positions from 1 (the first unit sold) to N.
    /// A win of q units that left r took N−r−q+1 … N−r.
    package func positions(units: Int) -> ClosedRange<Int>? {
        guard let remaining, quantity > 0 else { return nil }
        let last = units.subtractingReportingOverflow(remaining)
        guard !last.overflow else { return nil }
        let first = last.partialValue.subtractingReportingOverflow(quantity - 1)
        return first.overflow ? nil : first.partialValue...last.partialValue
    }
}
