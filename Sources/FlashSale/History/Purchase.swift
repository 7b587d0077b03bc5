/// What became of one buyer's wish, as its attempts tell it.
package struct Purchase: Sendable, Equatable {
    package enum Ending: String, Sendable, CaseIterable {
        case won
        case soldOut = "sold-out"
        /// The last attempt was a conflict.
        case gaveUp = "gave-up"
        /// The buyer was told that they already have what they may have.
        case refused
        case failed
        case unknown
        /// Interrupted, or its worker died before.
        case notStarted = "not-started"
    }

    package var id: Int
    package var buyer: Int
    package var worker: Int
    package var attempts: Int
    package var ending: Ending
    /// CLOCK_MONOTONIC of the first invocation; nil if it never started.
    package var invokedNanoseconds: UInt64?
    /// CLOCK_MONOTONIC of the last return; nil if it never started or the last attempt has no known end.
    package var returnedNanoseconds: UInt64?
    package var remaining: Int?

    /// Every planned purchase in the order of its number, and any other that the history names, after them.
    ///
    /// - Parameter history: attempts in any order.
    package static func all(of scenario: Scenario, history: [Attempt]) -> [Purchase] {
        var purchases = (1...max(1, scenario.totalPurchases)).map { number in
            Purchase(
                id: number, buyer: scenario.buyer(ofPurchase: number), worker: scenario.worker(ofPurchase: number),
                attempts: 0, ending: .notStarted)
        }
        var unplanned: [Int: Purchase] = [:]
        for attempt in history {
            if attempt.purchase >= 1, attempt.purchase <= purchases.count {
                purchases[attempt.purchase - 1].take(attempt)
            } else {
                unplanned[
                    attempt.purchase,
                    default: Purchase(
                        id: attempt.purchase, buyer: attempt.buyer, worker: attempt.worker, attempts: 0,
                        ending: .notStarted)
                ].take(attempt)
            }
        }
        return purchases + unplanned.values.sorted { $0.id < $1.id }
    }

    private mutating func take(_ attempt: Attempt) {
        attempts += 1
        let isLatest = invokedNanoseconds == nil || attempt.invokedNanoseconds >= lastInvokedNanoseconds
        invokedNanoseconds = min(invokedNanoseconds ?? .max, attempt.invokedNanoseconds)
        guard isLatest else { return }
        lastInvokedNanoseconds = attempt.invokedNanoseconds
        returnedNanoseconds = attempt.returnedNanoseconds
        remaining = attempt.remaining
        ending =
            switch attempt.outcome {
            case .won: .won
            case .soldOut: .soldOut
            case .conflict: .gaveUp
            case .duplicate: .refused
            case .failed: .failed
            case .unknown: .unknown
            }
    }

    private var lastInvokedNanoseconds: UInt64 = 0

    private init(id: Int, buyer: Int, worker: Int, attempts: Int, ending: Ending) {
        self.id = id
        self.buyer = buyer
        self.worker = worker
        self.attempts = attempts
        self.ending = ending
    }
}
