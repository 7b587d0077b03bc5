/// Which purchases come when, and who makes them.
///
/// Purchases are numbered: those of extra rushes first, in the order in which these are named, then all others. They are
/// dealt over all threads of the fleet in turn, so that the consecutive purchases of one buyer race from different processes.
extension Scenario {
    /// Threads of the whole fleet.
    package var totalThreads: Int { procs * threads }

    /// The purchases of each extra rush.
    package var burstPurchases: [Swift.Range<Int>] {
        var next = 1
        return pace.bursts.map { burst in
            let first = next
            next += burst.buyers * purchasesPerBuyer
            return first..<next
        }
    }

    /// The purchases that are of no extra rush.
    package var otherPurchases: Swift.Range<Int> {
        let first = pace.burstBuyers * purchasesPerBuyer + 1
        return first..<max(first, totalPurchases + 1)
    }

    /// Whether more than there are would come until then: a closed loop has room for everybody.
    package func wouldBringMore(byNanoseconds end: UInt64) -> Bool {
        guard let rate = pace.rate else { return true }
        return rate.expected(byNanoseconds: end) > Double(otherPurchases.count + 1)
    }

    /// The same scenario without the buyers who never came, so that nothing has to be kept for them. Only a run that ends by
    /// time has such; extra rushes are never cut, since they come first in the numbering.
    ///
    /// It has as many buyers as the largest purchase that is recorded asks for. Threads are not equally fast, so some
    /// of these may never have come either.
    package func trimmed(to history: History) -> Scenario {
        guard pace.endsByTime else { return self }
        let planned = totalPurchases
        var largest = 1
        for (_, record) in history.records where record.purchase <= planned { largest = max(largest, record.purchase) }
        var trimmed = self
        trimmed.buyers = max(buyer(ofPurchase: largest), pace.burstBuyers)
        return trimmed
    }
}
