internal import FlashSale

/// Whether attempts of a file from several machines certainly met: their times there are as wide as the clocks leave them, and by these
/// alone all of them may have. Beside them stand the moments that are shown, which are the middle of what is possible.
///
/// Of two attempts of one worker the shown moments tell, since they come from one clock; of others, what both were under way in whatever the
/// clocks left open. The file is expected in the order of calls, as it is written: in another one some meetings are missed.
struct CertainMeeting: Sendable {
    /// Whether the file has such moments.
    private(set) var isWanted = false
    private var hasMet = false
    /// The attempt that ends last so far, of all and of each worker.
    private var last: ClosedRange<UInt64>?
    private var lastOfWorker: [Int: ClosedRange<UInt64>] = [:]

    /// Whether nothing speaks against it that some have met where their times do.
    var isCertain: Bool { !isWanted || hasMet }

    /// - Parameters:
    ///   - attempt: with the widest times.
    ///   - invoked: the moment that is shown for its call.
    ///   - returned: the same for its return.
    @inline(__always)
    mutating func take(_ attempt: Attempt, invoked: UInt64, returned: UInt64) {
        isWanted = true
        if !hasMet { look(attempt, invoked: invoked, returned: returned) }
    }

    private mutating func look(_ attempt: Attempt, invoked: UInt64, returned: UInt64) {
        guard attempt.outcome != .failed, let latestEnd = attempt.returnedNanoseconds, invoked <= returned,
            invoked >= attempt.invokedNanoseconds, returned <= latestEnd
        else { return }
        let own = invoked...returned
        if let other = lastOfWorker[attempt.worker] {
            hasMet = other.overlaps(own)
            if own.upperBound > other.upperBound { lastOfWorker[attempt.worker] = own }
        } else {
            lastOfWorker[attempt.worker] = own
        }
        let (latestCall, isLate) = invoked.addingReportingOverflow(invoked - attempt.invokedNanoseconds)
        let (earliestEnd, isEarly) = returned.subtractingReportingOverflow(latestEnd - returned)
        guard !isLate, !isEarly, latestCall <= earliestEnd else { return }
        let certain = latestCall...earliestEnd
        if let last, last.overlaps(certain) { hasMet = true }
        if certain.upperBound > last?.upperBound ?? 0 { last = certain }
    }
}
