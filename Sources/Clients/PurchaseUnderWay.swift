/// A purchase that a client is making, and its attempt that is under way.
package struct PurchaseUnderWay: BitwiseCopyable {
    var purchase = 0
    /// When it was to start, CLOCK_MONOTONIC; 0 in a closed loop.
    var planned: UInt64 = 0
    /// When the purchase's latency starts: as planned, or at the first invocation.
    var started: UInt64 = 0
    /// When the attempt was invoked.
    var invoked: UInt64 = 0
    /// Where the attempt is in the journal; nil before the first.
    var entry: JournalPart.Entry?
    var quantity: Int32 = 0
    /// The attempt's number, from 1; 0 before the first.
    var number: Int32 = 0

    package init() {}
}
