internal import FlashSale

/// A purchase that a client is making, and its attempt that is under way.
package struct PurchaseUnderWay: BitwiseCopyable {
    let purchase: Int
    let quantity: Int
    /// When it was to start, CLOCK_MONOTONIC; nil in a closed loop.
    let planned: UInt64?
    /// Of the attempt, from 1; 0 before the first.
    var number = 0
    /// From when the latency of the purchase counts: as planned, or the first invocation.
    var started: UInt64 = 0
    /// When the attempt was invoked.
    var invoked: UInt64 = 0
    /// Where the attempt is in the journal; nil before the first.
    var entry: JournalPart.Entry?

    init(_ arrival: ArrivalQueue.Arrival, quantity: Int, opened: UInt64) {
        purchase = arrival.purchase
        self.quantity = quantity
        planned = arrival.plannedNanoseconds.map { opened &+ $0 }
    }
}
