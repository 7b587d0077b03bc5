internal import FlashSale
internal import Strategies

/// First attempts whose requests leave but for their last byte before the doors open.
///
/// Until its last byte is there, no request can take effect: a server waits for the whole of a command, and a machine puts
/// before the last command of its first write only such as change nothing and whose replies decide nothing (WATCH). So such
/// an attempt is not in the journal before the doors open, and is entered there after the gate and before its last byte leaves:
/// its interval holds all that can come of it. Where the doors never open, no last byte leaves.
extension ThreadSession {
    /// Takes the thread's next purchase for a client, and tells its machine of the first attempt.
    ///
    /// - Returns: false where no purchase is left.
    mutating func foresee(_ purchase: inout PurchaseUnderWay, _ context: inout AttemptContext) -> Bool {
        // Only in the plain rush is it known before the doors open which purchases start then.
        guard case .buy(let arrival) = queue.next(atNanoseconds: 0) else { return false }
        recorder.begin(&purchase, for: arrival, opened: 0)
        recorder.foresee(purchase, context: &context)
        return true
    }

    /// Enters an attempt into the journal of which something was sent, or is ready to be sent.
    ///
    /// - Parameter moment: CLOCK_MONOTONIC, from when on it can take effect.
    /// - Throws: ``JournalError`` if the journal cannot grow.
    mutating func invokeForeseen(
        _ purchase: inout PurchaseUnderWay, _ context: inout AttemptContext, client: Int, at moment: UInt64
    ) throws(JournalError) {
        // An attempt has one time of day, and it is in what was sent.
        let told = context.nowMilliseconds
        try recorder.invoke(&purchase, context: &context, client: client, at: moment)
        context.nowMilliseconds = told
    }

    /// The last byte of a first request has left.
    ///
    /// - Parameter moment: CLOCK_MONOTONIC, right before.
    mutating func released(at moment: UInt64) { result.releases.append(moment &- min(opened, moment)) }
}
