internal import FlashSale
package import Host

/// What the checks take of the address space, so that it can be asked for before anything is sold, or read.
package enum CheckingMemory {
    /// Of an attempt: its record, and what is sorted of it.
    private static var attemptBytes: Int { 128 }
    /// Of everything that does not grow with the history: libraries' threads, a server's answers, the results.
    private static var commonBytes: Int { 16 << 20 }

    /// - Parameters:
    ///   - scenario: nobody knows how many come until doors close by time; nothing is asked for them then.
    ///   - hasSeveralClocks: whether workers are on several machines, so that records are copied to be widened.
    static func need(_ scenario: Scenario, hasSeveralClocks: Bool) -> MemoryNeed {
        need(
            attempts: scenario.pace.endsByTime ? 0 : scenario.totalPurchases, hasSeveralClocks: hasSeveralClocks,
            purpose: "a run of this size needs")
    }

    /// - Parameter attempts: of a history that has been mapped.
    package static func need(attempts: Int, hasSeveralClocks: Bool = false, purpose: String) -> MemoryNeed {
        MemoryNeed(
            bytes: commonBytes + attempts * (attemptBytes + (hasSeveralClocks ? JournalRecord.size : 0)),
            purpose: purpose,
            advice: "take fewer --buyers, or a machine with more memory")
    }
}
